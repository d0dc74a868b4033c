//! The results of checks.

use serde::Serialize;

use crate::failure::{Exit, Result};
use crate::output;

/// The results of all checks.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Check>);

#[derive(Debug, Serialize)]
struct Check {
    name: String,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    #[serde(skip)]
    exit: Option<Exit>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warning,
    Failed,
}

impl Report {
    pub(super) fn ok(&mut self, name: impl Into<String>, detail: impl Into<String>) {
        self.add(name, State::Ok, detail, None, None);
    }

    pub(super) fn warn(
        &mut self,
        name: impl Into<String>,
        detail: impl Into<String>,
        advice: &str,
    ) {
        self.add(name, State::Warning, detail, Some(advice.to_owned()), None);
    }

    pub(super) fn fail(
        &mut self,
        name: impl Into<String>,
        exit: Exit,
        detail: impl Into<String>,
        advice: &str,
    ) {
        self.add(
            name,
            State::Failed,
            detail,
            Some(advice.to_owned()),
            Some(exit),
        );
    }

    fn add(
        &mut self,
        name: impl Into<String>,
        state: State,
        detail: impl Into<String>,
        advice: Option<String>,
        exit: Option<Exit>,
    ) {
        self.0.push(Check {
            name: name.into(),
            state,
            detail: detail.into(),
            advice,
            exit,
        });
    }

    /// Returns the exit code of the first failed check.
    pub(super) fn worst(&self) -> Option<Exit> {
        self.0.iter().find_map(|check| check.exit)
    }

    pub(super) fn print(&self, json: bool) -> Result<()> {
        if json {
            return output::json(&self.0);
        }
        for check in &self.0 {
            let (color, word) = match check.state {
                State::Ok => ("\x1b[32m", "ok"),
                State::Warning => ("\x1b[33m", "warning"),
                State::Failed => ("\x1b[31m", "failed"),
            };
            output::line(format_args!(
                "{color}{word:8}\x1b[0m{}: {}",
                check.name, check.detail
            ))?;
            if let Some(advice) = &check.advice {
                output::line(format_args!("        {advice}"))?;
            }
        }
        Ok(())
    }
}
