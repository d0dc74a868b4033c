//! The request fields that spans record.

use serde_json::{Map, Value};

use crate::json::{Observed, Observer};

/// The request fields that spans record.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestTelemetry {
    pub(crate) model: Option<String>,
    pub(crate) n: Option<i64>,
    pub(crate) max_tokens: Option<i64>,
    pub(crate) seed: Option<i64>,
    pub(crate) temperature: Option<f64>,
    pub(crate) top_p: Option<f64>,
    pub(crate) frequency_penalty: Option<f64>,
    pub(crate) presence_penalty: Option<f64>,
}

impl RequestTelemetry {
    /// Adds the extra fields of the caller.
    pub(super) fn observe_extra(&mut self, extra: &Map<String, Value>) {
        for name in NAMES {
            match extra.get(name) {
                Some(Value::String(string)) => self.observe(name, Observed::String(string)),
                Some(Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
                    (Some(integer), _) => self.observe(name, Observed::Integer(integer)),
                    (None, Some(number)) => self.observe(name, Observed::Number(number)),
                    (None, None) => {}
                },
                _ => {}
            }
        }
    }
}

const NAMES: [&str; 8] = [
    "frequency_penalty",
    "max_tokens",
    "model",
    "n",
    "presence_penalty",
    "seed",
    "temperature",
    "top_p",
];

impl Observer for RequestTelemetry {
    fn observe(&mut self, name: &'static str, value: Observed<'_>) {
        match (name, value) {
            ("model", Observed::String(model)) => self.model = Some(model.to_owned()),
            ("n", Observed::Integer(n)) => self.n = Some(n),
            ("max_tokens", Observed::Integer(tokens)) => self.max_tokens = Some(tokens),
            ("seed", Observed::Integer(seed)) => self.seed = Some(seed),
            _ => {
                if let (Some(slot), Some(number)) = (self.number(name), number(value)) {
                    *slot = Some(number);
                }
            }
        }
    }
}

impl RequestTelemetry {
    fn number(&mut self, name: &str) -> Option<&mut Option<f64>> {
        Some(match name {
            "temperature" => &mut self.temperature,
            "top_p" => &mut self.top_p,
            "frequency_penalty" => &mut self.frequency_penalty,
            "presence_penalty" => &mut self.presence_penalty,
            _ => return None,
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "spans record parameters, which are small"
)]
fn number(value: Observed<'_>) -> Option<f64> {
    match value {
        Observed::Number(number) => Some(number),
        Observed::Integer(integer) => Some(integer as f64),
        Observed::String(_) => None,
    }
}
