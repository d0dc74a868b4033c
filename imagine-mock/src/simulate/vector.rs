//! Vectors of texts in which similar texts are near.
//!
//! Each word and each three neighbouring letters of a word is a feature. A feature's hash picks a
//! dimension and a sign, so that texts which share features share directions.

/// Dimensions of a vector.
const DIMENSIONS: usize = 128;

/// Letters of a word say less than the word.
const WEIGHT_OF_LETTERS: f32 = 0.4;

/// The unit vector of a text.
pub(crate) fn embed(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; DIMENSIONS];
    for word in super::text::words(&text.to_lowercase()) {
        add_word(&mut vector, word);
    }
    let length = dot(&vector, &vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    } else if let Some(first) = vector.first_mut() {
        *first = 1.0;
    }
    vector
}

/// How near two unit vectors are, from -1 to 1.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// A number that only depends on the bytes (FNV-1a, stirred once more).
pub(crate) fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let hash = bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A number that depends on a number and on some texts.
pub(crate) fn seed(number: i64, texts: &[impl AsRef<str>]) -> u64 {
    let texts = texts
        .iter()
        .flat_map(|text| text.as_ref().bytes().chain([0]));
    hash(number.to_le_bytes().into_iter().chain(texts))
}

fn add_word(vector: &mut [f32], word: &str) {
    // Short words are mostly grammar, which most texts share.
    let weight = match word.chars().count() {
        0..=2 => 0.2,
        3 => 0.6,
        _ => 1.0,
    };
    add(vector, word.bytes(), weight);
    let padded: Vec<char> = format!("^{word}$").chars().collect();
    for three in padded.windows(3) {
        let three: String = three.iter().collect();
        add(vector, three.bytes(), weight * WEIGHT_OF_LETTERS);
    }
}

fn add(vector: &mut [f32], feature: impl IntoIterator<Item = u8>, weight: f32) {
    let hash = hash(feature);
    let sign = if hash >> 63 == 0 { weight } else { -weight };
    let place = (hash >> 32) as usize % DIMENSIONS;
    if let Some(value) = vector.get_mut(place) {
        *value += sign;
    }
}
