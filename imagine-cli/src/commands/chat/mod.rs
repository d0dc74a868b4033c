//! `imagine chat`.

mod conversation;
pub(crate) mod input;
mod reply;
pub(crate) mod sink;
mod tool;

use std::path::PathBuf;

use clap::Args;
use imagine_sdk::inference::builder;
use imagine_sdk::structured::Schema;
use imagine_sdk::{ChatMessage, InferenceClient, Toolbox};
use serde_json::Value;

pub(crate) use self::conversation::Conversation;
pub(crate) use self::reply::{Reply, stream};
use self::sink::Sink;
use crate::failure::{Failure, Result};
use crate::session::Session;
use crate::{models, output};

/// Chat with a language model.
///
/// The message is the arguments, stdin (`-`), or both: `git diff | imagine chat "write a commit message"`.
#[derive(Args, Debug)]
pub(crate) struct Chat {
    /// The message; `-` reads stdin.
    message: Vec<String>,

    /// Attach an image: a file or a URL. May be repeated.
    #[arg(short, long, value_name = "IMAGE")]
    attach: Vec<String>,

    /// Print JSON that matches the JSON Schema in this file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tool", "attach"])]
    schema: Option<PathBuf>,

    /// Continue the last conversation.
    #[arg(short, long = "continue")]
    continues: bool,

    #[command(flatten)]
    options: ChatOptions,
}

/// The options of every message of a conversation.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ChatOptions {
    /// The system prompt.
    #[arg(short, long, value_name = "PROMPT")]
    pub(crate) system: Option<String>,

    /// The model.
    #[arg(short, long, add = models::completer())]
    pub(crate) model: Option<String>,

    /// The sampling temperature.
    #[arg(short, long)]
    pub(crate) temperature: Option<f64>,

    /// The maximum number of tokens of the response.
    #[arg(long)]
    pub(crate) max_tokens: Option<u64>,

    /// Offer a shell command as a tool; the model writes its stdin. Each call asks for approval. May be repeated.
    #[arg(long, value_name = "NAME=COMMAND", value_parser = tool::parse)]
    pub(crate) tool: Vec<tool::ShellTool>,

    /// Approve all tool calls.
    #[arg(long)]
    pub(crate) yes: bool,

    /// Print the text of the model unchanged, even in a terminal.
    #[arg(long)]
    pub(crate) raw: bool,
}

impl Chat {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let text = input::text(&self.message, "a message")?;
        let state = session.state()?;
        let mut conversation = match self.continues {
            true => Conversation::last(&state)?.ok_or_else(|| {
                Failure::usage("there is no conversation to continue")
                    .with_hint("start one without `--continue`")
            })?,
            false => Conversation::default(),
        };
        conversation.set_options(&self.options);
        conversation.push(input::message(&text, &self.attach)?);
        let client = session.inference()?;
        let request = conversation.request(&client, &self.options);
        if let Some(path) = &self.schema {
            let parsed = request.parse_with::<Value>(schema(path)?).await?;
            return output::json(&parsed.value);
        }
        let outcome = self.respond(session, request).await;
        let (message, result) = match outcome? {
            Reply::Complete(messages) => (messages, Ok(())),
            Reply::Interrupted(messages) => (messages, Err(Failure::interrupted())),
        };
        conversation.extend(message);
        conversation.save(&state)?;
        result
    }

    async fn respond(&self, session: &Session, request: builder::Chat) -> Result<Reply> {
        let tools = self.options.toolbox();
        if session.json() {
            return buffered(request, tools).await;
        }
        let mut sink = self.options.sink();
        stream(request, tools, &mut sink).await
    }
}

impl ChatOptions {
    /// Returns the destination of responses.
    pub(crate) fn sink(&self) -> Sink {
        match self.raw {
            true => Sink::plain(),
            false => Sink::markdown(),
        }
    }

    /// Returns the tools, if there are any.
    pub(crate) fn toolbox(&self) -> Option<Toolbox> {
        tool::toolbox(&self.tool, self.yes)
    }

    /// Applies the options to a request.
    fn apply(&self, mut request: builder::Chat) -> builder::Chat {
        if let Some(temperature) = self.temperature {
            request = request.temperature(temperature);
        }
        if let Some(tokens) = self.max_tokens {
            request = request.max_tokens(tokens);
        }
        request
    }
}

impl Conversation {
    /// Returns the request for the next message of the model.
    pub(crate) fn request(&self, client: &InferenceClient, options: &ChatOptions) -> builder::Chat {
        let request = options.apply(client.chat(self.messages().clone()));
        match self.model() {
            Some(model) => request.model(model),
            None => request,
        }
    }
}

/// Prints the complete response as JSON.
async fn buffered(request: builder::Chat, tools: Option<Toolbox>) -> Result<Reply> {
    let response = match tools {
        Some(tools) => {
            let run = request.run_tools(tools).max_concurrent_calls(1).await?;
            output::json(&run.response)?;
            return Ok(Reply::Complete(run.messages.iter().cloned().collect()));
        }
        None => request.await?,
    };
    output::json(&response)?;
    let message = response.into_message();
    let message = message.unwrap_or_else(|| ChatMessage::assistant(""));
    Ok(Reply::Complete(vec![message]))
}

fn schema(path: &std::path::Path) -> Result<Schema> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
    let schema: Value = serde_json::from_str(&text).map_err(|error| Failure::file(path, error))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Schema::new(name, schema).map_err(|error| Failure::usage(error.to_string()))
}
