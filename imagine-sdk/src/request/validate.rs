//! Validation of fields before sending.

use super::{Content, WireValue};
use crate::error::InvalidField;

/// A number or an optional number.
pub trait Number {
    /// Returns the number, if it is set.
    fn number(&self) -> Option<f64>;
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Number for $type {
            #[allow(
                clippy::cast_precision_loss,
                clippy::cast_lossless,
                clippy::unnecessary_cast,
                reason = "the value is compared with small limits"
            )]
            fn number(&self) -> Option<f64> {
                Some(*self as f64)
            }
        }
    )*};
}

numbers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64);

impl<T: Number> Number for Option<T> {
    fn number(&self) -> Option<f64> {
        self.as_ref()?.number()
    }
}

/// Rejects a number that is not finite, which JSON does not support, or outside its limits.
///
/// # Errors
///
/// The error names the field, the value and the limits.
pub fn check_number(
    name: &'static str,
    value: &impl Number,
    min: Option<f64>,
    max: Option<f64>,
) -> Result<(), InvalidField> {
    let Some(value) = value.number() else {
        return Ok(());
    };
    let fits = value.is_finite()
        && min.is_none_or(|min| value >= min)
        && max.is_none_or(|max| value <= max);
    if fits {
        return Ok(());
    }
    let limits = match (min, max) {
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "a finite number".to_owned(),
    };
    let problem = format!(
        "is {value}, must be {limits}; use `.with_extra_field(\"{name}\", ..)` to send any value"
    );
    Err(InvalidField::new(name, problem))
}

/// A string, a list or a map, or an optional one.
pub trait Length {
    /// The unit of the length.
    const UNIT: &'static str;

    /// Returns the number of characters or items, if the value is set.
    fn length(&self) -> Option<usize>;
}

impl Length for String {
    const UNIT: &'static str = "character";

    fn length(&self) -> Option<usize> {
        Some(self.chars().count())
    }
}

impl<T> Length for Vec<T> {
    const UNIT: &'static str = "item";

    fn length(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T: Length> Length for Option<T> {
    const UNIT: &'static str = T::UNIT;

    fn length(&self) -> Option<usize> {
        self.as_ref()?.length()
    }
}

/// Rejects a string or a list that is too short or too long.
///
/// # Errors
///
/// The error names the field, the length and the limits.
pub fn check_length<T: Length>(
    name: &'static str,
    value: &T,
    min: Option<usize>,
    max: Option<usize>,
) -> Result<(), InvalidField> {
    let Some(length) = value.length() else {
        return Ok(());
    };
    if min.is_none_or(|min| length >= min) && max.is_none_or(|max| length <= max) {
        return Ok(());
    }
    let counted = |count: usize| match count {
        1 => format!("1 {}", T::UNIT),
        _ => format!("{count} {}s", T::UNIT),
    };
    let limits = match (min, max) {
        (Some(min), Some(max)) => format!("between {min} and {}", counted(max)),
        (Some(min), None) => format!("at least {}", counted(min)),
        (None, Some(max)) => format!("at most {}", counted(max)),
        (None, None) => return Ok(()),
    };
    let problem = format!(
        "has {}, must have {limits}; use `.with_extra_field(\"{name}\", ..)` to send any value",
        counted(length)
    );
    Err(InvalidField::new(name, problem))
}

/// A value that validates itself.
pub trait Check {
    /// Validates the value.
    ///
    /// # Errors
    ///
    /// Fails with a description of the problem, such as "has two tools named `f`".
    fn check(&self) -> Result<(), String>;
}

impl<T: Check> Check for Option<T> {
    fn check(&self) -> Result<(), String> {
        self.as_ref().map_or(Ok(()), Check::check)
    }
}

/// Rejects a value that does not validate.
///
/// # Errors
///
/// The error names the field.
pub fn check_value(name: &'static str, value: &impl Check) -> Result<(), InvalidField> {
    value
        .check()
        .map_err(|problem| InvalidField::new(name, problem))
}

/// Rejects a file whose extension the service does not support.
///
/// # Errors
///
/// The error lists the supported extensions.
pub fn check_format(
    name: &'static str,
    value: &impl WireValue,
    formats: &[&str],
) -> Result<(), InvalidField> {
    for content in value.contents() {
        let Content::File(file) = content else {
            continue;
        };
        let extension = file
            .wire_name()
            .rsplit_once('.')
            .map(|(_, extension)| extension);
        let known = |extension: &str| {
            formats
                .iter()
                .any(|format| format.eq_ignore_ascii_case(extension))
        };
        if !extension.is_some_and(known) {
            let known = formats.join(", ");
            let problem = format!(
                "must be a file with one of the extensions {known}; use `file_name` to name bytes or a reader"
            );
            return Err(InvalidField::new(name, problem));
        }
    }
    Ok(())
}
