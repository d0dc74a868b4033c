//! Strings that share the memory of the document they are read from.
//!
//! serde hands out borrowed strings, but not the buffer that they are in. The buffer of the document that a thread is
//! reading is therefore known to this module.

use std::cell::RefCell;

use bytestring::ByteString;

/// The number of bytes up to which a string is copied. A small one must not keep a large document in memory.
const COPIED: usize = 1024;

thread_local! {
    static DOCUMENT: RefCell<Option<ByteString>> = const { RefCell::new(None) };
}

/// Forgets the document when reading ends.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        DOCUMENT.set(None);
    }
}

/// Reads a document whose strings can be shared.
pub(super) fn read<T>(document: ByteString, read: impl FnOnce(&str) -> T) -> T {
    let _forget = Forget;
    DOCUMENT.set(Some(document.clone()));
    read(&document)
}

/// Returns a string without copying it, if it is a large part of the document that this thread is reading.
pub(crate) fn share(text: &str) -> ByteString {
    let shared = |document: &ByteString| {
        let (outer, inner) = (
            document.as_bytes().as_ptr_range(),
            text.as_bytes().as_ptr_range(),
        );
        let is_part = outer.start <= inner.start && inner.end <= outer.end;
        is_part.then(|| document.slice_ref(text))
    };
    let is_large = text.len() > COPIED;
    let shared =
        is_large.then(|| DOCUMENT.with_borrow(|document| document.as_ref().and_then(shared)));
    shared.flatten().unwrap_or_else(|| ByteString::from(text))
}
