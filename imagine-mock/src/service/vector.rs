//! Embedding vectors, which are close for similar inputs.
//!
//! The features of a text are its words and the trigrams of its words. The hash of a feature selects a dimension and a
//! sign, and a shared feature contributes the same direction.

use crate::hash::hash;

/// The default number of dimensions.
pub(crate) const DIMENSIONS: usize = 128;

/// The weight of a trigram relative to its word.
const TRIGRAM_WEIGHT: f32 = 0.4;

/// Returns the unit vector of a text.
pub(crate) fn embed(text: &str, dimensions: usize) -> Vec<f32> {
    let mut vector = vec![0.0; dimensions];
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

/// Returns the cosine similarity of two unit vectors, from -1 to 1.
pub(crate) fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

fn add_word(vector: &mut [f32], word: &str) {
    // Short words are mostly function words, which most inputs share.
    let weight = match word.chars().count() {
        0..=2 => 0.2,
        3 => 0.6,
        _ => 1.0,
    };
    add_feature(vector, word.bytes(), weight);
    let padded: Vec<char> = format!("^{word}$").chars().collect();
    for trigram in padded.windows(3) {
        let trigram: String = trigram.iter().collect();
        add_feature(vector, trigram.bytes(), weight * TRIGRAM_WEIGHT);
    }
}

fn add_feature(vector: &mut [f32], feature: impl IntoIterator<Item = u8>, weight: f32) {
    let hash = hash(feature);
    let signed_weight = if hash >> 63 == 0 { weight } else { -weight };
    let dimension = (hash >> 32) as usize % vector.len().max(1);
    if let Some(value) = vector.get_mut(dimension) {
        *value += signed_weight;
    }
}
