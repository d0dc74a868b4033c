//! GIF files: an image that scrolls to the left.

use std::borrow::Cow;

use gif::{Encoder, EncodingError, Frame, Repeat};

use super::png::{Color, Image, Size};

/// The maximum width and height, to which larger animations are scaled down. It limits the time and space of the
/// frames.
const MAX_SIDE: u32 = 128;

/// The parameters of an animation.
#[derive(Clone, Debug)]
pub(crate) struct Animation {
    pub(crate) seed: u64,
    pub(crate) size: Size,
    pub(crate) frames: u16,
    pub(crate) frames_per_second: u16,
    pub(crate) is_loop: bool,
}

/// Renders an animation.
pub(crate) fn render(animation: &Animation) -> Result<Vec<u8>, EncodingError> {
    let size = scaled_down(animation.size);
    let image = Image::new(animation.seed, size);
    let (width, height) = (to_u16(size.width), to_u16(size.height));
    let mut encoder = Encoder::new(Vec::new(), width, height, &palette())?;
    if animation.is_loop {
        encoder.set_repeat(Repeat::Infinite)?;
    }
    for number in 0..animation.frames {
        let shift = size.width * u32::from(number) / u32::from(animation.frames);
        encoder.write_frame(&Frame {
            width,
            height,
            delay: 100 / animation.frames_per_second.max(1),
            buffer: Cow::Owned(pixels(&image, size, shift)),
            ..Frame::default()
        })?;
    }
    encoder.into_inner()
}

/// Returns the pixels of the image, rotated to the left by a number of columns.
fn pixels(image: &Image, size: Size, shift: u32) -> Vec<u8> {
    (0..size.height)
        .flat_map(|y| (0..size.width).map(move |x| (x, y)))
        .map(|(x, y)| nearest(image.pixel((x + shift) % size.width, y)))
        .collect()
}

fn scaled_down(size: Size) -> Size {
    let longer = size.width.max(size.height);
    let scale = |side: u32| match longer {
        0..=MAX_SIDE => side,
        _ => (side * MAX_SIDE / longer).max(1),
    };
    Size {
        width: scale(size.width),
        height: scale(size.height),
    }
}

fn to_u16(side: u32) -> u16 {
    u16::try_from(side).unwrap_or(u16::MAX)
}

/// Returns all colors with three bits of red and green and two bits of blue, in the order of these bits.
fn palette() -> Vec<u8> {
    let color = |index: u8| [index & 0xe0, index << 3 & 0xe0, index << 6];
    (0..=u8::MAX).flat_map(color).collect()
}

fn nearest([red, green, blue]: Color) -> u8 {
    red & 0xe0 | green >> 3 & 0x1c | blue >> 6
}
