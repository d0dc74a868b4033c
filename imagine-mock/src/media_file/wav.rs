//! WAV files: a parser for their headers, and a generator of melodies.

use std::f64::consts::TAU;

use crate::hash::hash;

const SAMPLES_PER_SECOND: u32 = 8_000;

const SAMPLES_PER_NOTE: usize = 2_000;

/// Frequencies of a scale that is consonant in any order.
const NOTES: [f64; 8] = [220.0, 262.0, 294.0, 330.0, 392.0, 440.0, 523.0, 587.0];

/// The amplitude, far below the maximum of a sample.
const AMPLITUDE: f64 = 8_000.0;

/// Renders a melody that the seed determines.
pub(crate) fn render(seed: u64, seconds: f64) -> Vec<u8> {
    let count = (seconds * f64::from(SAMPLES_PER_SECOND)).round() as usize;
    let samples: Vec<_> = (0..count).map(|index| sample(seed, index)).collect();
    write(SAMPLES_PER_SECOND, &samples)
}

/// Computes a sample. Each note fades out, because the next one would otherwise start with a click.
fn sample(seed: u64, index: usize) -> i16 {
    let (note, offset) = (index / SAMPLES_PER_NOTE, index % SAMPLES_PER_NOTE);
    let time = offset as f64 / f64::from(SAMPLES_PER_SECOND);
    let envelope = 1.0 - offset as f64 / SAMPLES_PER_NOTE as f64;
    ((TAU * frequency(seed, note) * time).sin() * envelope * AMPLITUDE) as i16
}

fn frequency(seed: u64, note: usize) -> f64 {
    let hash = hash(seed.to_le_bytes().into_iter().chain(note.to_le_bytes()));
    let index = hash as usize % NOTES.len();
    NOTES.get(index).copied().unwrap_or_default()
}

/// Writes a mono file with 16-bit samples.
fn write(sample_rate: u32, samples: &[i16]) -> Vec<u8> {
    let length = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = b"RIFF".to_vec();
    file.extend(length.saturating_add(36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(sample_rate.to_le_bytes());
    file.extend(sample_rate.saturating_mul(2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// The headers of a WAV file.
#[derive(Debug, PartialEq)]
pub(crate) struct WavInfo {
    channels: u16,
    sample_rate: u32,
    pub(crate) seconds: f64,
}

impl WavInfo {
    /// Parses the headers. Returns `None` if the file is not a valid WAV file.
    pub(crate) fn parse(file: &[u8]) -> Option<Self> {
        let chunks = file
            .strip_prefix(b"RIFF")?
            .get(4..)?
            .strip_prefix(b"WAVE")?;
        let format = chunk(chunks, *b"fmt ")?;
        let data = chunk(chunks, *b"data")?;
        let bytes_per_second = u32::from_le_bytes(bytes_at(format, 8)?);
        if bytes_per_second == 0 {
            return None;
        }
        Some(Self {
            channels: u16::from_le_bytes(bytes_at(format, 2)?),
            sample_rate: u32::from_le_bytes(bytes_at(format, 4)?),
            seconds: data.len() as f64 / f64::from(bytes_per_second),
        })
    }

    /// Returns a transcript that describes the recording.
    pub(crate) fn describe(&self) -> String {
        let channels = match self.channels {
            1 => "1 channel".to_owned(),
            several => format!("{several} channels"),
        };
        let (seconds, rate) = (self.seconds, self.sample_rate);
        format!("A recording of {seconds:.2} seconds, sampled at {rate} Hz on {channels}.")
    }
}

/// Returns the content of the first chunk with a name. A truncated chunk ends at the end of the file.
fn chunk(mut chunks: &[u8], requested: [u8; 4]) -> Option<&[u8]> {
    loop {
        let name: [u8; 4] = bytes_at(chunks, 0)?;
        let length = usize::try_from(u32::from_le_bytes(bytes_at(chunks, 4)?)).ok()?;
        let content = chunks.get(8..)?;
        if name == requested {
            return Some(content.get(..length).unwrap_or(content));
        }
        // Chunks are aligned to even offsets.
        chunks = content.get(length.checked_add(length % 2)?..)?;
    }
}

fn bytes_at<const N: usize>(bytes: &[u8], start: usize) -> Option<[u8; N]> {
    bytes.get(start..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::{WavInfo, write};

    fn file(data: &[u8]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0\x02\0".to_vec();
        file.extend(8_000_u32.to_le_bytes());
        file.extend(32_000_u32.to_le_bytes());
        file.extend(b"\x04\0\x10\0data");
        file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend(data);
        file
    }

    #[test]
    fn computes_the_duration_from_the_data_chunk() {
        let info = WavInfo {
            channels: 2,
            sample_rate: 8_000,
            seconds: 0.5,
        };
        assert_eq!(WavInfo::parse(&file(&[0; 16_000])), Some(info));
    }

    #[test]
    fn parses_a_written_file() {
        let info = WavInfo {
            channels: 1,
            sample_rate: 8_000,
            seconds: 0.25,
        };
        assert_eq!(WavInfo::parse(&write(8_000, &[1; 2_000])), Some(info));
    }

    #[test]
    fn does_not_panic_on_a_truncated_file() {
        let complete = file(&[0; 16]);
        for end in 0..complete.len() {
            let _ = WavInfo::parse(&complete[..end]);
        }
        assert_eq!(WavInfo::parse(b"ID3 this is something else"), None);
    }
}
