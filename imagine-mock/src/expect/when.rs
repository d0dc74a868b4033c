//! What a test says of a request.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::condition::Condition;
use super::matcher::{Json, Matcher, Matches, Text};
use crate::contract::Place;
use crate::record::RecordedRequest;

/// What the requests are like that an expectation is about. Without a condition it is about all requests
/// for its operation.
///
/// There is a method for each field that the operation `O` takes, named as the SDK names its setter; it
/// takes a value of the field's kind or a [`Matcher`]. The methods below are there for
/// every operation. Conditions add up, in a chain or one after the other.
pub struct When<O> {
    conditions: Rc<RefCell<Vec<Condition>>>,
    operation: PhantomData<O>,
}

impl<O> When<O> {
    pub(super) fn new() -> Self {
        Self {
            conditions: Rc::default(),
            operation: PhantomData,
        }
    }

    /// What was said.
    pub(super) fn into_conditions(self) -> Vec<Condition> {
        self.conditions.take()
    }

    /// The JSON body must be this, and nothing besides. A form counts as an object of its fields.
    pub fn json(&self, body: impl Into<Value>) -> Self {
        self.with(Condition::Body(body.into()))
    }

    /// The JSON body must have all of this: objects may have more fields.
    pub fn including(&self, part: impl Into<Value>) -> Self {
        self.with(Condition::Part(part.into()))
    }

    /// What a field of the body must be, by its name on the wire, be it in the specification or not.
    pub fn field(&self, name: &str, is: impl Matches<Json>) -> Self {
        self.in_body(name, is)
    }

    /// What a parameter of the query must be, by its name on the wire, be it in the specification or not.
    pub fn parameter(&self, name: &str, is: impl Matches<Json>) -> Self {
        self.in_query(name, is)
    }

    /// What a header must be.
    pub fn header(&self, name: &str, is: impl Matches<Text>) -> Self {
        self.in_header(name, is)
    }

    /// The request must pass a test. `wanted` is what reports say of it, for instance `a signed request`.
    pub fn matching(
        &self,
        wanted: impl Into<String>,
        test: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.with(Condition::Test(wanted.into(), Arc::new(test)))
    }

    pub(crate) fn in_body<K>(&self, name: &str, is: impl Matches<K>) -> Self {
        self.with(Condition::Field(name.to_owned(), is.into_matcher()))
    }

    pub(crate) fn in_query<K>(&self, name: &str, is: impl Matches<K>) -> Self {
        self.at(Place::Query, name, is.into_matcher())
    }

    pub(crate) fn in_path<K>(&self, name: &str, is: impl Matches<K>) -> Self {
        self.at(Place::Path, name, is.into_matcher())
    }

    pub(crate) fn in_header<K>(&self, name: &str, is: impl Matches<K>) -> Self {
        self.at(Place::Header, name, is.into_matcher())
    }

    fn at(&self, place: Place, name: &str, is: Matcher) -> Self {
        self.with(Condition::Parameter(place, name.to_owned(), is))
    }

    fn with(&self, condition: Condition) -> Self {
        self.conditions.borrow_mut().push(condition);
        self.clone()
    }
}

impl<O> Clone for When<O> {
    fn clone(&self) -> Self {
        Self {
            conditions: Rc::clone(&self.conditions),
            operation: PhantomData,
        }
    }
}

impl<O> fmt::Debug for When<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.conditions.borrow().fmt(formatter)
    }
}
