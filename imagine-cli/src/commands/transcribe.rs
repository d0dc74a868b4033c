//! `imagine transcribe`.

use std::path::PathBuf;

use clap::Args;
use imagine_sdk::FilePart;

use crate::failure::Result;
use crate::session::Session;
use crate::{models, output};

/// Transcribe an audio file.
#[derive(Args, Debug)]
pub(crate) struct Transcribe {
    /// The audio file.
    file: PathBuf,

    /// The model.
    #[arg(short, long, add = models::completer())]
    model: Option<String>,
}

impl Transcribe {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let mut request = session.inference()?.transcribe(FilePart::path(self.file));
        if let Some(model) = self.model {
            request = request.model(model);
        }
        let response = request.await?;
        match session.json() {
            true => output::json(&response),
            false => output::line(&response.text),
        }
    }
}
