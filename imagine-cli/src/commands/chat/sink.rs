//! The destination of streamed text.

use crate::failure::Result;
use crate::markdown::Renderer;
use crate::{output, terminal};

/// Prints text while it arrives, as Markdown if stdout is a terminal.
pub(crate) struct Sink {
    renderer: Option<Renderer>,
    ends_with_newline: bool,
}

impl Sink {
    /// Creates a sink that renders Markdown if stdout is a terminal.
    pub(crate) fn markdown() -> Self {
        Self {
            renderer: terminal::is_stdout().then(Renderer::new),
            ends_with_newline: true,
        }
    }

    /// Creates a sink that prints text unchanged.
    pub(crate) fn plain() -> Self {
        Self {
            renderer: None,
            ends_with_newline: true,
        }
    }

    /// Prints a part of the text.
    pub(crate) fn push(&mut self, text: &str) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.ends_with_newline = text.ends_with('\n');
        match &mut self.renderer {
            Some(renderer) => output::text(&renderer.push(text, terminal::size())),
            None => output::text(text),
        }
    }

    /// Prints what is left, and a line end unless the text has one.
    pub(crate) fn finish(&mut self) -> Result<()> {
        if let Some(renderer) = &mut self.renderer {
            output::text(&renderer.finish(terminal::size()))?;
        } else if !self.ends_with_newline {
            output::text("\n")?;
        }
        self.ends_with_newline = true;
        Ok(())
    }
}
