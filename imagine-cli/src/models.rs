//! Names of models for completions in a shell.

use std::ffi::OsStr;
use std::time::Duration;

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use crate::failure::{Failure, Result};
use crate::globals::Globals;
use crate::session::Session;

/// The time that a user waits for a completion.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Returns the completer of an option that takes a model.
pub(crate) fn completer() -> ArgValueCompleter {
    ArgValueCompleter::new(candidates)
}

/// Returns the models that start with a text. Without an endpoint or a response there are none.
fn candidates(start: &OsStr) -> Vec<CompletionCandidate> {
    let start = start.to_string_lossy();
    let names = names().unwrap_or_default().into_iter();
    let names = names.filter(|name| name.starts_with(&*start));
    names.map(CompletionCandidate::new).collect()
}

fn names() -> Result<Vec<String>> {
    let session = Session::new(Globals::of_line(std::env::args()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::other(error.to_string()))?;
    let client = session.inference()?;
    let request = client
        .available_models()
        .with_timeout(TIMEOUT)
        .with_max_retries(0);
    let models = runtime.block_on(request.send())?;
    Ok(models.iter().cloned().collect())
}
