//! The global options, which every command accepts.

use clap::Args;

/// The global options, which every command accepts.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Call an embedded mock of the services: no server, no key.
    #[arg(long, global = true)]
    pub(crate) mock: bool,

    /// The URL of the API that the command calls.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// The profile of the config file.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Print retries and timing on stderr.
    #[arg(long, global = true)]
    pub(crate) verbose: bool,

    /// Reject calls that could spend more: tokens of the inference API, credits of the media API.
    #[arg(long, global = true, value_name = "LIMIT", value_parser = limit)]
    pub(crate) max_cost: Option<f64>,
}

impl Globals {
    /// Reads the options that select the service from a line that is being typed.
    pub(crate) fn of_line(words: impl Iterator<Item = String>) -> Self {
        let mut globals = Self::default();
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), words.peek().cloned()),
            };
            match name {
                "--mock" => globals.mock = true,
                "--endpoint" => globals.endpoint = value,
                "--profile" => globals.profile = value,
                _ => {}
            }
        }
        globals
    }
}

fn limit(text: &str) -> std::result::Result<f64, String> {
    match text.parse() {
        Ok(limit) if f64::is_finite(limit) && limit > 0.0 => Ok(limit),
        _ => Err("it must be a number above 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completions_know_the_service_of_the_line() {
        let line = [
            "imagine",
            "--profile=work",
            "--endpoint",
            "http://h",
            "chat",
            "-m",
        ];
        let globals = Globals::of_line(line.into_iter().map(str::to_owned));
        assert_eq!(globals.profile.as_deref(), Some("work"));
        assert_eq!(globals.endpoint.as_deref(), Some("http://h"));
        assert!(!globals.mock);
    }

    #[test]
    fn a_limit_is_a_number_above_zero() {
        assert_eq!(limit("2.5"), Ok(2.5));
        for text in ["0", "-1", "NaN", "inf", "much"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }
}
