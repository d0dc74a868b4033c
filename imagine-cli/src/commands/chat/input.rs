//! The input of a command: arguments, stdin, images.

use imagine_sdk::ChatMessage;
use imagine_sdk::inference::ContentPart;

use crate::failure::{Failure, Result};
use crate::operation::image;
use crate::terminal;

/// Returns the arguments joined by spaces. An argument `-` is replaced by stdin; without one, stdin follows the
/// arguments unless it is a terminal. `what` is missing if there is no text.
pub(crate) fn text(arguments: &[String], what: &str) -> Result<String> {
    let reads_stdin = arguments.iter().any(|argument| argument == "-");
    let piped = match reads_stdin || !terminal::is_stdin() {
        true => terminal::read_stdin()?,
        false => String::new(),
    };
    let text = join(arguments, piped.trim_end());
    match text.trim().is_empty() {
        true => Err(Failure::usage(format!("{what} is missing"))
            .with_hint("pass it as an argument or on stdin")),
        false => Ok(text),
    }
}

fn join(arguments: &[String], piped: &str) -> String {
    let reads_stdin = arguments.iter().any(|argument| argument == "-");
    let words = arguments.iter().map(|argument| match argument.as_str() {
        "-" => piped,
        word => word,
    });
    let text = words.collect::<Vec<_>>().join(" ");
    match (reads_stdin, text.is_empty(), piped.is_empty()) {
        (true, ..) | (_, _, true) => text,
        (_, true, _) => piped.to_owned(),
        _ => format!("{text}\n\n{piped}"),
    }
}

/// Creates the message of the user with its images: files or URLs.
pub(crate) fn message(text: &str, images: &[String]) -> Result<ChatMessage> {
    if images.is_empty() {
        return Ok(ChatMessage::user(text));
    }
    let mut parts = vec![ContentPart::text(text)];
    for source in images {
        parts.push(ContentPart::image_url(image(source)?));
    }
    Ok(ChatMessage::user(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stdin_replaces_a_dash_or_follows_the_arguments() {
        let join = |arguments: &[&str], piped| {
            let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
            join(&arguments, piped)
        };
        assert_eq!(join(&["explain", "this"], ""), "explain this");
        assert_eq!(join(&["explain"], "code"), "explain\n\ncode");
        assert_eq!(
            join(&["explain", "-", "briefly"], "code"),
            "explain code briefly"
        );
        assert_eq!(join(&[], "code"), "code");
        assert_eq!(join(&["-"], ""), "");
    }
}
