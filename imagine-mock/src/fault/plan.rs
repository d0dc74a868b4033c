//! Assigns faults to requests.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Chaos, Fault};
use crate::contract::Contract;

/// The error for a fault that names an unknown operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown operation `{name}`; known operations: {known}")]
pub struct UnknownOperation {
    name: String,
    known: String,
}

/// The pending faults of all operations.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    scripted: Mutex<HashMap<&'static str, VecDeque<ScriptedFault>>>,
    pub(crate) chaos: Option<Chaos>,
}

#[derive(Debug)]
struct ScriptedFault {
    fault: Fault,
    applied: u32,
}

impl Faults {
    /// Appends a fault to those of an operation.
    pub(crate) fn script(&self, operation: &str, fault: Fault) -> Result<(), UnknownOperation> {
        let mut scripted = self.lock();
        let faults = scripted.entry(check_operation(operation)?).or_default();
        faults.push_back(ScriptedFault { fault, applied: 0 });
        Ok(())
    }

    /// Removes all scripted faults.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Returns the fault for a request: the next scripted one, or else a random one.
    pub(crate) fn next(&self, operation: &str, number: u64) -> Option<Fault> {
        let scripted = self.lock().get_mut(operation).and_then(next_scripted);
        scripted.or_else(|| self.random(number))
    }

    /// Returns the random fault for a request for which faults cannot be scripted.
    pub(crate) fn random(&self, number: u64) -> Option<Fault> {
        self.chaos.as_ref()?.fault(number)
    }

    /// Lists the scripted faults that are not exhausted, with the number of requests that each was applied to.
    pub(crate) fn scripted(&self) -> Vec<(&'static str, Fault, u32)> {
        let scripted = self.lock();
        let mut faults: Vec<_> = scripted
            .iter()
            .flat_map(|(operation, faults)| faults.iter().map(|fault| (*operation, fault)))
            .filter(|(_, fault)| !fault.is_exhausted())
            .map(|(operation, fault)| (operation, fault.fault.clone(), fault.applied))
            .collect();
        faults.sort_by_key(|(operation, ..)| *operation);
        faults
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, VecDeque<ScriptedFault>>> {
        self.scripted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the first fault that is not exhausted, and counts it.
fn next_scripted(faults: &mut VecDeque<ScriptedFault>) -> Option<Fault> {
    while faults.front().is_some_and(ScriptedFault::is_exhausted) {
        faults.pop_front();
    }
    let first = faults.front_mut()?;
    first.applied = first.applied.saturating_add(1);
    Some(first.fault.clone())
}

impl ScriptedFault {
    fn is_exhausted(&self) -> bool {
        self.fault.times.is_some_and(|times| self.applied >= times)
    }
}

/// Returns the static name of an operation.
///
/// # Errors
///
/// Fails if no operation has this name, and lists the known operations.
pub(crate) fn check_operation(name: &str) -> Result<&'static str, UnknownOperation> {
    let mut names = names();
    names.find(|known| *known == name).ok_or_else(|| {
        let known: Vec<_> = self::names().collect();
        UnknownOperation {
            name: name.to_owned(),
            known: known.join(", "),
        }
    })
}

/// Lists the names of the operations of all APIs. A test ensures that they are distinct.
fn names() -> impl Iterator<Item = &'static str> {
    let contracts = [Contract::inference(), Contract::media()];
    let operations = contracts.into_iter().flat_map(Contract::operations);
    let operations = operations.map(|operation| operation.id.as_str());
    operations.chain([OPENAI_ONLY])
}

/// The only operation of OpenAI's API that is not an operation of the inference API.
const OPENAI_ONLY: &str = "retrieve_model";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Fault, Faults, names};

    #[test]
    fn operation_names_are_distinct_across_apis() {
        let distinct: HashSet<_> = names().collect();
        assert_eq!(distinct.len(), names().count());
    }

    #[test]
    fn faults_apply_in_script_order_up_to_their_limits() {
        let faults = Faults::default();
        let (first, last) = (Fault::status(429).times(2), Fault::connection_close());
        for fault in [&first, &Fault::truncate(1).times(0), &last] {
            faults.script("chat", fault.clone()).unwrap();
        }
        let applied: Vec<_> = (1..=4).map(|number| faults.next("chat", number)).collect();
        let expected = [&first, &first, &last, &last].map(|fault| Some(fault.clone()));
        assert_eq!(applied, expected);
        assert_eq!(faults.next("embeddings", 5), None);
        faults.clear();
        assert_eq!(faults.next("chat", 6), None);
    }

    #[test]
    fn rejects_an_unknown_operation_and_lists_the_known_ones() {
        let result = Faults::default().script("chats", Fault::connection_close());
        let message = result.unwrap_err().to_string();
        assert!(message.contains("`chats`"), "{message}");
        assert!(message.contains("chat, chat_history"), "{message}");
        assert!(message.contains("text2img"), "{message}");
    }
}
