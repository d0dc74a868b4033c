//! What is asked for on the command line.

use std::str::FromStr;

pub(crate) const USAGE: &str = "\
Usage: soak [--calls NUMBER] [--concurrency NUMBER] [--chaos PROBABILITY] [--seed NUMBER]";

/// How long and how hard to soak.
pub(crate) struct Arguments {
    pub(crate) calls: usize,
    pub(crate) concurrency: usize,
    pub(crate) chaos: f64,
    pub(crate) seed: u64,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            calls: 10_000,
            concurrency: 64,
            chaos: 0.1,
            seed: 7,
        }
    }
}

impl Arguments {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        while let Some(name) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--calls" => arguments.calls = read(&name, &value()?)?,
                "--concurrency" => arguments.concurrency = read(&name, &value()?)?,
                "--chaos" => arguments.chaos = read(&name, &value()?)?,
                "--seed" => arguments.seed = read(&name, &value()?)?,
                _ => return Err(format!("unknown argument {name}")),
            }
        }
        arguments.checked()
    }

    fn checked(self) -> Result<Self, String> {
        if self.calls == 0 || self.concurrency == 0 {
            return Err("--calls and --concurrency begin at 1".to_owned());
        }
        if !(0.0..=1.0).contains(&self.chaos) {
            return Err("--chaos takes a number from 0 to 1".to_owned());
        }
        Ok(self)
    }
}

fn read<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    let number = value.parse();
    number.map_err(|_| format!("{name} takes a number, not {value}"))
}
