//! Images in a terminal: by the protocols of kitty and iTerm2, or as colored half blocks.

#[cfg(feature = "images")]
mod codes;

#[cfg(feature = "images")]
pub(crate) use self::codes::codes;

/// Returns nothing: the feature `images` is disabled.
#[cfg(not(feature = "images"))]
pub(crate) fn codes(_path: &std::path::Path, _width: usize) -> Option<String> {
    None
}
