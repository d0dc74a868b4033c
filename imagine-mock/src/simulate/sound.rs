//! Sounds as WAV files: a few notes, picked by a number.

use std::f64::consts::TAU;

use super::{vector, wav};

const SAMPLES_PER_SECOND: u32 = 8_000;

const SAMPLES_PER_NOTE: usize = 2_000;

/// Frequencies that sound well in any order.
const NOTES: [f64; 8] = [220.0, 262.0, 294.0, 330.0, 392.0, 440.0, 523.0, 587.0];

/// Far from the loudest that a sample can be.
const LOUDNESS: f64 = 8_000.0;

/// A sound of some length as a WAV file.
pub(crate) fn wav(seed: u64, seconds: f64) -> Vec<u8> {
    let count = (seconds * f64::from(SAMPLES_PER_SECOND)).round() as usize;
    let samples: Vec<_> = (0..count).map(|place| sample(seed, place)).collect();
    wav::write(SAMPLES_PER_SECOND, &samples)
}

/// A note fades out, so that the next one does not begin with a click.
fn sample(seed: u64, place: usize) -> i16 {
    let (note, within) = (place / SAMPLES_PER_NOTE, place % SAMPLES_PER_NOTE);
    let time = within as f64 / f64::from(SAMPLES_PER_SECOND);
    let left = 1.0 - within as f64 / SAMPLES_PER_NOTE as f64;
    ((TAU * frequency(seed, note) * time).sin() * left * LOUDNESS) as i16
}

fn frequency(seed: u64, note: usize) -> f64 {
    let picked = vector::hash(seed.to_le_bytes().into_iter().chain(note.to_le_bytes()));
    let place = picked as usize % NOTES.len();
    NOTES.get(place).copied().unwrap_or_default()
}
