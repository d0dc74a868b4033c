//! Setters that accept an `Option`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Visibility};

use crate::types::SetterParameter;

/// Generates `maybe_NAME`, the setter of a field that accepts an `Option`.
pub(crate) fn expand(
    vis: &Visibility,
    field: &Ident,
    SetterParameter { accepts, .. }: &SetterParameter,
    attribute: Option<&Attribute>,
) -> TokenStream {
    let name = name(field);
    let summary = format!(
        " Sets [`{0}`](Self::{0}) if the value is `Some`.",
        field.unraw()
    );
    quote! {
        #[doc = #summary]
        #attribute
        #[must_use]
        #vis fn #name(self, #field: ::core::option::Option<#accepts>) -> Self {
            match #field {
                ::core::option::Option::Some(#field) => self.#field(#field),
                ::core::option::Option::None => self,
            }
        }
    }
}

/// The name of the setter that accepts an `Option`.
pub(crate) fn name(field: &Ident) -> Ident {
    Ident::new(&format!("maybe_{}", field.unraw()), field.span())
}
