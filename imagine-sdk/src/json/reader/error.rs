//! Errors of the reader.

use std::fmt;

use serde::de;

/// The reason and the location of a failure. Contains field names, but no values of the document.
#[derive(Debug)]
pub(in crate::json) struct Error(Box<Problem>);

#[derive(Debug)]
struct Problem {
    message: String,
    /// The position of the reader at the failure.
    position: Option<usize>,
    /// The names of fields and the indices of items around the failure, innermost first.
    path: Vec<Step>,
}

const TOO_DEEP: &str = "recursion limit exceeded";
const OUT_OF_RANGE: &str = "number out of range";

/// A step of a path.
#[derive(Debug)]
pub(super) enum Step {
    Field(String),
    Item(usize),
}

impl Error {
    fn new(message: String) -> Self {
        Self(Box::new(Problem {
            message,
            position: None,
            path: Vec::new(),
        }))
    }

    fn expected(expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    /// The document is not JSON. `serde_json` knows why.
    #[cold]
    pub(super) fn syntax() -> Self {
        Self::new("invalid JSON".to_owned())
    }

    /// The values are nested too deeply.
    #[cold]
    pub(super) fn too_deep() -> Self {
        Self::new(TOO_DEEP.to_owned())
    }

    /// An `f64` cannot represent the number.
    #[cold]
    pub(super) fn out_of_range() -> Self {
        Self::new(OUT_OF_RANGE.to_owned())
    }

    /// Returns true if the JSON may be valid as text.
    pub(super) fn is_limit(&self) -> bool {
        [TOO_DEEP, OUT_OF_RANGE].contains(&&*self.0.message)
    }

    /// The document contains more elements than the type.
    #[cold]
    pub(super) fn too_many() -> Self {
        Self::new("expected fewer elements".to_owned())
    }

    /// Records where the reader failed, unless an inner value has.
    pub(super) fn set_position(&mut self, position: usize) {
        self.0.position.get_or_insert(position);
    }

    /// Adds the step around the previous one.
    pub(super) fn push(&mut self, step: Step) {
        self.0.path.push(step);
    }

    /// Returns the path of the value that does not fit, such as `choices[0].message`.
    pub(in crate::json) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                Step::Field(name) if path.is_empty() => path.push_str(name),
                Step::Field(name) => path.extend([".", name]),
                Step::Item(index) => path.push_str(&format!("[{index}]")),
            }
        }
        if path.is_empty() {
            path.push('$');
        }
        path
    }

    /// Returns the message with the line and the column in `json`.
    pub(in crate::json) fn problem(&self, json: &str) -> String {
        let read = self.0.position.and_then(|position| json.get(..position));
        let read = read.unwrap_or_default().trim_ascii_end();
        let line = read.split('\n').count();
        let column = read.len() - read.rfind('\n').map_or(0, |end| end + 1);
        format!("{} at line {line} column {column}", self.0.message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

/// The messages of serde quote the value, which must not reach logs. Those below do not contain it.
impl de::Error for Error {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        match message.rsplit_once(", expected ") {
            Some((_, expected)) => Self::expected(&expected),
            None if message.starts_with("missing field") || message == TOO_DEEP => {
                Self::new(message)
            }
            None => Self::new("unexpected value".to_owned()),
        }
    }

    #[cold]
    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }

    #[cold]
    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }
}
