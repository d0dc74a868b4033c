//! `imagine media history`.

use clap::Args;
use futures_util::StreamExt;
use imagine_sdk::media::{Generation, JobState};
use serde_json::Value;

use crate::failure::Result;
use crate::output;
use crate::session::Session;

/// List the generations of the account, newest first.
#[derive(Args, Debug)]
pub(crate) struct History {
    /// The maximum number of generations.
    #[arg(short = 'n', long, default_value_t = 20)]
    max_items: usize,
}

impl History {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let mut items = session
            .media()?
            .imagine_history()
            .all()
            .take(self.max_items);
        let mut generations = Vec::new();
        while let Some(item) = items.next().await {
            generations.push(item?);
        }
        if session.json() {
            return output::json(&generations);
        }
        let rows = generations.iter().map(|generation| {
            [
                generation.id().unwrap_or_default().to_owned(),
                state(generation),
                output::excerpt(&prompt(generation), 50),
            ]
        });
        output::table(&["ID", "STATE", "PROMPT"], rows, "no generations")
    }
}

fn state(generation: &Generation) -> String {
    match generation.state() {
        JobState::Queued(ahead) => format!("queued behind {ahead}"),
        JobState::Running => "running".to_owned(),
        JobState::Finished => "finished".to_owned(),
        JobState::Failed(reason) => format!("failed: {reason}"),
        _ => String::new(),
    }
}

/// Returns the prompt or the transcript of a generation in a list.
pub(crate) fn prompt(generation: &Generation) -> String {
    let transcript = || generation.extra.get_str("transcript").map(Into::into);
    match &generation.prompt {
        Some(Value::String(prompt)) => prompt.clone(),
        Some(Value::Null) | None => transcript().unwrap_or_default(),
        Some(other) => other.to_string(),
    }
}
