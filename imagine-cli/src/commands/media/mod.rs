//! `imagine media`.

mod history;
pub(crate) mod progress;
mod prompt;
pub(crate) mod result;
mod speech;
mod submission;
mod wait;

use clap::Subcommand;

pub(crate) use self::history::prompt;
pub(crate) use self::wait::wait;
use crate::failure::Result;
use crate::output;
use crate::session::Session;

/// The commands of the media API.
#[derive(Debug, Subcommand)]
pub(crate) enum Media {
    #[command(flatten)]
    Submit(submission::Submission),
    /// List the voices of the account.
    Voices,
    /// Clone a voice from a sample, or change a clone.
    Clone(speech::Clone),
    /// Transcribe speech.
    Stt(speech::Stt),
    /// Chat with a language model of the media API.
    Prompt(prompt::Prompt),
    /// List the generations of the account, newest first.
    History(history::History),
    /// List the price of each kind of request in credits.
    Costs,
}

impl Media {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        match self {
            Self::Submit(command) => command.run(session).await,
            Self::Voices => speech::voices(session).await,
            Self::Clone(command) => command.run(session).await,
            Self::Stt(command) => command.run(session).await,
            Self::Prompt(command) => command.run(session).await,
            Self::History(command) => command.run(session).await,
            Self::Costs => costs(session).await,
        }
    }
}

async fn costs(session: &Session) -> Result<()> {
    let response = session.media()?.costs().await?;
    if session.json() {
        return output::json(&response);
    }
    let rows = response
        .costs
        .iter()
        .map(|(name, credits)| [name.clone(), credits.to_string()]);
    output::table(&["REQUEST", "CREDITS"], rows, "no prices")
}
