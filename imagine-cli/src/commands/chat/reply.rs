//! Streams of replies to the terminal, which Ctrl-C ends.

use imagine_sdk::inference::{ChatStream, builder};
use imagine_sdk::tools::{ToolEvent, ToolStream};
use imagine_sdk::{ChatMessage, Toolbox};

use super::sink::Sink;
use crate::failure::Result;

/// The messages that a reply adds to its conversation.
pub(crate) enum Reply {
    /// The reply is complete.
    Complete(Vec<ChatMessage>),
    /// The user pressed Ctrl-C.
    Interrupted(Vec<ChatMessage>),
}

/// Prints the reply while it arrives. Ctrl-C ends it.
pub(crate) async fn stream(
    request: builder::Chat,
    tools: Option<Toolbox>,
    sink: &mut Sink,
) -> Result<Reply> {
    let known = request.request().messages.len();
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let mut events = tokio::select! {
        events = Events::open(request, tools) => events?,
        _ = &mut interrupt => return Ok(Reply::Interrupted(Vec::new())),
    };
    let mut text = String::new();
    loop {
        let event = tokio::select! {
            event = events.next() => event,
            _ = &mut interrupt => {
                sink.finish()?;
                return Ok(Reply::Interrupted(events.messages(known, text)));
            }
        };
        match event {
            Ok(Some(Event::Text(part))) => {
                sink.push(&part)?;
                text += &part;
            }
            Ok(Some(Event::Tool(line))) => {
                sink.finish()?;
                anstream::eprintln!("\x1b[2m{line}\x1b[0m");
                text.clear();
            }
            Ok(None) => break,
            Err(failure) => {
                sink.finish()?;
                return Err(failure);
            }
        }
    }
    sink.finish()?;
    Ok(Reply::Complete(events.messages(known, text)))
}

/// The events of a reply, with or without tools.
enum Events {
    Chat(Box<ChatStream>),
    Tools(ToolStream),
}

enum Event {
    /// Text of the model.
    Text(String),
    /// A line about the call of a tool.
    Tool(String),
}

impl Events {
    async fn open(request: builder::Chat, tools: Option<Toolbox>) -> Result<Self> {
        Ok(match tools {
            // One at a time, because each asks for approval.
            Some(tools) => Self::Tools(request.run_tools(tools).max_concurrent_calls(1).stream()),
            None => Self::Chat(Box::new(request.stream().await?)),
        })
    }

    async fn next(&mut self) -> Result<Option<Event>> {
        match self {
            Self::Chat(stream) => match stream.next().await.transpose()? {
                Some(chunk) => Ok(Some(Event::Text(chunk.text().unwrap_or_default().into()))),
                None => Ok(None),
            },
            Self::Tools(stream) => match stream.next().await.transpose()? {
                Some(ToolEvent::Call(call)) => {
                    let name = call.name().unwrap_or_default();
                    Ok(Some(Event::Tool(format!("[calls {name}]"))))
                }
                Some(event) => Ok(Some(Event::Text(event.text().unwrap_or_default().into()))),
                None => Ok(None),
            },
        }
    }

    /// Returns the messages after the `known` ones. A run of tools has its own; `text` is that of any other reply.
    fn messages(&self, known: usize, text: String) -> Vec<ChatMessage> {
        if let Self::Tools(stream) = self {
            let messages = stream.messages();
            let added: Vec<_> = messages.iter().skip(known).cloned().collect();
            if !added.is_empty() {
                return added;
            }
        }
        vec![ChatMessage::assistant(text)]
    }
}
