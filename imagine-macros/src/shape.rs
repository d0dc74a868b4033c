//! Shapes of the derives' input types.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Error, Field, Fields, Ident, Result};

use crate::report::Errors;

/// A field of a struct.
pub(crate) struct NamedField<'a> {
    pub(crate) field: &'a Field,
    /// The identifier in the source, used in error messages.
    pub(crate) source_ident: &'a Ident,
    /// The identifier in generated code.
    pub(crate) ident: Ident,
}

/// Returns the named fields of a struct; none for a unit struct or after an error.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
    errors: &mut Errors,
) -> Vec<NamedField<'a>> {
    let fields = errors.take(fields(input, derive));
    let named = fields
        .into_iter()
        .flat_map(Fields::iter)
        .filter_map(|field| {
            let source_ident = field.ident.as_ref()?;
            let ident = at_call_site(source_ident);
            Some(NamedField {
                field,
                source_ident,
                ident,
            })
        });
    named.collect()
}

fn fields<'a>(input: &'a DeriveInput, derive: &str) -> Result<&'a Fields> {
    let Data::Struct(data) = &input.data else {
        let message = format!("`{derive}` can only be derived for structs");
        return Err(Error::new_spanned(&input.ident, message));
    };
    if let Fields::Unnamed(fields) = &data.fields {
        let message = format!("`{derive}` requires named fields");
        return Err(Error::new_spanned(fields, message));
    }
    Ok(&data.fields)
}

/// Rejects generic parameters, including lifetimes.
pub(crate) fn reject_generics(input: &DeriveInput, derive: &str, errors: &mut Errors) {
    if !input.generics.params.is_empty() {
        let message = format!("`{derive}` cannot be derived for generic types");
        errors.at(&input.generics.params, &message);
    }
}

/// Resolves the identifier at the macro's call site. Lints such as `deprecated` skip generated tokens, but check
/// tokens with the span of the user's source.
pub(crate) fn at_call_site(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    ident
}
