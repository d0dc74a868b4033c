//! Assigns faults to requests.

use super::{Chaos, Fault};
use crate::rule::{Called, Rule, Rules, Scope, UnknownOperation};

/// The faults of a mock.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Rules<Fault>,
    pub(crate) chaos: Option<Chaos>,
}

impl Faults {
    /// Appends a fault to those of an operation, or of a method and a path.
    pub(crate) fn script(&self, scope: &str, fault: Fault) -> Result<(), UnknownOperation> {
        self.add(Scope::parse(scope)?, fault);
        Ok(())
    }

    /// Appends a fault to those of a scope.
    pub(crate) fn add(&self, scope: Scope, fault: Fault) {
        // A long run may add many faults.
        self.rules.retain(|rule| !rule.is_exhausted());
        self.rules.add(Rule::new(scope, fault.times, fault));
    }

    /// Removes all scripted faults.
    pub(crate) fn clear(&self) {
        self.rules.retain(|_| false);
    }

    /// Returns the fault for a request: the next scripted one, or else a random one.
    pub(crate) fn next(&self, called: &Called<'_>, number: u64) -> Option<Fault> {
        let rules = self.rules.all();
        let mut rules = rules.iter();
        let scripted =
            rules.find(|rule| rule.scope.arguments(called).is_some() && rule.try_count());
        let scripted = scripted.map(|rule| rule.value.clone());
        scripted.or_else(|| self.chaos.as_ref()?.fault(number))
    }

    /// Lists the scripted faults that are not exhausted.
    pub(crate) fn scripted(&self) -> impl Iterator<Item = std::sync::Arc<Rule<Fault>>> {
        let rules = self.rules.all().into_iter();
        rules.filter(|rule| !rule.is_exhausted())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::{Called, Fault, Faults};
    use crate::api::Api;

    fn called(operation: Option<&'static str>) -> Called<'static> {
        Called {
            operation: operation.map(|id| (Api::Inference, id)),
            method: &Method::POST,
            path: "/summarize",
            full_path: "/v2/summarize".to_owned(),
        }
    }

    #[test]
    fn faults_apply_in_script_order_up_to_their_limits() {
        let faults = Faults::default();
        let (first, last) = (Fault::status(429).times(2), Fault::connection_close());
        for fault in [&first, &Fault::truncate(1).times(0), &last] {
            faults.script("chat", fault.clone()).unwrap();
        }
        let chat = called(Some("chat"));
        let applied: Vec<_> = (1..=4).map(|number| faults.next(&chat, number)).collect();
        let expected = [&first, &first, &last, &last].map(|fault| Some(fault.clone()));
        assert_eq!(applied, expected);
        assert_eq!(faults.next(&called(Some("embeddings")), 5), None);
        faults.clear();
        assert_eq!(faults.next(&chat, 6), None);
    }

    #[test]
    fn faults_apply_to_a_method_and_a_path() {
        let faults = Faults::default();
        faults
            .script("POST /v2/summarize", Fault::malformed())
            .unwrap();
        assert_eq!(faults.next(&called(None), 1), Some(Fault::malformed()));
        assert_eq!(faults.next(&called(Some("chat")), 2), None);
    }
}
