//! Values that are sent outside JSON.

use super::FilePart;

/// A value that can travel outside JSON: in a path, in a query or in a form.
pub trait WireValue {
    /// What to send: nothing where the value is not set, several where it is a list.
    fn contents(&self) -> Vec<Content>;
}

/// What travels outside JSON.
#[derive(Debug)]
pub enum Content {
    /// A text.
    Text(String),
    /// A file, which only a form can hold.
    File(FilePart),
}

pub(super) fn texts(value: &impl WireValue) -> impl Iterator<Item = String> {
    value
        .contents()
        .into_iter()
        .filter_map(|content| match content {
            Content::Text(text) => Some(text),
            Content::File(_) => None,
        })
}

impl WireValue for FilePart {
    fn contents(&self) -> Vec<Content> {
        vec![Content::File(self.clone())]
    }
}

impl<T: WireValue> WireValue for Option<T> {
    fn contents(&self) -> Vec<Content> {
        self.as_ref().map(WireValue::contents).unwrap_or_default()
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn contents(&self) -> Vec<Content> {
        self.iter().flat_map(WireValue::contents).collect()
    }
}

/// Makes a displayed value travel as what it displays.
macro_rules! text_values {
    ($($type:ty),*) => {$(
        impl $crate::request::WireValue for $type {
            fn contents(&self) -> Vec<$crate::request::Content> {
                vec![$crate::request::Content::Text(self.to_string())]
            }
        }
    )*};
}

pub(crate) use text_values;

text_values!(String, bool, i64, u64, f64);
