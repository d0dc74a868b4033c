//! The reasons with which the media API rejects a request or fails a generation.

/// The reason for an account without credits.
pub(crate) const OUT_OF_CREDITS: &str = "out_of_credits";

/// Describes a rejection: the reason, and the part of the request that it is about.
pub(crate) fn describe(reason: &str, location: Option<&str>) -> String {
    match location.filter(|location| !location.is_empty()) {
        Some(location) => format!("rejected as {reason} in `{location}`"),
        None => format!("rejected as {reason}"),
    }
}

/// Returns the fix for a rejection. The reasons are those of the published document.
pub(crate) fn advice(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "explicit_text" => "the service rates the text as explicit; change its wording",
        "explicit_image" => "the service rates the image as explicit; use another image",
        "malformed_image" => {
            "the service cannot read the image; send a complete PNG or JPEG file, or check its URL"
        }
        OUT_OF_CREDITS => "the account has no credits left, and waiting does not help",
        _ => return None,
    })
}
