//! The commands of the REPL.

/// The text of `/help`.
pub(super) const HELP: &str = "\
/help              list the commands
/model [NAME]      set or show the model
/models            list the models
/system PROMPT     set the system prompt
/attach IMAGE      attach an image (a file or a URL) to the next message
/clear             start a new conversation with the same system prompt
/show              print the conversation as JSON
/quit              leave, as Ctrl-D
A line that ends in \\ continues in the next one. Ctrl-C ends a response.
";

/// A command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Model(Option<String>),
    Models,
    System(String),
    Attach(String),
    Clear,
    Show,
    Quit,
}

impl Command {
    /// Parses a line. `None` for a message.
    pub(super) fn parse(line: &str) -> Result<Option<Self>, String> {
        let Some(command) = line.trim().strip_prefix('/') else {
            return Ok(None);
        };
        // A path or a comment is a message.
        let (name, argument) = command
            .split_once(char::is_whitespace)
            .unwrap_or((command, ""));
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase()) {
            return Ok(None);
        }
        let argument = argument.trim();
        let required = |what: &str| match argument {
            "" => Err(format!("/{name} needs {what}")),
            argument => Ok(argument.to_owned()),
        };
        Ok(Some(match name {
            "help" => Self::Help,
            "model" => Self::Model(required("a name").ok()),
            "models" => Self::Models,
            "system" => Self::System(required("a prompt")?),
            "attach" => Self::Attach(required("an image")?),
            "clear" => Self::Clear,
            "show" => Self::Show,
            "quit" | "exit" => Self::Quit,
            _ => return Err(format!("there is no command /{name}")),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_messages_or_commands() {
        let parse = |line| Command::parse(line);
        assert_eq!(parse("hi"), Ok(None));
        assert_eq!(parse("/etc/passwd is a file"), Ok(None));
        assert_eq!(parse("// a comment"), Ok(None));
        assert_eq!(parse("/quit"), Ok(Some(Command::Quit)));
        assert_eq!(parse("/model"), Ok(Some(Command::Model(None))));
        assert_eq!(
            parse(" /system  Be brief "),
            Ok(Some(Command::System("Be brief".to_owned())))
        );
        assert_eq!(parse("/system"), Err("/system needs a prompt".to_owned()));
        assert_eq!(
            parse("/other"),
            Err("there is no command /other".to_owned())
        );
    }
}
