//! Emits the table of APIs of the mock, and the accessors of their contracts.

use quote::{format_ident, quote};
use syn::{Ident, Item, parse_quote};

use crate::apis::{self, Api};
use crate::artifact::{Artifact, header};
use crate::openapi::names::pascal;

const FILE: &str = "imagine-mock/src/api/generated/mod.rs";

/// Returns the name of an API in the enumeration of the mock.
pub(crate) fn variant(api: &Api) -> Ident {
    format_ident!("{}", pascal(&api.name))
}

/// Returns the file with the enumeration.
pub(crate) fn artifact(apis: &[Api]) -> Artifact {
    let items = [
        parse_quote!(
            use std::sync::LazyLock;
        ),
        parse_quote!(
            use super::Row;
        ),
        parse_quote!(
            use crate::contract::Contract;
        ),
        enumeration(apis),
        rows(apis),
        contracts(apis),
    ];
    Artifact::rust(FILE, &header(apis::FILE), "The table of APIs.", &items)
}

fn enumeration(apis: &[Api]) -> Item {
    let variants = apis.iter().map(|api| {
        let paths: Vec<String> = api
            .base_paths
            .iter()
            .map(|path| format!("`{path}`"))
            .collect();
        let noun = if paths.len() == 1 { "path" } else { "paths" };
        let docs = format!(
            " The {}, at the base {noun} {}.",
            api.title(),
            paths.join(", ")
        );
        let variant = variant(api);
        quote!(#[doc = #docs] #variant)
    });
    parse_quote! {
        /// An API of the mock.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Api {
            #(#variants,)*
            /// The operations of the inference API in the shapes of OpenAI's API, at the base path `/v1`.
            OpenAi,
        }
    }
}

fn rows(apis: &[Api]) -> Item {
    let variants: Vec<Ident> = apis.iter().map(variant).collect();
    let rows = apis.iter().map(|api| {
        let Api {
            name,
            base_paths,
            key_header,
            ..
        } = api;
        let contract = format_ident!("{name}");
        quote! {
            &Row {
                name: #name,
                base_paths: &[#(#base_paths),*],
                key_header: #key_header,
                contract: Contract::#contract,
            }
        }
    });
    parse_quote! {
        impl Api {
            /// All APIs.
            pub const ALL: &'static [Self] = &[#(Self::#variants,)* Self::OpenAi];

            pub(super) fn row(self) -> &'static Row {
                match self {
                    #(Self::#variants => #rows,)*
                    Self::OpenAi => &super::OPENAI,
                }
            }
        }
    }
}

fn contracts(apis: &[Api]) -> Item {
    let functions = apis.iter().map(|api| {
        let docs = format!(
            " Returns the contract of the {}, as of the build of this crate.",
            api.title()
        );
        let name = format_ident!("{}", api.name);
        // The mock has the directory of the documents as a link.
        let file = format!("../../../{}", api.document);
        quote! {
            #[doc = #docs]
            pub fn #name() -> &'static Self {
                static CONTRACT: LazyLock<Contract> =
                    LazyLock::new(|| Contract::built_in(include_str!(#file)));
                &CONTRACT
            }
        }
    });
    parse_quote! {
        /// The contracts of the specifications.
        impl Contract {
            #(#functions)*
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::API;

    #[test]
    fn every_api_has_a_variant_a_row_and_a_contract() {
        let api = Api {
            base_paths: vec!["/a".to_owned(), "/b".to_owned()],
            ..API.clone()
        };
        let contents = artifact(&[api]).contents;
        for expected in [
            "/// The test API, at the base paths `/a`, `/b`.\n    Test,",
            "&[Self::Test, Self::OpenAi]",
            "base_paths: &[\"/a\", \"/b\"],",
            "pub fn test() -> &'static Self {",
        ] {
            assert!(contents.contains(expected), "{expected}: {contents}");
        }
    }
}
