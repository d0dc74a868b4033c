//! `imagine media prompt`.

use clap::Args;

use crate::commands::chat::input;
use crate::commands::chat::sink::Sink;
use crate::failure::Result;
use crate::output;
use crate::session::Session;

/// Chat with a language model of the media API.
#[derive(Args, Debug)]
pub(crate) struct Prompt {
    /// The message; `-` reads stdin.
    message: Vec<String>,

    /// The model.
    #[arg(short, long)]
    model: Option<String>,

    /// The maximum number of tokens of the response.
    #[arg(long)]
    max_tokens: Option<u64>,
}

impl Prompt {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let message = input::text(&self.message, "a message")?;
        let mut request = session.media()?.prompt(message);
        if let Some(model) = self.model {
            request = request.model(model);
        }
        if let Some(tokens) = self.max_tokens {
            request = request.max_tokens(tokens);
        }
        if session.json() {
            return output::json(&request.await?);
        }
        let mut sink = Sink::markdown();
        let mut stream = request.stream().await?;
        while let Some(chunk) = stream.next().await {
            sink.push(&chunk?.text().unwrap_or_default())?;
        }
        sink.finish()
    }
}
