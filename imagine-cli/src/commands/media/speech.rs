//! Voices and transcripts: `imagine media voices`, `clone` and `stt`.

use std::path::PathBuf;

use clap::Args;
use imagine_sdk::FilePart;
use imagine_sdk::media::Voice;

use crate::failure::Result;
use crate::output;
use crate::session::Session;

/// Clone a voice from a sample, or change a clone.
#[derive(Args, Debug)]
pub(crate) struct Clone {
    /// A recording of the voice.
    sample: PathBuf,

    /// The name of the voice.
    #[arg(long)]
    name: Option<String>,

    /// The transcript of the recording. Default: the service transcribes it.
    #[arg(long, value_name = "TEXT")]
    reference_text: Option<String>,

    /// The id of the clone to change.
    #[arg(long, value_name = "ID")]
    existing_id: Option<String>,
}

impl Clone {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let mut request = session
            .media()?
            .voice_clone()
            .sample(FilePart::path(self.sample));
        if let Some(name) = self.name {
            request = request.name(name);
        }
        if let Some(text) = self.reference_text {
            request = request.reference_text(text);
        }
        if let Some(id) = self.existing_id {
            request = request.existing_id(id);
        }
        let voice = request.await?;
        match session.json() {
            true => output::json(&voice),
            false => table(std::slice::from_ref(&voice)),
        }
    }
}

/// Transcribe speech.
#[derive(Args, Debug)]
pub(crate) struct Stt {
    /// The recording.
    sample: PathBuf,
}

impl Stt {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let response = session.media()?.stt(FilePart::path(self.sample)).await?;
        match session.json() {
            true => output::json(&response),
            false => output::line(&response.reference_text),
        }
    }
}

/// Lists the voices of the account.
pub(crate) async fn voices(session: &Session) -> Result<()> {
    let response = session.media()?.voices().await?;
    match session.json() {
        true => output::json(&response),
        false => table(&response.voices),
    }
}

fn table(voices: &[Voice]) -> Result<()> {
    let rows = voices.iter().map(|voice| {
        let state = match (voice.is_failed, voice.is_done) {
            (Some(true), _) => "failed",
            (_, Some(false)) => "in progress",
            _ => "ready",
        };
        let name = voice.name.clone().unwrap_or_default();
        [voice.uuid.clone(), name, state.to_owned()]
    });
    output::table(&["ID", "NAME", "STATE"], rows, "no voices")
}
