//! The usage report: token counts by time and model.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// The user id in the report.
const USER: &str = "mock-user";

/// The reported seconds per token. The mock does not measure time, so that responses are deterministic.
const SECONDS_PER_TOKEN: f64 = 0.01;

/// The tokens that calls used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) input: usize,
    pub(crate) output: usize,
}

impl Tokens {
    /// Returns the `usage` object of a response.
    pub(crate) fn to_json(self) -> Value {
        json!({
            "prompt_tokens": self.input,
            "completion_tokens": self.output,
            "total_tokens": self.input + self.output,
        })
    }

    /// Returns the reported generation time in seconds.
    pub(crate) fn generation_time(self) -> f64 {
        self.output as f64 * SECONDS_PER_TOKEN
    }

    fn record(self, model: &str) -> Value {
        json!({
            "userid": USER,
            "model": model,
            "total_input_tokens": self.input,
            "total_output_tokens": self.output,
            "total_tokens": self.input + self.output,
            "total_generation_time": self.generation_time(),
        })
    }
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        self.input += other.input;
        self.output += other.output;
    }
}

/// The filter of a usage report. Times have the format `2026-01-31 23:59:59`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct UsageFilter<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
    pub(crate) model: Option<&'a str>,
    pub(crate) aggregation: Option<&'a str>,
}

/// Tokens by second and model.
#[derive(Debug, Default)]
pub(crate) struct Usage(Mutex<BTreeMap<(String, String), Tokens>>);

impl Usage {
    pub(crate) fn add(&self, time: String, model: &str, tokens: Tokens) {
        let mut usage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *usage.entry((time, model.to_owned())).or_default() += tokens;
    }

    pub(crate) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Returns the report for a filter.
    pub(crate) fn report(&self, filter: UsageFilter<'_>) -> Value {
        let mut bins: BTreeMap<(String, String), Tokens> = BTreeMap::new();
        let mut overall: BTreeMap<String, Tokens> = BTreeMap::new();
        let usage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for ((time, model), tokens) in usage.iter().filter(|(key, _)| filter.contains(key)) {
            *bins.entry((filter.bin(time), model.clone())).or_default() += *tokens;
            *overall.entry(model.clone()).or_default() += *tokens;
        }
        let overall = overall.iter().map(|(model, tokens)| tokens.record(model));
        json!({
            "usage": bins.iter().map(bin_record).collect::<Vec<_>>(),
            "overall": overall.collect::<Vec<_>>(),
        })
    }
}

impl UsageFilter<'_> {
    fn contains(&self, (time, model): &(String, String)) -> bool {
        self.from.is_none_or(|from| time.as_str() >= from)
            && self.to.is_none_or(|to| time.as_str() <= to)
            && self.model.is_none_or(|only| model == only)
    }

    /// Returns the start of the aggregation interval that contains a time.
    ///
    /// The service does not document the intervals. Unknown ones are days.
    fn bin(&self, time: &str) -> String {
        let (length, suffix) = match self.aggregation {
            Some("minute") => (16, ":00"),
            Some("hour") => (13, ":00:00"),
            Some("month") => (7, "-01T00:00:00"),
            Some("year") => (4, "-01-01T00:00:00"),
            _ => (10, "T00:00:00"),
        };
        let start = time.get(..length).unwrap_or(time).replace(' ', "T");
        format!("{start}{suffix}")
    }
}

fn bin_record(((bin, model), tokens): (&(String, String), &Tokens)) -> Value {
    let mut record = tokens.record(model);
    if let Some(fields) = record.as_object_mut() {
        fields.insert("date_bin".to_owned(), bin.as_str().into());
    }
    record
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Tokens, Usage, UsageFilter};

    #[test]
    fn aggregates_tokens_by_interval_and_model() {
        let usage = Usage::default();
        let tokens = Tokens {
            input: 2,
            output: 3,
        };
        usage.add("2026-01-31 10:00:00".to_owned(), "a", tokens);
        usage.add("2026-01-31 11:00:00".to_owned(), "a", tokens);
        usage.add("2026-02-01 00:00:00".to_owned(), "b", tokens);
        let bins = |filter: UsageFilter<'_>| -> Vec<_> {
            let report = usage.report(filter);
            let bins = report["usage"].as_array().unwrap().iter();
            bins.map(|bin| (bin["date_bin"].clone(), bin["total_tokens"].clone()))
                .collect()
        };
        let days = vec![
            (json!("2026-01-31T00:00:00"), json!(10)),
            (json!("2026-02-01T00:00:00"), json!(5)),
        ];
        assert_eq!(bins(UsageFilter::default()), days);
        let hours = UsageFilter {
            aggregation: Some("hour"),
            from: Some("2026-01-31 10:30:00"),
            to: Some("2026-01-31 23:59:59"),
            model: Some("a"),
        };
        assert_eq!(bins(hours), [(json!("2026-01-31T11:00:00"), json!(5))]);
    }
}
