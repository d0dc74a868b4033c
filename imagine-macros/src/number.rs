//! Numbers in attributes, and the range of a field.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Lit, Result, Type, parse_quote};

use crate::attr::{self, set};
use crate::types;

/// A number as it is written, and its value.
#[derive(Clone)]
pub(crate) struct Number {
    pub(crate) written: Lit,
    pub(crate) value: f64,
}

impl Number {
    /// The number that a literal is, if it is one.
    pub(crate) fn of(lit: &Lit) -> Option<Self> {
        let digits = match lit {
            Lit::Int(int) => int.base10_digits(),
            Lit::Float(float) => float.base10_digits(),
            _ => return None,
        };
        let value = digits
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())?;
        let written = lit.clone();
        Some(Self { written, value })
    }
}

impl Parse for Number {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ahead = input.fork();
        let number = input.parse().ok().and_then(|lit| Self::of(&lit));
        number.ok_or_else(|| ahead.error("expected a number"))
    }
}

/// The limits of a number.
#[derive(Clone, Default)]
pub(crate) struct Range {
    min: Option<Number>,
    max: Option<Number>,
}

impl Range {
    /// Reads `range(min = .., max = ..)`.
    pub(crate) fn parse(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let mut range = Self::default();
        if is_empty(meta)? {
            let message = "a range needs `min = ..`, `max = ..` or both";
            return Err(Error::new_spanned(&meta.path, message));
        }
        meta.parse_nested_meta(|limit| {
            if limit.path.is_ident("min") {
                set(&mut range.min, limit.value()?.parse()?, &limit)
            } else if limit.path.is_ident("max") {
                set(&mut range.max, limit.value()?.parse()?, &limit)
            } else {
                Err(attr::unknown(&limit, "`range(..)`", &["min", "max"]))
            }
        })?;
        match (&range.min, &range.max) {
            (Some(min), Some(max)) if min.value > max.value => Err(Error::new_spanned(
                &min.written,
                "no number is in this range: `min` is greater than `max`",
            )),
            _ => Ok(range),
        }
    }

    pub(crate) fn contains(&self, number: &Number) -> bool {
        let above = |min: &Number| number.value >= min.value;
        let below = |max: &Number| number.value <= max.value;
        self.min.as_ref().is_none_or(above) && self.max.as_ref().is_none_or(below)
    }

    /// The limits as two `Option<f64>` expressions.
    pub(crate) fn limits(&self) -> [TokenStream; 2] {
        [&self.min, &self.max].map(|limit| match limit {
            Some(Number { value, .. }) => {
                let value = float(*value, &parse_quote!(f64));
                quote!(::core::option::Option::Some(#value))
            }
            None => quote!(::core::option::Option::None),
        })
    }
}

/// Whether a key has parentheses and nothing in them.
fn is_empty(meta: &ParseNestedMeta<'_>) -> Result<bool> {
    let ahead = meta.input.fork();
    let content;
    syn::parenthesized!(content in ahead);
    Ok(content.is_empty())
}

/// A number as a literal of a floating-point type. Lints would reject a cast.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the field has no more precision"
)]
pub(crate) fn float(value: f64, ty: &Type) -> TokenStream {
    let magnitude = match types::is_primitive(ty, "f32") {
        true => Literal::f32_suffixed(value.abs() as f32),
        false => Literal::f64_suffixed(value.abs()),
    };
    if value < 0.0 {
        quote!(-#magnitude)
    } else {
        quote!(#magnitude)
    }
}
