//! Puts the parser's events together.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::Value;

use super::{Mark, Marks, Unreadable, Yaml, scalar};
use crate::document::json::Object;

/// More levels than a specification has, and fewer than a stack.
const DEPTH: usize = 128;

/// More values than a specification has. Aliases of aliases could make any number.
const VALUES: usize = 1_000_000;

pub(super) struct Composer<'a> {
    events: Parser<'a, StrInput<'a>>,
    marks: Marks,
    /// What each anchor holds, and how many values that are.
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

    pub(super) fn document(mut self) -> Result<Yaml, Unreadable> {
        let value = loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (Event::StreamEnd, mark) => {
                    return Err(Unreadable::new(mark, "there is nothing in the file"));
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
                    let problem = "a second document begins here; a specification is one";
                    return Err(Unreadable::new(mark, problem));
                }
                _ => {}
            }
        }
        let marks = self.marks;
        Ok(Yaml { value, marks })
    }

    fn next(&mut self) -> Result<(Event<'a>, Mark), Unreadable> {
        match self.events.next_event() {
            Some(Ok((event, Span { start, .. }))) => Ok((event, start.into())),
            Some(Err(error)) => Err(Unreadable::new((*error.marker()).into(), error.info())),
            None => Ok((Event::StreamEnd, Mark { line: 1, column: 1 })),
        }
    }

    fn value(&mut self, event: Event<'a>, mark: Mark, at: &str) -> Result<Value, Unreadable> {
        let before = self.values;
        self.count(1, mark)?;
        let (value, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, mark),
            Event::Scalar(word, style, anchor, tag) => {
                (word_value(&word, style, tag, mark)?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.is_some(), mark)?;
                (self.nested(mark, |composer| composer.list(at))?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.is_some(), mark)?;
                (self.nested(mark, |composer| composer.map(at))?, anchor)
            }
            _ => return Err(Unreadable::new(mark, "a value was expected here")),
        };
        // The parser numbers anchors from 1.
        if anchor > 0 {
            self.anchors
                .insert(anchor, (value.clone(), self.values - before));
        }
        Ok(value)
    }

    fn alias(&mut self, anchor: usize, mark: Mark) -> Result<Value, Unreadable> {
        let inside = || Unreadable::new(mark, "an alias stands for a value before it ends");
        let (value, values) = self.anchors.get(&anchor).cloned().ok_or_else(inside)?;
        self.count(values, mark)?;
        Ok(value)
    }

    fn count(&mut self, values: usize, mark: Mark) -> Result<(), Unreadable> {
        self.values += values;
        match self.values {
            0..=VALUES => Ok(()),
            _ => Err(Unreadable::new(mark, "aliases make too many values")),
        }
    }

    fn nested(
        &mut self,
        mark: Mark,
        read: impl FnOnce(&mut Self) -> Result<Value, Unreadable>,
    ) -> Result<Value, Unreadable> {
        if self.depth == DEPTH {
            return Err(Unreadable::new(mark, "this is nested too deep"));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self, at: &str) -> Result<Value, Unreadable> {
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

    fn map(&mut self, at: &str) -> Result<Value, Unreadable> {
        let mut members = Object::new();
        loop {
            let (key, mark) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Object(members)),
                (Event::Scalar(key, ..), mark) => (key.into_owned(), mark),
                (_, mark) => return Err(Unreadable::new(mark, "a key must be plain text")),
            };
            let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
            if members.contains_key(&key) {
                let first = self.marks.at(&at);
                let problem = format!("the key `{key}` is written twice; it stands in {first} too");
                return Err(Unreadable::new(mark, problem));
            }
            self.marks.set(&at, mark);
            let (event, start) = self.next()?;
            let value = self.value(event, start, &at)?;
            members.insert(key, value);
        }
    }
}

fn word_value(
    word: &str,
    style: ScalarStyle,
    tag: Option<Cow<'_, Tag>>,
    mark: Mark,
) -> Result<Value, Unreadable> {
    refuse_tag(tag.is_some(), mark)?;
    let not_json = || {
        let problem = format!("`{word}` is no number of JSON; write it in quotes if it is a text");
        Unreadable::new(mark, problem)
    };
    match style {
        ScalarStyle::Plain => scalar::plain(word).ok_or_else(not_json),
        _ => Ok(word.into()),
    }
}

// A tag says that a value is something else than it looks like.
fn refuse_tag(tagged: bool, mark: Mark) -> Result<(), Unreadable> {
    match tagged {
        false => Ok(()),
        true => Err(Unreadable::new(
            mark,
            "a tag is not understood here; leave it out",
        )),
    }
}
