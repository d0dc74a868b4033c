//! The command line: global options and commands.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{
    api, chat, complete, completions, doctor, embed, health, history, image, jobs, man, media,
    models, repl, rerank, transcribe, translate, usage,
};
use crate::failure::Result;
use crate::globals::Globals;
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

#[derive(Debug, Subcommand)]
enum Command {
    /// Chat with a language model.
    Chat(chat::Chat),
    /// Chat in a loop, with history, multi-line paste and /commands.
    Repl(repl::Repl),
    /// Continue a text.
    Complete(complete::Complete),
    /// Compute embeddings of text, JSONL or CSV.
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
    /// Check the setup and suggest fixes.
    Doctor(doctor::Doctor),
    /// Print the completion script for a shell.
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
            Self::Man(command) => command.run(Cli::command()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
