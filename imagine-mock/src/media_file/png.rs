//! PNG files: a gradient with discs, determined by a seed.

use png::{BitDepth, ColorType, Encoder, EncodingError};

use crate::hash::hash;

/// The number of discs.
const DISCS: u64 = 5;

/// The maximum width and height.
pub(crate) const MAX_SIDE: u32 = 2048;

/// The size of an image in pixels. Neither side is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Renders an image. The same seed and size produce the same bytes.
pub(crate) fn render(seed: u64, size: Size) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, size.width, size.height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels(seed, size))?;
    writer.finish()?;
    Ok(bytes)
}

fn pixels(seed: u64, size: Size) -> Vec<u8> {
    let image = Image::new(seed, size);
    (0..size.height)
        .flat_map(|y| (0..size.width).map(move |x| (x, y)))
        .flat_map(|(x, y)| image.pixel(x, y))
        .collect()
}

/// Red, green and blue.
pub(crate) type Color = [u8; 3];

/// The parameters of an image.
pub(crate) struct Image {
    height: u32,
    top: Color,
    bottom: Color,
    discs: Vec<Disc>,
}

struct Disc {
    x: i64,
    y: i64,
    radius: i64,
    color: Color,
}

impl Image {
    pub(crate) fn new(seed: u64, size: Size) -> Self {
        let discs = (0..DISCS).map(|number| Disc::new(derive(seed, number), size));
        Self {
            height: size.height,
            top: color(derive(seed, DISCS)),
            bottom: color(derive(seed, DISCS + 1)),
            discs: discs.collect(),
        }
    }

    pub(crate) fn pixel(&self, x: u32, y: u32) -> Color {
        let disc = self.discs.iter().rfind(|disc| disc.covers(x, y));
        match disc {
            Some(disc) => disc.color,
            None => self.gradient(y),
        }
    }

    fn gradient(&self, y: u32) -> Color {
        let [top, bottom] = [self.top, self.bottom].map(|color| color.map(u32::from));
        let mix = |(from, to): (u32, u32)| (from * (self.height - y) + to * y) / self.height;
        let [r, g, b] = top;
        let [to_r, to_g, to_b] = bottom;
        // The mean of two bytes fits into a byte.
        [(r, to_r), (g, to_g), (b, to_b)].map(|pair| u8::try_from(mix(pair)).unwrap_or(u8::MAX))
    }
}

impl Disc {
    fn new(seed: u64, Size { width, height }: Size) -> Self {
        let [a, b, c, ..] = seed.to_le_bytes().map(u32::from);
        let shorter = width.min(height);
        Self {
            x: i64::from(a * width / 256),
            y: i64::from(b * height / 256),
            radius: i64::from(shorter / 16 + c * shorter / 1024),
            color: color(derive(seed, 1)),
        }
    }

    fn covers(&self, x: u32, y: u32) -> bool {
        let (x, y) = (i64::from(x) - self.x, i64::from(y) - self.y);
        x * x + y * y <= self.radius * self.radius
    }
}

/// Derives a seed from a seed and a number.
fn derive(seed: u64, number: u64) -> u64 {
    hash(seed.to_le_bytes().into_iter().chain(number.to_le_bytes()))
}

fn color(seed: u64) -> Color {
    let [r, g, b, ..] = seed.to_le_bytes();
    [r, g, b]
}
