//! Values that are sent outside JSON.

use super::FilePart;

/// A value that can be sent in a path, a query or a multipart form.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent in a path, a query or a multipart form",
    note = "it may be a boolean, a number, a `String`, a `FilePart`, or a type that derives `OpenEnum`; also in `Option` and `Vec`"
)]
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

text_values!(
    String, bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64
);
