//! The commands that submit jobs, one for each operation.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};
use serde_json::{Value, json};

use super::progress::Stages;
use super::wait::wait;
use crate::failure::Result;
use crate::generated::media;
use crate::journal::{Job, Journal, State};
use crate::operation::{self, Call, Kind, Operation, OperationSet, Selected};
use crate::session::Session;
use crate::{output, terminal};

const OUTPUT: &str = "result-file";
const WAIT: &str = "wait";
const NO_WAIT: &str = "no-wait";
const TIMEOUT: &str = "wait-timeout";

/// A job to submit.
pub(crate) type Submission = Selected<Submissions>;

/// The operations of the media API that submit jobs.
#[derive(Clone, Debug)]
pub(crate) struct Submissions;

impl Submission {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let mut call = Call::from_arguments(self.operation, &self.matches)?;
        read_stdin(&mut call)?;
        let output = self.matches.get_one::<PathBuf>(OUTPUT).cloned();
        let journal = Journal::new(&session.state()?);
        let client = session.media()?;
        let mut job = journal.start(&call, &session.media_access()?.endpoint, output)?;
        let stages = Stages::upload(serde_json::to_vec(&call.fields)?.len());
        let submitted = media::submit(&client, &call).await;
        stages.finish();
        match submitted {
            Ok(handle) => job.handle = Some(handle),
            Err(failure) => {
                // A job that may have been submitted stays open, so that `resume` looks for it.
                if !failure.is_outcome_unknown() {
                    job.state = State::Failed(failure.to_string());
                    journal.save(&job)?;
                    return Err(failure);
                }
                let hint = format!("`imagine jobs resume {}` looks for the job", job.number);
                return Err(failure.with_hint(hint));
            }
        }
        job.state = State::Submitted;
        journal.save(&job)?;
        session.log(|| format!("submitted as job {}", job.number));
        if self.matches.get_flag(NO_WAIT) {
            return print(session, &job);
        }
        let timeout = self.matches.get_one(TIMEOUT).copied();
        wait(session, &client, &journal, &mut job, timeout).await
    }
}

/// Reads stdin for the text `-`.
fn read_stdin(call: &mut Call<'_>) -> Result<()> {
    for name in call.operation.arguments {
        let is_text = call.operation.field(name).map(|field| field.kind) == Some(Kind::String);
        if is_text && call.fields.get(*name) == Some(&Value::from("-")) {
            let text = terminal::read_stdin()?;
            call.fields
                .insert((*name).to_owned(), text.trim_end().into());
        }
    }
    Ok(())
}

/// Prints a job, or the file with its result.
pub(super) fn print(session: &Session, job: &Job) -> Result<()> {
    let (file, id) = match &job.state {
        State::Finished(path) => (Some(path), job.generation()),
        _ => (None, job.generation()),
    };
    if session.json() {
        let (job, state) = (job.number, job.state.to_string());
        return output::json(&json!({"job": job, "id": id, "state": state, "file": file}));
    }
    match file {
        Some(path) => output::line(path.display()),
        None => output::line(format_args!(
            "job {}: {}",
            job.number,
            id.unwrap_or_default()
        )),
    }
}

impl OperationSet for Submissions {
    fn operations() -> impl Iterator<Item = &'static Operation> {
        media::OPERATIONS
            .iter()
            .filter(|operation| operation.submits)
    }

    fn command(operation: &'static Operation) -> Command {
        let fields = operation::command(operation, |field| {
            match operation.arguments.contains(&field.name) {
                true => operation::positional(field),
                false => operation::flag(field),
            }
        });
        let flag = |name: &'static str, help: &'static str| {
            Arg::new(name)
                .long(name)
                .action(ArgAction::SetTrue)
                .help(help)
        };
        fields
            .arg(
                Arg::new(OUTPUT)
                    .short('o')
                    .long("output")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help("The file for the result. Default: the operation and the id of the job."),
            )
            .arg(
                flag(
                    WAIT,
                    "Wait for the result and download it. This is the default.",
                )
                .conflicts_with(NO_WAIT),
            )
            .arg(flag(
                NO_WAIT,
                "Print the job immediately; `imagine jobs resume` waits for it.",
            ))
            .arg(
                Arg::new(TIMEOUT)
                    .long(TIMEOUT)
                    .value_name("SECONDS")
                    .value_parser(value_parser!(u64).range(1..))
                    .help("The maximum time to wait. Default: 900."),
            )
    }
}
