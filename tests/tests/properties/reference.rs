//! A simple reference decoder of server-sent events.
//!
//! It follows the section "Interpreting an event stream" of the HTML standard sentence by sentence, and reads the
//! complete stream at once.

/// The type and the data of an event.
pub type Event = (String, String);

/// Decodes a stream.
pub fn events(stream: &[u8]) -> Vec<Event> {
    // "Streams must be decoded using the UTF-8 decode algorithm", which strips one byte order mark.
    let decoded = String::from_utf8_lossy(stream);
    let text = decoded.strip_prefix('\u{FEFF}').unwrap_or(&decoded);
    let mut events = Vec::new();
    let (mut data, mut event_type) = (String::new(), String::new());
    for line in lines(text) {
        if line.is_empty() {
            dispatch(&mut data, &mut event_type, &mut events);
        } else if let Some((field, value)) = field(&line) {
            match field {
                "event" => value.clone_into(&mut event_type),
                "data" => {
                    data.push_str(value);
                    data.push('\n');
                }
                // `id` and `retry` only matter to clients that reconnect.
                _ => {}
            }
        }
    }
    // "Once the end of the file is reached, any pending data must be discarded."
    events
}

/// Returns the lines that end with CR LF, LF or CR.
fn lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' | '\n' => {
                if character == '\r' && characters.peek() == Some(&'\n') {
                    characters.next();
                }
                lines.push(String::new());
            }
            other => lines
                .last_mut()
                .expect("there is always a last line")
                .push(other),
        }
    }
    lines.pop();
    lines
}

/// Returns the field and the value of a line, or `None` for a comment.
fn field(line: &str) -> Option<(&str, &str)> {
    if line.starts_with(':') {
        return None;
    }
    let Some((field, value)) = line.split_once(':') else {
        return Some((line, ""));
    };
    Some((field, value.strip_prefix(' ').unwrap_or(value)))
}

/// "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and
/// return." Otherwise removes one final line feed of the data and adds the event.
fn dispatch(data: &mut String, event_type: &mut String, events: &mut Vec<Event>) {
    let (mut data, event_type) = (std::mem::take(data), std::mem::take(event_type));
    if data.pop().is_some() {
        events.push((event_type, data));
    }
}
