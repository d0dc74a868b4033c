//! Shell commands as tools.

use std::process::Stdio;

use imagine_sdk::Toolbox;
use imagine_sdk::inference::ToolFunction;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::terminal;

/// A shell command that the model may call.
#[derive(Clone, Debug)]
pub(crate) struct ShellTool {
    name: String,
    command: String,
}

/// Parses `NAME=COMMAND`.
pub(crate) fn parse(text: &str) -> Result<ShellTool, String> {
    let (name, command) = text
        .split_once('=')
        .ok_or("it must be NAME=COMMAND, such as `today=date`")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(is_name) && !command.trim().is_empty() {
        true => Ok(ShellTool {
            name: name.to_owned(),
            command: command.to_owned(),
        }),
        false => Err("the name may contain letters, digits, `_` and `-`".to_owned()),
    }
}

/// The arguments of a call.
#[derive(Deserialize)]
struct Arguments {
    #[serde(default)]
    input: String,
}

/// Returns the tools with their handlers, or `None` without tools.
pub(crate) fn toolbox(tools: &[ShellTool], approves_all: bool) -> Option<Toolbox> {
    let first = Toolbox::new();
    let toolbox = tools.iter().fold(first, |toolbox, tool| {
        let shell_tool = tool.clone();
        let handler = move |arguments: Arguments| {
            let tool = shell_tool.clone();
            async move { tool.call(arguments.input, approves_all).await }
        };
        toolbox.tool(tool.function(), handler)
    });
    (!tools.is_empty()).then_some(toolbox)
}

impl ShellTool {
    fn function(&self) -> ToolFunction {
        let schema = json!({
            "type": "object",
            "properties": {"input": {"type": "string", "description": "The standard input of the command."}},
        });
        let function = ToolFunction::new(&self.name)
            .description(format!("Runs the shell command `{}`.", self.command));
        match schema {
            Value::Object(schema) => function.parameters(schema),
            _ => function,
        }
    }

    /// Runs the command after approval, and returns its output.
    async fn call(&self, input: String, approves_all: bool) -> Result<String, String> {
        let with_input = match input.is_empty() {
            true => String::new(),
            false => format!(" with the input {input:?}"),
        };
        let question = format!("run `{}`{with_input}?", self.command);
        let is_approved = approves_all || terminal::confirm(&question).unwrap_or(false);
        if !is_approved {
            return Err("the user did not approve the call".to_owned());
        }
        self.run(&input).await.map_err(|error| error.to_string())
    }

    async fn run(&self, input: &str) -> std::io::Result<String> {
        let (shell, option) = match cfg!(windows) {
            true => ("cmd", "/C"),
            false => ("sh", "-c"),
        };
        let mut child = Command::new(shell)
            .args([option, &self.command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that does not read its input closes the pipe.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        let output = child.wait_with_output().await?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.success() {
            true => Ok(text),
            false => Err(std::io::Error::other(format!(
                "{}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_a_name_and_a_command() {
        let tool = parse("today=date +%F=x").unwrap();
        assert_eq!((&*tool.name, &*tool.command), ("today", "date +%F=x"));
        for text in ["date", "=date", "a b=date", "a="] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_gets_the_input_and_returns_its_output() {
        let call = |command: &str| {
            let tool = parse(&format!("a={command}")).unwrap();
            async move { tool.call("hi".to_owned(), true).await }
        };
        assert_eq!(call("tr a-z A-Z").await.unwrap(), "HI");
        let error = call("echo no >&2; exit 3").await.unwrap_err();
        assert!(error.contains("3") && error.ends_with("no"), "{error}");
    }
}
