//! Parsing of numbers.

use std::sync::LazyLock;

/// A number in one of the representations of serde.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Positive(u64),
    Negative(i64),
    Fraction(f64),
}

/// One more than the largest number of fifteen digits. `f64` represents all numbers below exactly, and the powers of
/// ten up to it. The quotient of two exact values is rounded once, and therefore correctly.
const EXACT: u64 = 1_000_000_000_000_000;
const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
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

/// Parses the number at the start of the string and returns its length in bytes. `None` if there is no number, or one
/// that implementations represent differently.
pub(super) fn parse(text: &str) -> Option<(Number, usize)> {
    let bytes = text.as_bytes();
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let (value, end) = digits(bytes, sign, 0)?;
    let length = end - sign;
    if bytes.get(sign) == Some(&b'0') && length > 1 {
        return None;
    }
    match bytes.get(end) {
        Some(b'.') => {
            let (value, all) = digits(bytes, end + 1, value)?;
            let places = all - end - 1;
            let has_exponent = matches!(bytes.get(all), Some(b'e' | b'E'));
            let is_short = !has_exponent && length + places <= LONGEST;
            let short = is_short.then(|| short_fraction(value, places, sign == 1));
            match short.flatten() {
                Some(value) => Some((Number::Fraction(value), all)),
                None => fraction(text, all),
            }
        }
        Some(b'e' | b'E') => fraction(text, end),
        _ if length > LONGEST => None,
        _ if sign == 0 => Some((Number::Positive(value), end)),
        // `-0` is a float.
        _ if value == 0 => None,
        _ => Some((Number::Negative(0_i64.checked_sub_unsigned(value)?), end)),
    }
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

/// Returns the value with its last `places` digits after the decimal point.
#[expect(clippy::cast_precision_loss, reason = "there is room for all digits")]
fn short_fraction(value: u64, places: usize, is_negative: bool) -> Option<f64> {
    let power = POWERS.get(places)?;
    let sign = if is_negative { -1.0 } else { 1.0 };
    (value < EXACT).then(|| sign * (value as f64 / power))
}

/// Parses a float whose digits before the exponent end at `end`.
#[cold]
fn fraction(text: &str, mut end: usize) -> Option<(Number, usize)> {
    let bytes = text.as_bytes();
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        (_, end) = digits(bytes, end + 1 + sign, 0)?;
    }
    let value = text.get(..end)?.parse::<f64>().ok()?;
    let is_supported = value.is_finite() && !*KEEPS_DIGITS;
    is_supported.then_some((Number::Fraction(value), end))
}
