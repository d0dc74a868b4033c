//! The codes that show an image.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::environment;

/// The width of an image in characters, if the terminal is wide enough.
const WIDTH: usize = 60;

/// The maximum size of a chunk in kitty's protocol.
const CHUNK: usize = 4096;

/// Returns the codes that show a PNG file. `None` for other files, and for files that cannot be read: the file is
/// the result, the picture only a view of it.
pub(crate) fn codes(path: &Path, width: usize) -> Option<String> {
    let file = fs::read(path).ok()?;
    let image = Image::decode(&file)?;
    let columns = width.saturating_sub(2).clamp(1, WIDTH).min(image.width);
    let variable = |name| environment::variable(name).unwrap_or_default();
    if !variable("KITTY_WINDOW_ID").is_empty() || variable("TERM").contains("kitty") {
        return Some(kitty(&file, columns));
    }
    match variable("TERM_PROGRAM").as_str() {
        "iTerm.app" | "WezTerm" | "vscode" => Some(iterm(&file, columns)),
        _ => Some(image.half_blocks(columns)),
    }
}

fn kitty(file: &[u8], columns: usize) -> String {
    let data = STANDARD.encode(file);
    let mut chunks = data.as_bytes().chunks(CHUNK).peekable();
    let mut codes = String::new();
    let mut head = format!("a=T,f=100,c={columns},");
    while let Some(chunk) = chunks.next() {
        let more = u8::from(chunks.peek().is_some());
        let chunk = String::from_utf8_lossy(chunk);
        codes += &format!("\x1b_G{head}m={more};{chunk}\x1b\\");
        head.clear();
    }
    codes + "\n"
}

fn iterm(file: &[u8], columns: usize) -> String {
    let (size, data) = (file.len(), STANDARD.encode(file));
    format!("\x1b]1337;File=inline=1;size={size};width={columns}:{data}\x07\n")
}

/// A decoded image.
struct Image {
    width: usize,
    height: usize,
    /// Red, green and blue of each pixel.
    pixels: Vec<[u8; 3]>,
}

impl Image {
    fn decode(file: &[u8]) -> Option<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let mut buffer = vec![0; reader.output_buffer_size()?];
        let frame = reader.next_frame(&mut buffer).ok()?;
        let samples = frame.color_type.samples();
        let data = buffer.get(..frame.buffer_size())?;
        let pixels = data.chunks_exact(samples).map(|pixel| match pixel {
            [red, green, blue, ..] => [*red, *green, *blue],
            [gray, ..] => [*gray; 3],
            [] => [0; 3],
        });
        Some(Self {
            width: frame.width as usize,
            height: frame.height as usize,
            pixels: pixels.collect(),
        })
    }

    /// Returns rows of half blocks: each character has the pixel above and the pixel below.
    fn half_blocks(&self, columns: usize) -> String {
        let rows = (self.height * columns / self.width.max(1)).div_ceil(2);
        let mut text = String::new();
        for row in 0..rows.max(1) {
            for column in 0..columns {
                let [red, green, blue] = self.pixel(column, 2 * row, columns);
                text += &format!("\x1b[38;2;{red};{green};{blue}m");
                let [red, green, blue] = self.pixel(column, 2 * row + 1, columns);
                text += &format!("\x1b[48;2;{red};{green};{blue}m▀");
            }
            text += "\x1b[0m\n";
        }
        text
    }

    /// Returns the pixel at a position of the image scaled to a width.
    fn pixel(&self, x: usize, y: usize, width: usize) -> [u8; 3] {
        let scaled = |position: usize| position * self.width / width.max(1);
        let (x, y) = (scaled(x), scaled(y).min(self.height.saturating_sub(1)));
        let pixel = self.pixels.get(y * self.width + x);
        pixel.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn a_half_block_has_the_pixels_above_and_below() {
        let file = png(1, 2, &[1, 2, 3, 4, 5, 6]);
        let image = Image::decode(&file).unwrap();
        let expected = "\x1b[38;2;1;2;3m\x1b[48;2;4;5;6m▀\x1b[0m\n";
        assert_eq!(image.half_blocks(1), expected);
        assert!(Image::decode(b"GIF89a").is_none());
    }

    #[test]
    fn kitty_gets_chunks_of_which_the_last_is_marked() {
        let codes = kitty(&[0; 4000], 10);
        assert!(codes.starts_with("\x1b_Ga=T,f=100,c=10,m=1;"), "{codes}");
        assert_eq!(codes.matches("\x1b_G").count(), 2);
        assert!(codes.contains("\x1b_Gm=0;"), "{codes}");
    }
}
