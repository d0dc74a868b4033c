//! A hash that is the same on every system and in every run.

/// Returns a hash of bytes: FNV-1a with an additional mixing step.
pub(crate) fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let hash = bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Derives a seed from a number and strings.
pub(crate) fn seed(number: i64, strings: &[impl AsRef<str>]) -> u64 {
    let bytes = strings
        .iter()
        .flat_map(|string| string.as_ref().bytes().chain([0]));
    hash(number.to_le_bytes().into_iter().chain(bytes))
}
