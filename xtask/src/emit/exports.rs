//! Emits the module of an API: the declarations of its files, and re-exports of data types and builders.

use quote::format_ident;
use syn::{Attribute, Ident, Item, parse_quote};

use super::typify::TypifyOutput;
use crate::apis::Api;
use crate::model::Model;

/// Returns the items of `mod.rs`. The two formatters differ in a few lines; the check of one must not undo the other.
pub(crate) fn items(model: &Model<'_>, raw: &TypifyOutput, api: &Api) -> Vec<Item> {
    let data = raw.structs.keys().chain(raw.enums.keys());
    let data = sorted(data.map(String::as_str));
    let builders = sorted(model.methods.iter().map(|method| method.builder.as_str()));
    let feature = &api.feature;
    // The types exist without a client, its builders do not.
    let gate: Attribute = parse_quote!(#[cfg(feature = #feature)]);
    let is_deprecated = model.methods.iter().any(|method| method.deprecated);
    let allow: Option<Attribute> = is_deprecated.then(|| parse_quote!(#[allow(deprecated)]));
    let skip: Attribute = parse_quote!(#[rustfmt::skip]);
    vec![
        parse_quote!(#skip pub mod operations;),
        parse_quote!(#skip pub mod types;),
        parse_quote! {
            /// The data types: requests, responses and enums.
            #allow
            #skip
            pub mod data {
                pub use super::types::{#(#data),*};
            }
        },
        parse_quote! {
            /// The builders of the operations, which the methods of the client return.
            #gate
            #skip
            pub mod builder {
                pub use super::types::{#(#builders),*};
            }
        },
    ]
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Ident> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.iter().map(|name| format_ident!("{name}")).collect()
}
