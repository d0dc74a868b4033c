//! Simulates the pages of a list that no handler simulates: two, the second of which is the last.

use serde_json::{Value, json};

use super::{Call, example};
use crate::contract::{PageStyle, Pagination};

/// Creates an example of a page.
pub(super) fn page(pagination: &Pagination, schema: &Value, call: &Call<'_>) -> Value {
    let definitions = call.contract().definitions();
    let id = &call.operation.id;
    let page = |number: u64| match number {
        1 => example(definitions, schema, id),
        // The values of an example come from its topic.
        _ => example(definitions, schema, &format!("{id} {number}")),
    };
    let count = |page: &Value| items(page, pagination).map_or(0, Vec::len) as u64;
    let size = count(&page(1)).max(1);
    let number = number(pagination, size, call);
    let mut page = page(number);
    if number > 2
        && let Some(items) = nested(&mut page, &pagination.items)
    {
        *items = json!([]);
    }
    let facts = [
        (&pagination.has_more, json!(number < 2)),
        (&pagination.total, json!(size * 2)),
        (&pagination.pages, json!(2)),
    ];
    for (path, value) in facts {
        let place = path.as_ref().and_then(|path| nested(&mut page, path));
        if let Some(place) = place {
            *place = value;
        }
    }
    if let Some(next) = &pagination.next
        && number > 1
    {
        remove(&mut page, next);
    }
    page
}

/// Returns the number of the page that a call selects, from 1. Every cursor selects the second one.
fn number(pagination: &Pagination, size: u64, call: &Call<'_>) -> u64 {
    let parameter = &pagination.parameter;
    let text = match call.query(parameter) {
        Some(text) => Some(text.to_owned()),
        None => match call.body().get(parameter) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        },
    };
    let value = text.as_ref().and_then(|text| text.parse::<u64>().ok());
    match pagination.style {
        PageStyle::Cursor => 1 + u64::from(text.is_some_and(|cursor| !cursor.is_empty())),
        PageStyle::Page => {
            let before = value.map(|value| value.saturating_sub(pagination.first));
            before.unwrap_or_default().saturating_add(1)
        }
        PageStyle::Offset => value.unwrap_or_default().div_ceil(size).saturating_add(1),
    }
}

fn items<'a>(page: &'a Value, pagination: &Pagination) -> Option<&'a Vec<Value>> {
    let mut path = pagination.items.iter();
    path.try_fold(page, |value, name| value.get(name))?
        .as_array()
}

fn nested<'a>(page: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter()
        .try_fold(page, |value, name| value.get_mut(name))
}

/// Removes the next cursor, or empties it: a string is valid where it is required.
fn remove(page: &mut Value, path: &[String]) {
    if let Some(next) = nested(page, path) {
        *next = match next {
            Value::String(_) => json!(""),
            _ => Value::Null,
        };
    }
}
