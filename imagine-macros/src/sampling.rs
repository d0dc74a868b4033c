//! `#[derive(Sampling)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field, Ident, Result, Visibility};

use crate::attr::{self, Range};
use crate::shape::{self, Argument};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let fields = shape::named_fields(input, "Sampling")?;
    for (ident, field) in &fields {
        validate(ident, field)?;
    }
    let setters = fields.iter().map(|(ident, field)| setter(ident, field));
    Ok(quote! {
        #[automatically_derived]
        impl #name {
            /// Parameters of which none is set.
            pub fn new() -> Self {
                ::core::default::Default::default()
            }
            #(#setters)*
        }
    })
}

fn validate(ident: &Ident, field: &Field) -> Result<()> {
    let Visibility::Public(_) = field.vis else {
        return Err(syn::Error::new_spanned(
            ident,
            "a sampling parameter must be `pub`, because a request reads it",
        ));
    };
    if !shape::is_option(&field.ty) {
        return Err(syn::Error::new_spanned(
            &field.ty,
            "a sampling parameter must be an `Option`, because it may be left unset",
        ));
    }
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("sampling"))
    {
        attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("range") {
                Range::parse(&meta).map(drop)
            } else {
                Err(meta.error("expected `range(..)`"))
            }
        })?;
    }
    Ok(())
}

fn setter(ident: &Ident, field: &Field) -> TokenStream {
    let docs = attr::docs(&field.attrs);
    let Argument { accepts, convert } = Argument::of(&field.ty, ident);
    quote! {
        #(#docs)*
        #[must_use]
        pub fn #ident(mut self, #ident: #accepts) -> Self {
            self.#ident = #convert;
            self
        }
    }
}
