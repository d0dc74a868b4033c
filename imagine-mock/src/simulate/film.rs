//! Animations as GIF files: pictures that pass by.

use std::borrow::Cow;

use gif::{Encoder, EncodingError, Frame, Repeat};

use super::paint::{Color, Picture, Size};

/// Larger animations are scaled down to this, because every frame takes time and space.
const LONGEST_SIDE: u32 = 128;

/// An animation that is yet to be made.
#[derive(Clone, Debug)]
pub(crate) struct Film {
    pub(crate) seed: u64,
    pub(crate) size: Size,
    pub(crate) frames: u16,
    pub(crate) frames_per_second: u16,
    pub(crate) is_loop: bool,
}

/// An animation as a GIF file.
pub(crate) fn gif(film: &Film) -> Result<Vec<u8>, EncodingError> {
    let size = fitted(film.size);
    let picture = Picture::new(film.seed, size);
    let (width, height) = (short(size.width), short(size.height));
    let mut encoder = Encoder::new(Vec::new(), width, height, &palette())?;
    if film.is_loop {
        encoder.set_repeat(Repeat::Infinite)?;
    }
    for number in 0..film.frames {
        let passed = size.width * u32::from(number) / u32::from(film.frames);
        encoder.write_frame(&Frame {
            width,
            height,
            delay: 100 / film.frames_per_second.max(1),
            buffer: Cow::Owned(pixels(&picture, size, passed)),
            ..Frame::default()
        })?;
    }
    encoder.into_inner()
}

/// The picture, of which so many columns have passed to the left and come in at the right again.
fn pixels(picture: &Picture, size: Size, passed: u32) -> Vec<u8> {
    (0..size.height)
        .flat_map(|y| (0..size.width).map(move |x| (x, y)))
        .map(|(x, y)| nearest(picture.pixel((x + passed) % size.width, y)))
        .collect()
}

fn fitted(size: Size) -> Size {
    let longer = size.width.max(size.height);
    let fit = |side: u32| match longer {
        0..=LONGEST_SIDE => side,
        _ => (side * LONGEST_SIDE / longer).max(1),
    };
    Size {
        width: fit(size.width),
        height: fit(size.height),
    }
}

fn short(side: u32) -> u16 {
    u16::try_from(side).unwrap_or(u16::MAX)
}

/// All colours of which red and green have three bits and blue has two, in the order of these bits.
fn palette() -> Vec<u8> {
    let color = |index: u8| [index & 0xe0, index << 3 & 0xe0, index << 6];
    (0..=u8::MAX).flat_map(color).collect()
}

fn nearest([red, green, blue]: Color) -> u8 {
    red & 0xe0 | green >> 3 & 0x1c | blue >> 6
}
