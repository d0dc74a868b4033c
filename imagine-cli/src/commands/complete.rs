//! `imagine complete`.

use clap::Args;

use super::chat::input;
use super::chat::sink::Sink;
use crate::failure::Result;
use crate::session::Session;
use crate::{models, output};

/// Continue a text.
#[derive(Args, Debug)]
pub(crate) struct Complete {
    /// The text to continue; `-` reads stdin.
    prompt: Vec<String>,

    /// The model.
    #[arg(short, long, add = models::completer())]
    model: Option<String>,

    /// The sampling temperature.
    #[arg(short, long)]
    temperature: Option<f64>,

    /// The maximum number of tokens of the response.
    #[arg(long)]
    max_tokens: Option<u64>,
}

impl Complete {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let prompt = input::text(&self.prompt, "a prompt")?;
        let mut request = session.inference()?.completion(prompt);
        if let Some(model) = self.model {
            request = request.model(model);
        }
        if let Some(temperature) = self.temperature {
            request = request.temperature(temperature);
        }
        if let Some(tokens) = self.max_tokens {
            request = request.max_tokens(tokens);
        }
        if session.json() {
            return output::json(&request.await?);
        }
        let mut sink = Sink::plain();
        let mut stream = request.stream().await?;
        while let Some(chunk) = stream.next().await {
            sink.push(&chunk?.text().unwrap_or_default())?;
        }
        sink.finish()
    }
}
