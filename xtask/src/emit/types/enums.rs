//! Open string enums: they keep unknown values.

use syn::{Attribute, ItemEnum, Variant, parse_quote};

use super::{docs, named};
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::model::Model;

const OTHER: &str = "Other";

/// Rewrites an enum of typify as an open enum.
pub(super) fn rewrite(model: &Model<'_>, raw: &ItemEnum) -> Result<ItemEnum, Diagnostic> {
    let (ident, name) = (&raw.ident, raw.ident.to_string());
    let location = Location::schema(&name);
    if raw.variants.iter().any(|variant| variant.ident == OTHER) {
        return Err(location
            .key("enum")
            .diagnostic(DiagnosticKind::NameTaken(OTHER.to_owned())));
    }
    let schema = model
        .schemas
        .get(&name)
        .ok_or_else(|| location.diagnostic(DiagnosticKind::NoType))?;
    let docs = docs::of_type(&name, schema);
    let variants = raw.variants.iter().map(open);
    let other = syn::Ident::new(OTHER, ident.span());
    Ok(parse_quote! {
        #(#docs)*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::imagine_macros::OpenEnum)]
        #[non_exhaustive]
        pub enum #ident {
            #(#variants,)*
            /// A value that is unknown to this version of the SDK, kept unchanged.
            #other(String),
        }
    })
}

fn open(variant: &Variant) -> Variant {
    let ident = &variant.ident;
    let name = named::renamed(&variant.attrs).unwrap_or_else(|| ident.to_string());
    let docs: Vec<Attribute> = docs::doc_attrs(&format!("`{name}`"));
    parse_quote! {
        #(#docs)*
        #[open(name = #name)]
        #ident
    }
}
