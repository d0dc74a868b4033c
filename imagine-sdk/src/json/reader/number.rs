//! Parsing of numbers.

use std::sync::LazyLock;

/// A number in one of the representations of serde.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number<'de> {
    Positive(u64),
    Negative(i64),
    Fraction(f64),
    /// A number that only `serde_json` with its feature `arbitrary_precision` represents.
    Digits(&'de str),
}

/// The name by which `serde_json` recognizes the digits of a number.
pub(super) const DIGITS: &str = "$serde_json::private::Number";

/// One more than the largest number of fifteen digits. `f64` represents all numbers below exactly, and the powers of
/// ten up to 10^22. The quotient of two exact values is rounded once, and therefore correctly.
const EXACT: u64 = 1_000_000_000_000_000;
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// True if `serde_json` keeps the digits of numbers. Any crate can enable that feature (`arbitrary_precision`). Then
/// `serde_json` decodes all fractions that `f64` cannot represent.
static KEEPS_DIGITS: LazyLock<bool> = LazyLock::new(|| {
    let written = "1.00000000000000000001";
    let number = written.parse::<serde_json::Number>();
    number.is_ok_and(|number| number.to_string() == written)
});

/// The number of digits that always fit into 64 bits.
const LONGEST: usize = 19;

/// The digits of a number, without its exponent.
struct Decimal {
    is_negative: bool,
    /// All digits as an integer. It wraps beyond [`LONGEST`] significant digits.
    mantissa: u64,
    /// The number of digits after leading zeros.
    significant: usize,
    /// The number of digits after the decimal point. `None` without a point.
    places: Option<usize>,
    /// The index after the digits.
    end: usize,
    has_exponent: bool,
}

impl Decimal {
    /// Scans the number at the start of the text. `None` if JSON does not allow it.
    fn scan(bytes: &[u8]) -> Option<Self> {
        let sign = usize::from(bytes.first() == Some(&b'-'));
        let (mut mantissa, mut end) = many_digits(bytes, sign, 0)?;
        let is_zero = bytes.get(sign) == Some(&b'0');
        if is_zero && end - sign > 1 {
            return None;
        }
        let mut significant = if is_zero { 0 } else { end - sign };
        let mut places = None;
        if bytes.get(end) == Some(&b'.') {
            let start = end + 1;
            (mantissa, end) = many_digits(bytes, start, mantissa)?;
            places = Some(end - start);
            significant += end - start;
            if is_zero {
                let zeros = bytes.iter().skip(start).take_while(|digit| **digit == b'0');
                significant -= zeros.count().min(significant);
            }
        }
        Some(Self {
            is_negative: sign == 1,
            mantissa,
            significant,
            places,
            end,
            has_exponent: matches!(bytes.get(end), Some(b'e' | b'E')),
        })
    }

    fn signed(&self, value: f64) -> f64 {
        if self.is_negative { -value } else { value }
    }
}

/// Parses the number at the start of the string and returns its length in bytes. `None` if there is no number, or one
/// that [`parse_rare`] must read.
pub(super) fn parse(text: &str) -> Option<(Number<'_>, usize)> {
    let decimal = Decimal::scan(text.as_bytes())?;
    let Decimal { mantissa, end, .. } = decimal;
    match decimal.places {
        _ if decimal.has_exponent => fraction(text, end),
        Some(places) => match short_fraction(&decimal, places) {
            Some(value) => Some((Number::Fraction(value), end)),
            None => fraction(text, end),
        },
        None if decimal.significant > LONGEST => None,
        None if !decimal.is_negative => Some((Number::Positive(mantissa), end)),
        // `-0` is a float.
        None if mantissa == 0 => None,
        None => Some((Number::Negative(0_i64.checked_sub_unsigned(mantissa)?), end)),
    }
}

/// Parses a number that `f64` and 64 bits do not represent, as `serde_json` does. `None` if it is invalid.
pub(super) fn parse_rare(text: &str) -> Option<Number<'_>> {
    let number: serde_json::Number = serde_json::from_str(text).ok()?;
    if *KEEPS_DIGITS {
        return Some(Number::Digits(text));
    }
    match (number.as_u64(), number.as_i64()) {
        (Some(value), _) => Some(Number::Positive(value)),
        (None, Some(value)) => Some(Number::Negative(value)),
        (None, None) => number.as_f64().map(Number::Fraction),
    }
}

/// Parses the fraction or long integer at the start of the string, rounded to the nearest `f32`, and returns its length
/// in bytes. `None` if [`parse`] must read the number.
pub(super) fn parse_f32(text: &str) -> Option<(f32, usize)> {
    let decimal = Decimal::scan(text.as_bytes())?;
    if let Some(places) = decimal.places
        && decimal.significant <= LONGEST
        && !decimal.has_exponent
        && let Some(value) = clear_f32(decimal.mantissa, places, decimal.is_negative)
    {
        return Some((value, decimal.end));
    }
    let end = match decimal.has_exponent {
        true => exponent_end(text.as_bytes(), decimal.end)?,
        false if decimal.places.is_none() && decimal.significant < LONGEST => return None,
        false => decimal.end,
    };
    let value = text.get(..end)?.parse::<f32>().ok()?;
    value.is_finite().then_some((value, end))
}

/// Parses the numbers at the start of a list until `slots` are full or [`parse_f32`] must read the next. Returns their
/// count and length in bytes.
pub(super) fn parse_run(bytes: &[u8], slots: &mut [[u8; 4]]) -> (usize, usize) {
    let (mut count, mut end, mut start) = (0, 0, 0);
    for slot in slots {
        let Some((value, length)) = bytes.get(start..).and_then(short_f32) else {
            break;
        };
        *slot = value.to_le_bytes();
        count += 1;
        end = start + length;
        if bytes.get(end) != Some(&b',') {
            break;
        }
        start = end + 1;
        start += usize::from(bytes.get(start) == Some(&b' '));
    }
    (count, end)
}

/// Parses a fraction below 1 in a list, as those of vectors, with few branches that depend on its digits. `None` if
/// [`parse_f32`] must read the number.
#[inline]
fn short_f32(bytes: &[u8]) -> Option<(f32, usize)> {
    const INTEGER_POWERS: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    // An array of more bytes than are read needs no checks of its indices.
    let bytes: &[u8; 32] = bytes.first_chunk()?;
    let is_negative = bytes.first() == Some(&b'-');
    let start = usize::from(is_negative) + 2;
    if !bytes.get(..start)?.ends_with(b"0.") {
        return None;
    }
    let word = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let (mut mantissa, mut end) = (0_u64, start);
    let mut digits = word(end)?;
    while non_digits(digits) == 0 {
        let eight = value_of_digits(digits - ZEROS);
        mantissa = mantissa.wrapping_mul(100_000_000).wrapping_add(eight);
        end += 8;
        digits = word(end)?;
    }
    let bits = non_digits(digits).trailing_zeros() & !7;
    let count = (bits / 8) as usize;
    // The digits move to the end of the word, after zeros.
    let rest = value_of_digits((digits.wrapping_sub(ZEROS) << 8) << (56 - bits));
    mantissa = mantissa
        .wrapping_mul(*INTEGER_POWERS.get(count)?)
        .wrapping_add(rest);
    end += count;
    let places = end - start;
    let has_exponent = matches!(bytes.get(end), Some(b'e' | b'E'));
    if places == 0 || places > LONGEST || has_exponent {
        return None;
    }
    Some((clear_f32(mantissa, places, is_negative)?, end))
}

/// Returns the `f32` that is nearest to a mantissa of at most [`LONGEST`] digits with `places` decimal places, unless it
/// is too close to the middle between two numbers. With the powers above, every number but zero is a normal `f32`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the error is bounded"
)]
#[inline]
fn clear_f32(mantissa: u64, places: usize, is_negative: bool) -> Option<f32> {
    /// The bits of an `f64` that an `f32` lacks, and the middle between two numbers.
    const LOST: u64 = (1 << 29) - 1;
    const MIDDLE: u64 = 1 << 28;
    /// More than the error of the conversion of the mantissa and of the division, in units of the last place.
    const ERROR: u64 = 4;

    // Signed integers convert faster.
    let value = i64::try_from(mantissa).ok()? as f64 / POWERS.get(places)?;
    let is_clear = (value.to_bits() & LOST).abs_diff(MIDDLE) > ERROR;
    let sign = u32::from(is_negative) << 31;
    is_clear.then(|| f32::from_bits((value as f32).to_bits() | sign))
}

/// Appends the digits from `start` on to `value` and returns their end. The value wraps beyond [`LONGEST`] digits.
/// `None` if there are no digits.
fn digits(bytes: &[u8], start: usize, mut value: u64) -> Option<(u64, usize)> {
    let mut end = start;
    while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        end += 1;
    }
    (end > start).then_some((value, end))
}

/// Does what [`digits`] does, faster for many digits.
fn many_digits(bytes: &[u8], start: usize, mut value: u64) -> Option<(u64, usize)> {
    let mut end = start;
    while let Some(eight) = bytes.get(end..).and_then(eight_digits) {
        value = value.wrapping_mul(100_000_000).wrapping_add(eight);
        end += 8;
    }
    digits(bytes, end, value).or_else(|| (end > start).then_some((value, end)))
}

/// Returns the number of eight digits at the start, if there are as many.
fn eight_digits(bytes: &[u8]) -> Option<u64> {
    let word = u64::from_le_bytes(*bytes.first_chunk()?);
    (non_digits(word) == 0).then(|| value_of_digits(word - ZEROS))
}

/// Eight zeros.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Returns zero for the bytes before the first one that is no digit.
fn non_digits(word: u64) -> u64 {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    // A byte after `9` has the high bits of a digit, but not after adding 6.
    ((word & HIGH) ^ ZEROS) | ((word.wrapping_add(0x0606_0606_0606_0606) & HIGH) ^ ZEROS)
}

/// Returns the number of eight digits, each from 0 to 9. Pairs of digits are added up, then pairs of pairs.
fn value_of_digits(digits: u64) -> u64 {
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    (fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF
}

/// Returns a fraction that `f64` arithmetic rounds correctly.
#[expect(clippy::cast_precision_loss, reason = "there is room for all digits")]
fn short_fraction(decimal: &Decimal, places: usize) -> Option<f64> {
    let power = POWERS.get(places)?;
    let is_exact = decimal.significant <= LONGEST && decimal.mantissa < EXACT;
    is_exact.then(|| decimal.signed(decimal.mantissa as f64 / power))
}

/// Parses a float whose digits before the exponent end at `end`.
#[inline(never)]
fn fraction(text: &str, mut end: usize) -> Option<(Number<'_>, usize)> {
    if matches!(text.as_bytes().get(end), Some(b'e' | b'E')) {
        end = exponent_end(text.as_bytes(), end)?;
    }
    let value = text.get(..end)?.parse::<f64>().ok()?;
    let is_supported = value.is_finite() && !*KEEPS_DIGITS;
    is_supported.then_some((Number::Fraction(value), end))
}

/// Returns the end of the exponent that starts at `start`.
fn exponent_end(bytes: &[u8], start: usize) -> Option<usize> {
    let sign = usize::from(matches!(bytes.get(start + 1), Some(b'+' | b'-')));
    digits(bytes, start + 1 + sign, 0).map(|(_, end)| end)
}
