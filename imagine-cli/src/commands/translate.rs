//! `imagine translate`.

use clap::Args;

use super::chat::input;
use crate::failure::{Failure, Result};
use crate::session::Session;
use crate::{models, output};

/// Translate a text.
#[derive(Args, Debug)]
pub(crate) struct Translate {
    /// The text; `-` reads stdin.
    text: Vec<String>,

    /// The language of the text, such as `en`.
    #[arg(long, default_value = "en")]
    from: String,

    /// The language of the translation, such as `es`. It selects the model `Helsinki-NLP/opus-mt-FROM-TO`.
    #[arg(long, required_unless_present = "model")]
    to: Option<String>,

    /// The model. Default: the one that the languages select.
    #[arg(short, long, add = models::completer())]
    model: Option<String>,
}

impl Translate {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let text = input::text(&self.text, "a text")?;
        let by_languages = || {
            Some(format!(
                "Helsinki-NLP/opus-mt-{}-{}",
                self.from,
                self.to.as_deref()?
            ))
        };
        let model = self.model.clone().or_else(by_languages);
        let model = model.ok_or_else(|| Failure::usage("`--to` is missing"))?;
        let response = session.inference()?.translate(text, model).await?;
        match session.json() {
            true => output::json(&response),
            false => output::line(response.text().unwrap_or_default()),
        }
    }
}
