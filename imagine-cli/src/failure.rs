//! Failures of commands: a message, a hint, and an exit code.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use imagine_sdk::bulk::RowError;
use imagine_sdk::structured::ParseError;
use imagine_sdk::tools::RunToolsError;
use imagine_sdk::{Error, ErrorKind, media::WaitError};

/// The result of a command or of a part of one.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// The exit codes. `docs/cli.md` documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Any other failure.
    Other = 1,
    /// An argument is missing or invalid. clap exits with this code too.
    Usage = 2,
    /// The endpoint, the key or the config file is missing or invalid.
    Configuration = 3,
    /// The service rejects the key.
    Authentication = 4,
    /// The model, the item or the path does not exist.
    NotFound = 5,
    /// The service rejects the request.
    Rejected = 6,
    /// Too many requests.
    RateLimited = 7,
    /// The quota of the account or the limit of `--max-cost` is used up.
    Spent = 8,
    /// A timeout elapsed.
    Timeout = 9,
    /// There is no connection, or it failed.
    Connection = 10,
    /// The service failed, or its response is invalid.
    Service = 11,
    /// The output is incomplete.
    Incomplete = 12,
    /// A generation failed.
    Job = 13,
    /// The output does not match the schema.
    Output = 14,
    /// A file cannot be read or written.
    File = 15,
    /// The user pressed Ctrl-C.
    Interrupted = 130,
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidArgument => Self::Usage,
            ErrorKind::Configuration => Self::Configuration,
            ErrorKind::Authentication => Self::Authentication,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::InvalidRequest => Self::Rejected,
            ErrorKind::RateLimited => Self::RateLimited,
            ErrorKind::QuotaExceeded | ErrorKind::BudgetExceeded => Self::Spent,
            ErrorKind::Timeout => Self::Timeout,
            ErrorKind::Connect | ErrorKind::Transport => Self::Connection,
            ErrorKind::Server | ErrorKind::Decode | ErrorKind::UnexpectedResponse => Self::Service,
            ErrorKind::Truncated | ErrorKind::TooLarge => Self::Incomplete,
            ErrorKind::JobFailed => Self::Job,
            ErrorKind::InvalidOutput => Self::Output,
            ErrorKind::FileRead | ErrorKind::FileWrite => Self::File,
            _ => Self::Other,
        }
    }
}

impl Exit {
    /// Returns the advice for failures without one of their own.
    fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::Configuration => {
                "set the variables or a profile of the config file, or use `--mock`, which needs neither; \
                 `imagine doctor` checks the setup"
            }
            Self::Authentication => "check the key; `imagine doctor` shows its source",
            Self::NotFound => {
                "check the name; `imagine models`, `imagine media voices` and `imagine media history` list names"
            }
            Self::RateLimited => "wait and repeat the command",
            Self::Spent => "raise `--max-cost`, or the quota of the account",
            Self::Timeout | Self::Connection => {
                "check the endpoint and the network with `imagine doctor`"
            }
            Self::Service => "repeat the command later; `--verbose` prints each retry",
            Self::Incomplete => "repeat the command with a higher limit of tokens",
            Self::Job => "change the prompt, or check the credits with `imagine media costs`",
            Self::Output => "simplify the schema, or use another model",
            Self::Other | Self::Usage | Self::Rejected | Self::File | Self::Interrupted => {
                return None;
            }
        })
    }
}

/// The failure of a command.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
    is_outcome_unknown: bool,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: exit.hint().map(str::to_owned),
            is_outcome_unknown: false,
        }
    }

    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::new(Exit::Other, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Exit::Configuration, message)
    }

    /// Creates the failure of reading or writing a file.
    pub(crate) fn file(path: &Path, error: impl fmt::Display) -> Self {
        Self::new(Exit::File, format!("{}: {error}", path.display()))
    }

    /// Creates the failure of a command that Ctrl-C ended.
    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "interrupted")
    }

    /// Returns true if the service may have executed the request.
    pub(crate) fn is_outcome_unknown(&self) -> bool {
        self.is_outcome_unknown
    }

    /// Returns true if a generation failed.
    pub(crate) fn is_job_failed(&self) -> bool {
        self.exit == Exit::Job
    }

    /// Replaces the hint.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Prints the failure on stderr and returns its exit code.
    pub(crate) fn report(&self) -> ExitCode {
        // A reader that has closed the pipe has seen enough.
        if self.exit == Exit::Other && self.message == BROKEN_PIPE {
            return ExitCode::SUCCESS;
        }
        self.print();
        ExitCode::from(self.exit as u8)
    }

    /// Prints the failure on stderr.
    pub(crate) fn print(&self) {
        anstream::eprintln!("\x1b[1;31merror:\x1b[0m {}", self.message);
        if let Some(hint) = &self.hint {
            anstream::eprintln!("\x1b[1;36mhint:\x1b[0m {hint}");
        }
    }
}

/// The advice for a value that is out of its documented range.
const ANY_VALUE: &str = "`imagine api OPERATION --set NAME=JSON` sends any value";

/// The message of a failure to write to a closed pipe.
const BROKEN_PIPE: &str = "stdout is closed";

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        // The advice for programs names a method; that for users names an option.
        let (message, hint) = match message.split_once("; use `.with_extra_field") {
            Some((message, _)) => (message.to_owned(), Some(ANY_VALUE)),
            None => (message, None),
        };
        let mut failure = Self::new(error.kind().into(), message);
        failure.hint = hint.map(str::to_owned).or(failure.hint);
        failure.is_outcome_unknown = error.is_outcome_unknown();
        match error.retry_after() {
            Some(pause) => failure.with_hint(format!(
                "repeat the command in {} s",
                pause.as_secs().max(1)
            )),
            None if error.is_outcome_unknown() && error.kind() != ErrorKind::Truncated => failure
                .with_hint(
                    "it is unknown whether the service executed the request; check before repeating it",
                ),
            None => failure,
        }
    }
}

impl Failure {
    /// Creates the failure of one row of many.
    pub(crate) fn of_row(error: &RowError) -> Self {
        Self::new(error.error().kind().into(), error.to_string())
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Error::from(error).into()
    }
}

impl From<RunToolsError> for Failure {
    fn from(error: RunToolsError) -> Self {
        Error::from(error).into()
    }
}

impl From<WaitError> for Failure {
    fn from(error: WaitError) -> Self {
        Error::from(error).into()
    }
}

/// Failures to write to stdout and stderr. Other files have [`Failure::file`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::other(BROKEN_PIPE),
            _ => Self::other(format!("cannot write the output: {error}")),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => io::Error::from(kind).into(),
            None => Self::other(format!("invalid JSON: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_has_an_exit_code() {
        let codes = [
            (ErrorKind::Configuration, 3),
            (ErrorKind::Authentication, 4),
            (ErrorKind::NotFound, 5),
            (ErrorKind::InvalidRequest, 6),
            (ErrorKind::RateLimited, 7),
            (ErrorKind::BudgetExceeded, 8),
            (ErrorKind::Timeout, 9),
            (ErrorKind::Connect, 10),
            (ErrorKind::Server, 11),
            (ErrorKind::Truncated, 12),
            (ErrorKind::JobFailed, 13),
            (ErrorKind::InvalidOutput, 14),
            (ErrorKind::FileRead, 15),
            (ErrorKind::InvalidArgument, 2),
        ];
        for (kind, code) in codes {
            assert_eq!(Exit::from(kind) as u8, code, "{kind:?}");
        }
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(
            format!("{:?}", failure.report()),
            format!("{:?}", ExitCode::SUCCESS)
        );
    }
}
