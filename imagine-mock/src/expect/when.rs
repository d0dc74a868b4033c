//! The request conditions of an expectation.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::OwnOperation;
use super::condition::Condition;
use super::matcher::{IntoMatcher, JsonString, JsonValue, Matcher};
use crate::contract::ParameterLocation;
use crate::request_log::RecordedRequest;

/// A builder for the request conditions of an expectation. Default: all requests for the operation match.
///
/// It has a method for each field of the operation `O`, named like the setter of the SDK. The method takes a value of
/// the field's type or a [`Matcher`]. The methods below exist for every operation. All conditions must hold. Call the
/// methods in a chain or one after the other.
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

    pub(super) fn into_conditions(self) -> Vec<Condition> {
        self.conditions.take()
    }

    /// Requires the JSON body to equal this value. A form is an object of its fields.
    pub fn json(&self, body: impl Into<Value>) -> Self {
        self.with(Condition::Body(body.into()))
    }

    /// Requires the JSON body to include this value: objects may have additional fields, arrays no additional items.
    pub fn json_includes(&self, part: impl Into<Value>) -> Self {
        self.with(Condition::BodyIncludes(part.into()))
    }

    /// Requires a field of the body to match. It is identified by its wire name, which the specification need not
    /// contain.
    pub fn field(&self, name: &str, is: impl IntoMatcher<JsonValue>) -> Self {
        self.in_body(name, is)
    }

    /// Requires a query parameter to match. It is identified by its wire name, which the specification need not
    /// contain.
    pub fn parameter(&self, name: &str, is: impl IntoMatcher<JsonValue>) -> Self {
        self.in_query(name, is)
    }

    /// Requires a header to match.
    pub fn header(&self, name: &str, is: impl IntoMatcher<JsonString>) -> Self {
        self.in_header(name, is)
    }

    /// Requires the request to satisfy a predicate. Reports describe it as `expected`, for instance `a signed request`.
    pub fn matches(
        &self,
        expected: impl Into<String>,
        predicate: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.with(Condition::Predicate(expected.into(), Arc::new(predicate)))
    }

    pub(super) fn with(&self, condition: Condition) -> Self {
        self.conditions.borrow_mut().push(condition);
        self.clone()
    }

    pub(crate) fn in_body<K>(&self, name: &str, is: impl IntoMatcher<K>) -> Self {
        self.with(Condition::Field(name.to_owned(), is.into_matcher()))
    }

    pub(crate) fn in_query<K>(&self, name: &str, is: impl IntoMatcher<K>) -> Self {
        self.at(ParameterLocation::Query, name, is.into_matcher())
    }

    pub(crate) fn in_path<K>(&self, name: &str, is: impl IntoMatcher<K>) -> Self {
        self.at(ParameterLocation::Path, name, is.into_matcher())
    }

    pub(crate) fn in_header<K>(&self, name: &str, is: impl IntoMatcher<K>) -> Self {
        self.at(ParameterLocation::Header, name, is.into_matcher())
    }

    // Only code generated from a specification with cookies calls it.
    #[allow(dead_code, reason = "no current specification has cookies")]
    pub(crate) fn in_cookie<K>(&self, name: &str, is: impl IntoMatcher<K>) -> Self {
        self.at(ParameterLocation::Cookie, name, is.into_matcher())
    }

    fn at(&self, location: ParameterLocation, name: &str, is: Matcher) -> Self {
        self.with(Condition::Parameter(location, name.to_owned(), is))
    }
}

impl When<OwnOperation> {
    /// Requires a parameter of the path to match.
    pub fn argument(&self, name: &str, is: impl IntoMatcher<JsonString>) -> Self {
        self.in_path(name, is)
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
