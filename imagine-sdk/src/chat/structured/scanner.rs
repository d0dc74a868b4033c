//! Follows the structure of a JSON object while its text arrives.

use std::collections::VecDeque;
use std::ops::Range;

/// A container that is not closed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Frame {
    /// An object before a key.
    Key,
    /// An object after a key.
    Value,
    List,
}

/// The string or scalar that is being read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    None,
    String {
        start: usize,
        escape: Option<Escape>,
    },
    Scalar,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Escape {
    start: usize,
    /// The number of characters until its end. `None` before the first one.
    left: Option<u8>,
}

/// Decides if an object is a tool call that was written as text, with the output as its arguments.
#[derive(Debug, PartialEq)]
enum CallForm {
    /// The object may be a call of the tool.
    Possible(String),
    /// The object is a call of the tool.
    Named,
    Plain,
}

/// Reads each byte of a text once. Positions refer to the text, which only grows.
#[derive(Debug)]
pub(super) struct Scanner {
    start: usize,
    at: usize,
    stack: Vec<Frame>,
    token: Token,
    /// The end of the last value. The containers at this position are those of the stack.
    end: usize,
    is_broken: bool,
    is_complete: bool,
    /// The current key of the object.
    key: String,
    call_form: CallForm,
    /// The list whose elements are recorded.
    list: Option<String>,
    element_start: usize,
    elements: VecDeque<Range<usize>>,
}

impl Scanner {
    /// Creates the scanner of an object that starts at a position. `tool` is the name of the tool whose call the object
    /// may be, and `list` the key of the list whose elements are recorded.
    pub(super) fn new(start: usize, tool: Option<&str>, list: Option<String>) -> Self {
        let tool = tool.map(|tool| CallForm::Possible(tool.to_owned()));
        Self {
            start,
            at: start,
            stack: Vec::new(),
            token: Token::None,
            end: start,
            is_broken: false,
            is_complete: false,
            key: String::new(),
            call_form: tool.unwrap_or(CallForm::Plain),
            list,
            element_start: start,
            elements: VecDeque::new(),
        }
    }

    /// Returns the position up to which the text was read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reads the text that was added.
    pub(super) fn push(&mut self, text: &str) {
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if self.is_broken || self.is_complete {
                self.at = text.len();
                return;
            }
            self.read(*byte, text);
            self.at += 1;
        }
    }

    /// Returns the position of the next finished element of the list.
    pub(super) fn next_element(&mut self) -> Option<Range<usize>> {
        self.elements.pop_front()
    }

    /// Returns the end of the usable text.
    pub(super) fn usable_end(&self) -> usize {
        match self.token {
            Token::String { escape, .. } if !self.is_in_key() => {
                escape.map_or(self.at, |escape| escape.start)
            }
            _ => self.end,
        }
    }

    /// Returns the object so far as complete JSON: with a truncated string, without a truncated key or scalar.
    pub(super) fn partial(&self, text: &str) -> Option<String> {
        if self.is_broken || self.may_be_call(text) {
            return None;
        }
        let mut json = text.get(self.start..self.usable_end())?.to_owned();
        if matches!(self.token, Token::String { .. }) && !self.is_in_key() {
            json.push('"');
        }
        for frame in self.stack.iter().rev() {
            json.push(if *frame == Frame::List { ']' } else { '}' });
        }
        Some(json)
    }

    /// Returns true while the object may be a call, of which only the arguments are output.
    fn may_be_call(&self, text: &str) -> bool {
        match (&self.call_form, self.token) {
            (CallForm::Plain, _) => false,
            (CallForm::Possible(tool), Token::String { start, .. })
                if self.key == "name" && !self.is_in_key() =>
            {
                let name = text.get(start + 1..self.at);
                name.is_some_and(|name| tool.starts_with(name))
            }
            _ => true,
        }
    }

    fn is_in_key(&self) -> bool {
        self.stack.last() == Some(&Frame::Key)
    }

    fn read(&mut self, byte: u8, text: &str) {
        match &mut self.token {
            Token::String { start, escape } => {
                let start = *start;
                match (escape.as_mut(), byte) {
                    (Some(pending), _) => {
                        let left = match (pending.left, byte) {
                            (None, b'u') => 4,
                            (None, _) => 0,
                            (Some(left), _) => left - 1,
                        };
                        pending.left = Some(left);
                        if left == 0 {
                            *escape = None;
                        }
                    }
                    (None, b'\\') => {
                        *escape = Some(Escape {
                            start: self.at,
                            left: None,
                        });
                    }
                    (None, b'"') => {
                        self.token = Token::None;
                        self.finish_string(text.get(start..=self.at).unwrap_or_default());
                    }
                    _ => {}
                }
            }
            Token::Scalar if is_in_scalar(byte) => {}
            Token::Scalar => {
                self.token = Token::None;
                self.finish_value(self.at);
                self.read_structure(byte);
            }
            Token::None => self.read_structure(byte),
        }
    }

    fn read_structure(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.start_value();
                self.token = Token::String {
                    start: self.at,
                    escape: None,
                };
            }
            b'{' => self.open(Frame::Key),
            b'[' => self.open(Frame::List),
            b'}' => self.close(|frame| frame != Frame::List),
            b']' => self.close(|frame| frame == Frame::List),
            b',' | b':' => {
                if let Some(frame @ (Frame::Key | Frame::Value)) = self.stack.last_mut() {
                    *frame = if byte == b':' {
                        Frame::Value
                    } else {
                        Frame::Key
                    };
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => {
                self.start_value();
                self.token = Token::Scalar;
            }
        }
    }

    fn open(&mut self, frame: Frame) {
        let is_argument = self.stack == [Frame::Value]
            && frame == Frame::Key
            && matches!(&*self.key, "parameters" | "arguments");
        if is_argument && self.call_form == CallForm::Named {
            // The output is this object.
            *self = Self::new(self.at, None, self.list.take());
        }
        self.start_value();
        self.stack.push(frame);
        self.end = self.at + 1;
    }

    fn close(&mut self, matches: impl Fn(Frame) -> bool) {
        match self.stack.pop() {
            Some(frame) if matches(frame) => self.finish_value(self.at + 1),
            _ => self.is_broken = true,
        }
    }

    fn start_value(&mut self) {
        if self.is_in_list() {
            self.element_start = self.at;
        }
    }

    fn finish_string(&mut self, string: &str) {
        if !self.is_in_key() {
            if self.stack == [Frame::Value] && self.key == "name" {
                self.recognize_name(string);
            }
            self.finish_value(self.at + 1);
        } else if self.stack.len() == 1 {
            self.key = serde_json::from_str(string).unwrap_or_default();
            let is_of_call = ["type", "name", "function", "parameters", "arguments"];
            if !is_of_call.contains(&&*self.key) {
                self.call_form = CallForm::Plain;
            }
        }
    }

    fn recognize_name(&mut self, string: &str) {
        if let CallForm::Possible(tool) = &self.call_form {
            let name = string.trim_matches('"');
            self.call_form = match name == tool {
                true => CallForm::Named,
                false => CallForm::Plain,
            };
        }
    }

    fn finish_value(&mut self, end: usize) {
        self.end = end;
        self.is_complete = self.stack.is_empty();
        if self.is_in_list() {
            self.elements.push_back(self.element_start..end);
        }
    }

    /// Returns true directly in the list whose elements are recorded.
    fn is_in_list(&self) -> bool {
        self.stack == [Frame::Value, Frame::List] && self.list.as_ref() == Some(&self.key)
    }
}

fn is_in_scalar(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OUTPUT: &str =
        r#"{"a": [1, {"b": "x\"\u00e9é}"}, [], "]"], "c" :null,"d":-1.5e3, "e":{}}"#;

    /// Returns the partial values after each character.
    fn partials(text: &str, tool: Option<&str>) -> Vec<Option<Value>> {
        let mut scanner = Scanner::new(0, tool, None);
        let ends = (1..=text.len()).filter(|end| text.is_char_boundary(*end));
        let partials = ends.map(|end| {
            scanner.push(&text[..end]);
            let partial = scanner.partial(&text[..end])?;
            Some(serde_json::from_str(&partial).unwrap_or_else(|_| panic!("{partial}")))
        });
        partials.collect()
    }

    #[test]
    fn every_partial_value_is_json_and_the_last_one_is_complete() {
        let partials = partials(OUTPUT, None);
        assert!(partials.iter().all(Option::is_some));
        let whole: Value = serde_json::from_str(OUTPUT).unwrap();
        assert_eq!(partials.last().unwrap().as_ref(), Some(&whole));
        assert!(partials.contains(&Some(json!({"a": [1, {"b": "x\"é"}]}))));
        assert!(partials.contains(&Some(json!({"a": [1, {"b": "x\"éé}"}, []], }))));
    }

    #[test]
    fn incomplete_keys_numbers_and_escapes_are_left_out() {
        for (text, expected) in [
            (r#"{"a":12"#, json!({})),
            (r#"{"a":12,"#, json!({"a": 12})),
            (r#"{"a":tr"#, json!({})),
            (r#"{"a":"x\"#, json!({"a": "x"})),
            (r#"{"a":"x\u00e"#, json!({"a": "x"})),
            (r#"{"a":"x","b"#, json!({"a": "x"})),
            (r#"{"a":"x","b":"#, json!({"a": "x"})),
            (r#"{"a":["#, json!({"a": []})),
        ] {
            let last = partials(text, None).pop().unwrap();
            assert_eq!(last, Some(expected), "{text}");
        }
    }

    #[test]
    fn elements_are_recorded_once_when_they_are_finished() {
        let text = r#"{"n":[0],"a":[1, "x,]", {"a":[2]},[3] ,null],"b":[4]}"#;
        let mut scanner = Scanner::new(0, None, Some("a".to_owned()));
        let mut found = Vec::new();
        for end in 1..=text.len() {
            scanner.push(&text[..end]);
            found.extend(
                std::iter::from_fn(|| scanner.next_element()).map(|range| (end, &text[range])),
            );
        }
        let elements: Vec<_> = found.iter().map(|(_, element)| *element).collect();
        assert_eq!(elements, ["1", r#""x,]""#, r#"{"a":[2]}"#, "[3]", "null"]);
        // An element with an end of its own is recorded at this end.
        assert_eq!(found[1].0, text.find("]\"").unwrap() + 2);
    }

    #[test]
    fn the_arguments_of_a_call_in_text_are_the_output() {
        let text = r#"{"type":"function","name":"T","parameters":{"a":"xy"}}"#;
        let found: Vec<_> = partials(text, Some("T")).into_iter().flatten().collect();
        assert_eq!(found.first(), Some(&json!({})));
        assert_eq!(found.last(), Some(&json!({"a": "xy"})));
        assert!(found.iter().all(|partial| partial.get("type").is_none()));
        // The same fields of another object are output.
        let other = partials(r#"{"name":"Ta"#, Some("T")).pop().unwrap();
        assert_eq!(other, Some(json!({"name": "Ta"})));
    }

    #[test]
    fn brackets_that_do_not_match_end_the_partial_values() {
        assert_eq!(partials(r#"{"a":1]"#, None).pop().unwrap(), None);
    }
}
