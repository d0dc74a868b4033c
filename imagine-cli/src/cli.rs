//! The command line: global options and commands.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};

use crate::commands::{
    api, chat, complete, completions, doctor, embed, health, history, image, jobs, man, media,
    models, repl, rerank, transcribe, translate, usage,
};
use crate::failure::Result;
use crate::session::Session;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// The epilogue of `--help`.
const AFTER_HELP: &str = "\
Environment:
  IMAGINE_API_ENDPOINT, IMAGINE_API_KEY          the inference API
  IMAGINE_MEDIA_ENDPOINT, IMAGINE_MEDIA_API_KEY  the media API
  IMAGINE_CONFIG                                 the config file
  IMAGINE_STATE_DIR                              the directory of conversations and jobs
  NO_COLOR                                       no colors

Exit codes:
  0 success           5 not found          10 connection         15 file
  1 other failure     6 request rejected   11 service failed     130 interrupted
  2 usage             7 rate limited       12 incomplete output
  3 configuration     8 quota, --max-cost  13 generation failed
  4 authentication    9 timeout            14 invalid output";

/// The command line of the Imagine APIs.
#[derive(Debug, Parser)]
#[command(name = "imagine", version, styles = STYLES, after_long_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    globals: Globals,

    #[command(subcommand)]
    command: Command,
}

/// The options of every command.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Call an embedded mock of the services: no server, no key.
    #[arg(long, global = true)]
    pub(crate) mock: bool,

    /// The URL of the API that the command calls.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// The profile of the config file.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Print retries and timing on stderr.
    #[arg(long, global = true)]
    pub(crate) verbose: bool,

    /// Reject calls that could spend more: tokens of the inference API, credits of the media API.
    #[arg(long, global = true, value_name = "LIMIT", value_parser = limit)]
    pub(crate) max_cost: Option<f64>,
}

impl Globals {
    /// Reads the options that select the service from a line that is being typed.
    pub(crate) fn of_line(words: impl Iterator<Item = String>) -> Self {
        let mut globals = Self::default();
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), words.peek().cloned()),
            };
            match name {
                "--mock" => globals.mock = true,
                "--endpoint" => globals.endpoint = value,
                "--profile" => globals.profile = value,
                _ => {}
            }
        }
        globals
    }
}

fn limit(text: &str) -> std::result::Result<f64, String> {
    match text.parse() {
        Ok(limit) if f64::is_finite(limit) && limit > 0.0 => Ok(limit),
        _ => Err("it must be a number above 0".to_owned()),
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Chat with a language model.
    Chat(chat::Chat),
    /// Chat in a loop, with history, multi-line paste and /commands.
    Repl(repl::Repl),
    /// Continue a text.
    Complete(complete::Complete),
    /// Compute embeddings of texts, JSONL or CSV.
    Embed(embed::Embed),
    /// Rank documents by their relevance to a query.
    Rerank(rerank::Rerank),
    /// Translate a text.
    Translate(translate::Translate),
    /// Transcribe an audio file.
    Transcribe(transcribe::Transcribe),
    /// Generate images.
    Image(image::Image),
    /// List the models.
    Models(models::Models),
    /// List earlier requests with their responses.
    History(history::History),
    /// Report the tokens that the account used.
    Usage(usage::Usage),
    /// Report the health of the service.
    Health,
    /// Check that the service responds.
    Ping,
    /// Generate images, videos, music, sounds and speech.
    #[command(subcommand)]
    Media(media::Media),
    /// List, resume and cancel jobs of the media API.
    Jobs(jobs::Jobs),
    /// Call any operation by its name.
    #[command(subcommand)]
    Api(api::Api),
    /// Check the setup, and advise.
    Doctor(doctor::Doctor),
    /// Print the script that completes commands in a shell.
    Completions(completions::Completions),
    /// Write the man pages of all commands.
    #[command(hide = true)]
    Man(man::Man),
}

impl Cli {
    /// Runs the command.
    pub(crate) async fn run(self) -> Result<()> {
        let session = Session::new(self.globals)?;
        let result = self.command.run(&session).await;
        session.finish();
        result
    }
}

impl Command {
    async fn run(self, session: &Session) -> Result<()> {
        match self {
            Self::Chat(command) => command.run(session).await,
            Self::Repl(command) => command.run(session).await,
            Self::Complete(command) => command.run(session).await,
            Self::Embed(command) => command.run(session).await,
            Self::Rerank(command) => command.run(session).await,
            Self::Translate(command) => command.run(session).await,
            Self::Transcribe(command) => command.run(session).await,
            Self::Image(command) => command.run(session).await,
            Self::Models(command) => command.run(session).await,
            Self::History(command) => command.run(session).await,
            Self::Usage(command) => command.run(session).await,
            Self::Health => health::health(session).await,
            Self::Ping => health::ping(session).await,
            Self::Media(command) => command.run(session).await,
            Self::Jobs(command) => command.run(session).await,
            Self::Api(command) => command.run(session).await,
            Self::Doctor(command) => command.run(session).await,
            Self::Completions(command) => command.run(),
            Self::Man(command) => command.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn completions_know_the_service_of_the_line() {
        let line = [
            "imagine",
            "--profile=work",
            "--endpoint",
            "http://h",
            "chat",
            "-m",
        ];
        let globals = Globals::of_line(line.into_iter().map(str::to_owned));
        assert_eq!(globals.profile.as_deref(), Some("work"));
        assert_eq!(globals.endpoint.as_deref(), Some("http://h"));
        assert!(!globals.mock);
    }

    #[test]
    fn a_limit_is_a_number_above_zero() {
        assert_eq!(limit("2.5"), Ok(2.5));
        for text in ["0", "-1", "NaN", "inf", "much"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }
}
