//! Which fault a request meets.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Chaos, Fault};
use crate::contract::Contract;

/// No operation has the name that a fault was scripted for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no operation is called `{name}`; there are {known}")]
pub struct UnknownOperation {
    name: String,
    known: String,
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    scripted: Mutex<HashMap<&'static str, VecDeque<Scripted>>>,
    pub(crate) chaos: Option<Chaos>,
}

#[derive(Debug)]
struct Scripted {
    fault: Fault,
    met: u32,
}

impl Faults {
    /// Adds a fault behind those that an operation has already.
    pub(crate) fn script(&self, operation: &str, fault: Fault) -> Result<(), UnknownOperation> {
        let mut scripted = self.lock();
        let faults = scripted.entry(known(operation)?).or_default();
        faults.push_back(Scripted { fault, met: 0 });
        Ok(())
    }

    /// Forgets what was scripted.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// The fault that a request meets: the next one that was scripted, else one by chance.
    pub(crate) fn meet(&self, operation: &str, number: u64) -> Option<Fault> {
        let scripted = self.lock().get_mut(operation).and_then(next);
        scripted.or_else(|| self.chaos.as_ref()?.fault(number))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, VecDeque<Scripted>>> {
        self.scripted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first fault that has not come as often as it should.
fn next(faults: &mut VecDeque<Scripted>) -> Option<Fault> {
    while faults.front().is_some_and(Scripted::is_over) {
        faults.pop_front();
    }
    let first = faults.front_mut()?;
    first.met = first.met.saturating_add(1);
    Some(first.fault.clone())
}

impl Scripted {
    fn is_over(&self) -> bool {
        self.fault.times.is_some_and(|times| self.met >= times)
    }
}

/// The name of an operation, as the contracts have it.
fn known(name: &str) -> Result<&'static str, UnknownOperation> {
    let mut names = names();
    names.find(|known| *known == name).ok_or_else(|| {
        let known: Vec<_> = self::names().collect();
        UnknownOperation {
            name: name.to_owned(),
            known: known.join(", "),
        }
    })
}

/// The names of all operations. No two are alike, as a test makes sure.
fn names() -> impl Iterator<Item = &'static str> {
    let contracts = [Contract::inference(), Contract::media()];
    let operations = contracts.into_iter().flat_map(Contract::operations);
    operations.map(|operation| operation.id.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Fault, Faults, names};

    #[test]
    fn a_name_is_of_one_operation() {
        let distinct: HashSet<_> = names().collect();
        assert_eq!(distinct.len(), names().count());
    }

    #[test]
    fn faults_come_in_the_order_of_the_script_and_as_often_as_it_says() {
        let faults = Faults::default();
        let (first, last) = (Fault::status(429).times(2), Fault::close());
        for fault in [&first, &Fault::cut(1).times(0), &last] {
            faults.script("chat", fault.clone()).unwrap();
        }
        let met: Vec<_> = (1..=4).map(|number| faults.meet("chat", number)).collect();
        let expected = [&first, &first, &last, &last].map(|fault| Some(fault.clone()));
        assert_eq!(met, expected);
        assert_eq!(faults.meet("embeddings", 5), None);
        faults.clear();
        assert_eq!(faults.meet("chat", 6), None);
    }

    #[test]
    fn an_unknown_operation_is_refused_with_the_known_ones() {
        let refused = Faults::default().script("chats", Fault::close());
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("`chats`"), "{message}");
        assert!(message.contains("chat, chat_history"), "{message}");
        assert!(message.contains("text2img"), "{message}");
    }
}
