//! Command line arguments.

use std::str::FromStr;

pub(crate) const USAGE: &str = "\
Usage: soak [--calls NUMBER] [--concurrency NUMBER] [--chaos PROBABILITY] [--seed NUMBER]
            [--h2-requests NUMBER] (with the feature `tls`: HTTP/2 with this many requests of each connection)";

/// The parameters of a run.
pub(crate) struct Args {
    pub(crate) calls: usize,
    pub(crate) concurrency: usize,
    pub(crate) chaos: f64,
    pub(crate) seed: u64,
    /// The requests of each connection over HTTP/2. `None` for HTTP/1.1.
    pub(crate) http2_requests: Option<u32>,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            calls: 10_000,
            concurrency: 64,
            chaos: 0.1,
            seed: 7,
            http2_requests: None,
        }
    }
}

impl Args {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self::default();
        while let Some(name) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{name} requires a value"))
            };
            match name.as_str() {
                "--calls" => args.calls = number(&name, &value()?)?,
                "--concurrency" => args.concurrency = number(&name, &value()?)?,
                "--chaos" => args.chaos = number(&name, &value()?)?,
                "--seed" => args.seed = number(&name, &value()?)?,
                "--h2-requests" if cfg!(feature = "tls") => {
                    args.http2_requests = Some(number(&name, &value()?)?);
                }
                _ => return Err(format!("unknown argument {name}")),
            }
        }
        args.validated()
    }

    fn validated(self) -> Result<Self, String> {
        if self.calls == 0 || self.concurrency == 0 {
            return Err("--calls and --concurrency must be at least 1".to_owned());
        }
        if !(0.0..=1.0).contains(&self.chaos) {
            return Err("--chaos takes a number from 0 to 1".to_owned());
        }
        Ok(self)
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    let number = value.parse();
    number.map_err(|_| format!("{name} takes a number, not {value}"))
}
