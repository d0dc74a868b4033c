//! Properties of the terminal.

use std::io::{self, IsTerminal, Read};

use crate::failure::{Failure, Result};

/// Returns true if stdout is a terminal.
pub(crate) fn is_stdout() -> bool {
    io::stdout().is_terminal()
}

/// Returns true if stdin is a terminal, so that the user can be asked.
pub(crate) fn is_stdin() -> bool {
    io::stdin().is_terminal()
}

/// Returns the width and the height of the terminal in characters.
pub(crate) fn size() -> (usize, usize) {
    let (width, height) = termimad::terminal_size();
    (width.into(), height.into())
}

/// Reads stdin to its end.
pub(crate) fn read_stdin() -> Result<String> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::other(format!("cannot read stdin: {error}")))?;
    Ok(text)
}

/// Asks a question on stderr. Returns true only for a line that starts with `y`.
pub(crate) fn confirm(question: &str) -> Result<bool> {
    if !is_stdin() {
        return Ok(false);
    }
    anstream::eprint!("{question} [y/N] ");
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_start().to_ascii_lowercase().starts_with('y'))
}
