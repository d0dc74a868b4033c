//! Reads the headers of WAV files, and writes them.

/// What the headers of a WAV file say.
#[derive(Debug, PartialEq)]
pub(crate) struct Wav {
    pub(crate) channels: u16,
    pub(crate) sample_rate: u32,
    pub(crate) seconds: f64,
}

impl Wav {
    /// Reads a file, or says nothing where it is no proper WAV file.
    pub(crate) fn read(file: &[u8]) -> Option<Self> {
        let chunks = file
            .strip_prefix(b"RIFF")?
            .get(4..)?
            .strip_prefix(b"WAVE")?;
        let format = chunk(chunks, *b"fmt ")?;
        let data = chunk(chunks, *b"data")?;
        let bytes_per_second = u32::from_le_bytes(at(format, 8)?);
        if bytes_per_second == 0 {
            return None;
        }
        Some(Self {
            channels: u16::from_le_bytes(at(format, 2)?),
            sample_rate: u32::from_le_bytes(at(format, 4)?),
            seconds: data.len() as f64 / f64::from(bytes_per_second),
        })
    }

    /// What can be said of a recording without listening to it.
    pub(crate) fn describe(&self) -> String {
        let channels = match self.channels {
            1 => "1 channel".to_owned(),
            several => format!("{several} channels"),
        };
        let (seconds, rate) = (self.seconds, self.sample_rate);
        format!("A recording of {seconds:.2} seconds, sampled at {rate} Hz on {channels}.")
    }
}

/// A WAV file of one channel of 16-bit samples.
pub(crate) fn write(rate: u32, samples: &[i16]) -> Vec<u8> {
    let length = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = b"RIFF".to_vec();
    file.extend(length.saturating_add(36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(rate.to_le_bytes());
    file.extend(rate.saturating_mul(2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// The content of the first chunk of a name. One that is cut short ends where the file does.
fn chunk(mut chunks: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    loop {
        let name: [u8; 4] = at(chunks, 0)?;
        let length = usize::try_from(u32::from_le_bytes(at(chunks, 4)?)).ok()?;
        let content = chunks.get(8..)?;
        if name == wanted {
            return Some(content.get(..length).unwrap_or(content));
        }
        // Chunks begin at even places.
        chunks = content.get(length.checked_add(length % 2)?..)?;
    }
}

fn at<const N: usize>(bytes: &[u8], start: usize) -> Option<[u8; N]> {
    bytes.get(start..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::{Wav, write};

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
    fn the_length_is_that_of_the_data() {
        let wav = Wav {
            channels: 2,
            sample_rate: 8_000,
            seconds: 0.5,
        };
        assert_eq!(Wav::read(&file(&[0; 16_000])), Some(wav));
    }

    #[test]
    fn what_is_written_can_be_read() {
        let wav = Wav {
            channels: 1,
            sample_rate: 8_000,
            seconds: 0.25,
        };
        assert_eq!(Wav::read(&write(8_000, &[1; 2_000])), Some(wav));
    }

    #[test]
    fn no_prefix_of_a_file_is_more_than_refused() {
        let whole = file(&[0; 16]);
        for end in 0..whole.len() {
            let _ = Wav::read(&whole[..end]);
        }
        assert_eq!(Wav::read(b"ID3 this is something else"), None);
    }
}
