//! Facts of a part.

use std::collections::BTreeMap;

use serde_json::Value;

use super::keyword::{self, Subject};
use super::variance::Variance;
use crate::diagnostic::Location;
use crate::openapi::json::Object;

/// A keyword of a part and its value.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) subject: Subject,
    pub(super) variance: Variance,
    pub(crate) value: Value,
    pub(crate) location: Location,
    /// True if code is generated from it.
    pub(super) generated: bool,
}

/// Facts by keyword.
#[derive(Debug, Default)]
pub(crate) struct Facts(pub(super) BTreeMap<String, Fact>);

impl Facts {
    /// Adds the members of an object, except some. A later fact replaces an earlier one.
    pub(super) fn add(
        &mut self,
        object: &Object,
        except: &[&str],
        location: &Location,
        generated: bool,
    ) {
        for (key, value) in object {
            let (subject, variance) = keyword::find(key);
            let is_part = except.contains(&key.as_str());
            if !is_part && !variance.is_default(value) {
                let fact = Fact {
                    subject,
                    variance,
                    value: value.clone(),
                    location: location.clone(),
                    generated,
                };
                self.0.insert(key.clone(), fact);
            }
        }
    }

    /// Adds a fact that the document only implies.
    pub(super) fn imply(&mut self, key: &str, subject: Subject, value: Value, location: &Location) {
        let fact = Fact {
            subject,
            variance: Variance::Opaque,
            value,
            location: location.clone(),
            generated: true,
        };
        self.0.insert(key.to_owned(), fact);
    }

    /// Adds a list of alternatives that the document only implies.
    pub(super) fn imply_alternatives(
        &mut self,
        key: &str,
        subject: Subject,
        value: Value,
        location: &Location,
    ) {
        self.imply(key, subject, value, location);
        if let Some(fact) = self.0.get_mut(key) {
            fact.variance = Variance::Alternatives;
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).map(|fact| &fact.value)
    }

    /// Changes the subject of a fact.
    pub(super) fn reclassify(&mut self, key: &str, subject: Subject) {
        if let Some(fact) = self.0.get_mut(key) {
            fact.subject = subject;
        }
    }
}
