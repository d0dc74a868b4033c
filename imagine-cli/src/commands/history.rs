//! `imagine history`.

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;

use super::sample;
use crate::failure::Result;
use crate::output;
use crate::session::Session;

/// List earlier requests with their responses.
#[derive(Args, Debug)]
pub(crate) struct History {
    /// The operation.
    #[arg(value_enum, default_value_t = Kind::Chat)]
    kind: Kind,

    /// The maximum number of entries.
    #[arg(short = 'n', long, default_value_t = 10)]
    max_items: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Chat,
    Complete,
    Embed,
    Rerank,
}

impl History {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let client = session.inference()?;
        sample::calls(session, &client).await?;
        let entries = match self.kind {
            Kind::Chat => value(&client.chat_history().max_items(self.max_items).await?),
            Kind::Complete => value(
                &client
                    .completion_history()
                    .max_items(self.max_items)
                    .await?,
            ),
            Kind::Embed => value(&client.embedding_history().max_items(self.max_items).await?),
            Kind::Rerank => value(&client.reranker_history().max_items(self.max_items).await?),
        }?;
        if session.json() {
            return output::json(&entries);
        }
        let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
        let rows = entries.iter().map(|pair| {
            let text = |index: usize, pointers: &[&str]| {
                let part = pair.get(index).unwrap_or(&Value::Null);
                output::excerpt(&first(part, pointers), 40)
            };
            [
                text(1, &["/model"]),
                text(1, &["/messages", "/prompt", "/input", "/query"]),
                text(
                    0,
                    &[
                        "/choices/0/message/content",
                        "/choices/0/text",
                        "/usage/total_tokens",
                    ],
                ),
            ]
        });
        output::table(&["MODEL", "REQUEST", "RESPONSE"], rows, "no entries")
    }
}

fn value(history: &impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(history)?)
}

/// Returns the first value that exists, as text. Of a list, it is the last item: the newest message.
fn first(part: &Value, pointers: &[&str]) -> String {
    let mut found = pointers.iter();
    match found.find_map(|pointer| part.pointer(pointer)) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => match items.last() {
            Some(Value::Object(message)) => message.get("content").map(text).unwrap_or_default(),
            Some(other) => text(other),
            None => String::new(),
        },
        Some(other) => text(other),
        None => String::new(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
