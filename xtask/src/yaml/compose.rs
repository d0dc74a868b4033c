//! Composes the parser's events into a value.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::{Map, Value};

use super::{Mark, Marks, SyntaxError, Yaml, scalar};

/// The maximum depth: more than any specification needs, less than the stack permits.
const DEPTH: usize = 128;

/// The maximum number of values: more than any specification has. Nested aliases could create any number.
const VALUES: usize = 1_000_000;

pub(super) struct Composer<'a> {
    events: Parser<'a, StrInput<'a>>,
    marks: Marks,
    /// The value of each anchor and the number of values in it.
    anchors: HashMap<usize, (Value, usize)>,
    values: usize,
    depth: usize,
}

impl<'a> Composer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            events: Parser::new_from_str(text),
            marks: Marks::default(),
            anchors: HashMap::new(),
            values: 0,
            depth: 0,
        }
    }

    pub(super) fn document(mut self) -> Result<Yaml, SyntaxError> {
        let value = loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (Event::StreamEnd, mark) => {
                    return Err(SyntaxError::new(mark, "the file is empty"));
                }
                (event, mark) => {
                    self.marks.set("", mark);
                    break self.value(event, mark, "")?;
                }
            }
        };
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => break,
                (Event::DocumentStart(_), mark) => {
                    let message = "a second document starts here; a file must contain one";
                    return Err(SyntaxError::new(mark, message));
                }
                _ => {}
            }
        }
        let marks = self.marks;
        Ok(Yaml { value, marks })
    }

    fn next(&mut self) -> Result<(Event<'a>, Mark), SyntaxError> {
        match self.events.next_event() {
            Some(Ok((event, Span { start, .. }))) => Ok((event, start.into())),
            Some(Err(error)) => Err(SyntaxError::new((*error.marker()).into(), error.info())),
            None => Ok((Event::StreamEnd, Mark { line: 1, column: 1 })),
        }
    }

    fn value(&mut self, event: Event<'a>, mark: Mark, at: &str) -> Result<Value, SyntaxError> {
        let before = self.values;
        self.count(1, mark)?;
        let (value, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, mark),
            Event::Scalar(word, style, anchor, tag) => {
                (scalar_value(&word, style, tag, mark)?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                reject_tag(tag.is_some(), mark)?;
                (self.nested(mark, |composer| composer.list(at))?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                reject_tag(tag.is_some(), mark)?;
                (self.nested(mark, |composer| composer.map(at))?, anchor)
            }
            _ => return Err(SyntaxError::new(mark, "expected a value")),
        };
        // The parser numbers anchors from 1.
        if anchor > 0 {
            self.anchors
                .insert(anchor, (value.clone(), self.values - before));
        }
        Ok(value)
    }

    fn alias(&mut self, anchor: usize, mark: Mark) -> Result<Value, SyntaxError> {
        let inside = || SyntaxError::new(mark, "an alias refers to the value that contains it");
        let (value, values) = self.anchors.get(&anchor).cloned().ok_or_else(inside)?;
        self.count(values, mark)?;
        Ok(value)
    }

    fn count(&mut self, values: usize, mark: Mark) -> Result<(), SyntaxError> {
        self.values += values;
        match self.values {
            0..=VALUES => Ok(()),
            _ => Err(SyntaxError::new(mark, "aliases expand to too many values")),
        }
    }

    fn nested(
        &mut self,
        mark: Mark,
        read: impl FnOnce(&mut Self) -> Result<Value, SyntaxError>,
    ) -> Result<Value, SyntaxError> {
        if self.depth == DEPTH {
            return Err(SyntaxError::new(mark, "nested too deep"));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self, at: &str) -> Result<Value, SyntaxError> {
        let mut items = Vec::new();
        loop {
            let (event, mark) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::Array(items));
            }
            let at = format!("{at}/{}", items.len());
            self.marks.set(&at, mark);
            items.push(self.value(event, mark, &at)?);
        }
    }

    fn map(&mut self, at: &str) -> Result<Value, SyntaxError> {
        let mut members = Map::new();
        loop {
            let (key, mark) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Object(members)),
                (Event::Scalar(key, ..), mark) => (key.into_owned(), mark),
                (_, mark) => return Err(SyntaxError::new(mark, "a key must be a scalar")),
            };
            let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
            if members.contains_key(&key) {
                let first = self.marks.at(&at);
                let message = format!("duplicate key `{key}`; first defined at {first}");
                return Err(SyntaxError::new(mark, message));
            }
            self.marks.set(&at, mark);
            let (event, start) = self.next()?;
            let value = self.value(event, start, &at)?;
            members.insert(key, value);
        }
    }
}

fn scalar_value(
    word: &str,
    style: ScalarStyle,
    tag: Option<Cow<'_, Tag>>,
    mark: Mark,
) -> Result<Value, SyntaxError> {
    reject_tag(tag.is_some(), mark)?;
    let not_json = || {
        let message = format!("`{word}` is not a JSON number; quote it to make it a string");
        SyntaxError::new(mark, message)
    };
    match style {
        ScalarStyle::Plain => scalar::plain(word).ok_or_else(not_json),
        _ => Ok(word.into()),
    }
}

// A tag would change the type of a value.
fn reject_tag(tagged: bool, mark: Mark) -> Result<(), SyntaxError> {
    match tagged {
        false => Ok(()),
        true => Err(SyntaxError::new(
            mark,
            "tags are not supported; remove the tag",
        )),
    }
}
