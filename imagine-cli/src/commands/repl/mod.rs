//! `imagine repl`.

mod command;

use clap::Args;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use self::command::Command;
use super::chat::{ChatOptions, Conversation, Reply, input, stream};
use crate::failure::{Failure, Result};
use crate::output;
use crate::session::Session;
use crate::state::StateDir;

/// The file with the lines of earlier sessions.
const HISTORY: &str = "repl-history";

/// Chat in a loop, with history, multi-line paste and /commands.
///
/// A line that ends in `\` continues in the next one. Ctrl-C ends a response, Ctrl-D the loop. /help lists the
/// commands.
#[derive(Args, Debug)]
pub(crate) struct Repl {
    /// Continue the last conversation.
    #[arg(short, long = "continue")]
    continues: bool,

    #[command(flatten)]
    options: ChatOptions,
}

impl Repl {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let state = session.state()?;
        let mut conversation = match self.continues {
            true => Conversation::last(&state)?.unwrap_or_default(),
            false => Conversation::default(),
        };
        conversation.set_options(&self.options);
        let mut editor = Editor::open(&state)?;
        let mut room = Room {
            session,
            state,
            conversation,
            options: self.options,
            images: Vec::new(),
        };
        while let Some(line) = editor.read()? {
            match Command::parse(&line) {
                Ok(None) => room
                    .send(&line)
                    .await
                    .unwrap_or_else(|failure| failure.print()),
                Ok(Some(Command::Quit)) => break,
                Ok(Some(command)) => room
                    .obey(command)
                    .await
                    .unwrap_or_else(|failure| failure.print()),
                Err(problem) => Failure::usage(problem)
                    .with_hint("/help lists the commands")
                    .print(),
            }
        }
        editor.close();
        Ok(())
    }
}

/// The state of the loop.
struct Room<'a> {
    session: &'a Session,
    state: StateDir,
    conversation: Conversation,
    options: ChatOptions,
    /// The images of the next message.
    images: Vec<String>,
}

impl Room<'_> {
    /// Sends a message and prints the reply. A failed message is not kept in the conversation.
    async fn send(&mut self, text: &str) -> Result<()> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let message = input::message(text, &self.images)?;
        self.images.clear();
        self.conversation.push(message);
        let client = self.session.inference()?;
        let request = self.conversation.request(&client, &self.options);
        let mut sink = self.options.sink();
        match stream(request, self.options.toolbox(), &mut sink).await {
            Ok(Reply::Complete(messages)) => self.conversation.extend(messages),
            Ok(Reply::Interrupted(messages)) => {
                anstream::eprintln!("\x1b[2m[interrupted]\x1b[0m");
                self.conversation.extend(messages);
            }
            Err(failure) => {
                self.conversation.pop();
                return Err(failure);
            }
        }
        self.conversation.save(&self.state)
    }

    async fn obey(&mut self, command: Command) -> Result<()> {
        match command {
            Command::Help => output::line(command::HELP.trim_end()),
            Command::Model(Some(model)) => {
                self.conversation.set_model(model);
                Ok(())
            }
            Command::Model(None) => {
                output::line(self.conversation.model().unwrap_or("the default model"))
            }
            Command::Models => {
                let models = self.session.inference()?.available_models().await?;
                models.iter().try_for_each(output::line)
            }
            Command::System(prompt) => {
                self.conversation.set_system(&prompt);
                Ok(())
            }
            Command::Attach(image) => {
                self.images.push(image);
                Ok(())
            }
            Command::Clear => {
                self.conversation.clear();
                Ok(())
            }
            Command::Show => output::json(self.conversation.messages()),
            Command::Quit => Ok(()),
        }
    }
}

/// The line editor with its history.
struct Editor {
    editor: DefaultEditor,
    history: Option<std::path::PathBuf>,
}

impl Editor {
    fn open(state: &StateDir) -> Result<Self> {
        let mut editor = DefaultEditor::new().map_err(terminal)?;
        let history = state.file(HISTORY)?;
        // The first session has no history.
        let _ = editor.load_history(&history);
        Ok(Self {
            editor,
            history: Some(history),
        })
    }

    /// Reads a line, or several that end in `\`. `None` at the end of the input. Ctrl-C discards the line.
    fn read(&mut self) -> Result<Option<String>> {
        let mut text = String::new();
        loop {
            let prompt = if text.is_empty() { "> " } else { ". " };
            match self.editor.readline(prompt) {
                Ok(line) => {
                    if let Some(start) = line.strip_suffix('\\') {
                        text += start;
                        text.push('\n');
                        continue;
                    }
                    text += &line;
                    // A history that cannot be kept is no reason to stop.
                    let _ = self.editor.add_history_entry(&text);
                    return Ok(Some(text));
                }
                Err(ReadlineError::Interrupted) => text.clear(),
                Err(ReadlineError::Eof) => return Ok(None),
                Err(error) => return Err(terminal(error)),
            }
        }
    }

    fn close(&mut self) {
        if let Some(history) = &self.history {
            // As above.
            let _ = self.editor.save_history(history);
        }
    }
}

fn terminal(error: ReadlineError) -> Failure {
    Failure::other(format!("the terminal cannot be read: {error}"))
}
