//! Visits the values that spans record, so that spans parse no JSON.

/// A value that a span records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Observed<'a> {
    /// A string.
    String(&'a str),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
}

/// Receives the values of a request or a response by their wire names.
pub trait Observer {
    /// Receives a value.
    fn observe(&mut self, name: &'static str, value: Observed<'_>);
}
