//! Open string enums: they keep unknown values.

use quote::format_ident;
use syn::{Attribute, ItemEnum, Variant, parse_quote};

use super::docs;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::model::Model;
use crate::openapi::json::strings;
use crate::openapi::names;
use crate::openapi::unions::OTHER;

/// Rewrites an enum of typify as an open enum. Its variants are those of the specification.
pub(super) fn rewrite(model: &Model<'_>, raw: &ItemEnum) -> Result<ItemEnum, Diagnostic> {
    let (ident, name) = (&raw.ident, raw.ident.to_string());
    let schema = model
        .schemas
        .get(&name)
        .ok_or_else(|| Location::schema(&name).diagnostic(DiagnosticKind::NoType))?;
    let docs = docs::of_type(&name, schema);
    let values = strings(schema.get("enum"));
    let names = names::variants(&values, OTHER).into_iter();
    let variants = values
        .iter()
        .zip(names)
        .map(|(value, name)| open(value, &name));
    let other = format_ident!("{OTHER}");
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

fn open(value: &str, name: &str) -> Variant {
    let ident = format_ident!("{name}");
    let docs: Vec<Attribute> = docs::doc_attrs(&format!("`{value}`"));
    parse_quote! {
        #(#docs)*
        #[open(name = #value)]
        #ident
    }
}
