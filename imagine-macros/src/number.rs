//! Numbers in attributes, and the range of a field.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Lit, Result, Type, parse_quote};

use crate::attr::{self, set};
use crate::types;

/// A numeric literal and its value.
#[derive(Clone)]
pub(crate) struct Number {
    pub(crate) literal: Lit,
    pub(crate) value: f64,
}

impl Number {
    /// Returns the number if the literal is numeric and finite.
    pub(crate) fn from_lit(lit: &Lit) -> Option<Self> {
        let digits = match lit {
            Lit::Int(int) => int.base10_digits(),
            Lit::Float(float) => float.base10_digits(),
            _ => return None,
        };
        let value = digits
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())?;
        let literal = lit.clone();
        Some(Self { literal, value })
    }
}

impl Parse for Number {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ahead = input.fork();
        let number = input.parse().ok().and_then(|lit| Self::from_lit(&lit));
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
    /// Reads `key(min = .., max = ..)`.
    pub(crate) fn parse(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let mut range = Self::default();
        if is_empty(meta)? {
            let key = meta.path.require_ident()?;
            let message = format!("`{key}(..)` requires `min = ..`, `max = ..`, or both");
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
                &min.literal,
                "empty range: `min` is greater than `max`",
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

    /// The limits of a length as two `Option<usize>` expressions.
    pub(crate) fn lengths(&self) -> [TokenStream; 2] {
        [&self.min, &self.max].map(|limit| match limit {
            Some(Number { literal, .. }) => quote!(::core::option::Option::Some(#literal)),
            None => quote!(::core::option::Option::None),
        })
    }
}

/// Returns true if the parentheses after the key are empty.
fn is_empty(meta: &ParseNestedMeta<'_>) -> Result<bool> {
    let ahead = meta.input.fork();
    let content;
    syn::parenthesized!(content in ahead);
    Ok(content.is_empty())
}

/// Generates a literal of a floating-point type. Lints would reject a cast in the generated code.
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
