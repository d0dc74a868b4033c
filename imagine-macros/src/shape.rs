//! The shapes of types that the derives stand on.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Error, Field, Fields, Ident, Result};

use crate::report::Errors;

/// A field of a struct.
pub(crate) struct Named<'a> {
    pub(crate) field: &'a Field,
    /// The name where the user wrote it, for errors.
    pub(crate) written: &'a Ident,
    /// The name for the expansion.
    pub(crate) ident: Ident,
}

/// The named fields of a struct; none where there can be none.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
    errors: &mut Errors,
) -> Vec<Named<'a>> {
    let fields = errors.take(fields(input, derive));
    let named = fields
        .into_iter()
        .flat_map(Fields::iter)
        .filter_map(|field| {
            let written = field.ident.as_ref()?;
            let ident = quiet(written);
            Some(Named {
                field,
                written,
                ident,
            })
        });
    named.collect()
}

fn fields<'a>(input: &'a DeriveInput, derive: &str) -> Result<&'a Fields> {
    let Data::Struct(data) = &input.data else {
        let message = format!("`{derive}` can be derived for a struct only");
        return Err(Error::new_spanned(&input.ident, message));
    };
    if let Fields::Unnamed(fields) = &data.fields {
        let message = format!("`{derive}` needs named fields");
        return Err(Error::new_spanned(fields, message));
    }
    Ok(&data.fields)
}

/// Refuses parameters, lifetimes among them.
pub(crate) fn no_parameters(input: &DeriveInput, derive: &str, errors: &mut Errors) {
    if !input.generics.params.is_empty() {
        let message = format!("`{derive}` cannot be derived for a type with parameters");
        errors.at(&input.generics.params, &message);
    }
}

/// The same name at the same place, but as part of the expansion: lints such as `deprecated` leave an
/// expansion's own uses of an item alone, and look at every token that comes from the user.
pub(crate) fn quiet(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    ident
}
