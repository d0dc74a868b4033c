//! `#[derive(OpenEnum)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, LitStr, Result, Variant};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let model = Model::parse(input)?;
    let (inherent, conversions, serde) = (
        expand_as_str(&model),
        expand_conversions(&model),
        expand_serde(&model),
    );
    Ok(quote!(#inherent #conversions #serde))
}

struct Model<'a> {
    name: &'a Ident,
    known: Vec<(&'a Ident, LitStr)>,
}

impl<'a> Model<'a> {
    fn parse(input: &'a DeriveInput) -> Result<Self> {
        let Data::Enum(data) = &input.data else {
            return Err(syn::Error::new_spanned(
                &input.ident,
                "`OpenEnum` can be derived for an enum only",
            ));
        };
        let mut known: Vec<(&Ident, LitStr)> = Vec::new();
        let mut open = false;
        for variant in &data.variants {
            if is_other(variant) {
                open = true;
                continue;
            }
            let wire = wire_name(variant)?;
            if known.iter().any(|(_, other)| other.value() == wire.value()) {
                return Err(syn::Error::new_spanned(wire, "two variants have this name"));
            }
            known.push((&variant.ident, wire));
        }
        if !open {
            return Err(syn::Error::new_spanned(
                &input.ident,
                "an open enum needs a variant `Other(String)` for values it does not name",
            ));
        }
        Ok(Self {
            name: &input.ident,
            known,
        })
    }
}

fn is_other(variant: &Variant) -> bool {
    variant.ident == "Other"
        && matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1)
}

fn wire_name(variant: &Variant) -> Result<LitStr> {
    let mut name = None;
    if let Fields::Unit = variant.fields {
        for attr in variant
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("open"))
        {
            attr.parse_nested_meta(|meta| {
                if !meta.path.is_ident("name") {
                    return Err(meta.error("expected `name = \"..\"`"));
                }
                crate::attr::set(&mut name, meta.value()?.parse()?, &meta)
            })?;
        }
    }
    name.ok_or_else(|| {
        syn::Error::new_spanned(
            variant,
            "a variant of an open enum is a unit with `#[open(name = \"..\")]`, or `Other(String)`",
        )
    })
}

fn expand_as_str(Model { name, known }: &Model<'_>) -> TokenStream {
    let arms = known
        .iter()
        .map(|(variant, wire)| quote!(Self::#variant => #wire,));
    quote! {
        #[automatically_derived]
        impl #name {
            /// The value as it is written on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(#arms)*
                    Self::Other(value) => value,
                }
            }
        }
    }
}

fn expand_conversions(Model { name, known }: &Model<'_>) -> TokenStream {
    let arms = known
        .iter()
        .map(|(variant, wire)| quote!(#wire => Self::#variant,));
    quote! {
        /// The empty value, which stands for one that was left out.
        #[automatically_derived]
        impl ::core::default::Default for #name {
            fn default() -> Self {
                Self::Other(::std::string::String::new())
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                match value {
                    #(#arms)*
                    other => Self::Other(::std::string::String::from(other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::std::string::String> for #name {
            fn from(value: ::std::string::String) -> Self {
                match Self::from(value.as_str()) {
                    Self::Other(_) => Self::Other(value),
                    known => known,
                }
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}

fn expand_serde(Model { name, .. }: &Model<'_>) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::serde::Serialize for #name {
            fn serialize<S: ::imagine_sdk::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::imagine_sdk::__private::open_enum(deserializer).map(Self::from)
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::Tolerant<'de> for #name {
            fn tolerant<D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::imagine_sdk::__private::null_as_default(deserializer)
            }
        }
        #[automatically_derived]
        impl ::imagine_sdk::__private::WireValue for #name {
            fn contents(&self) -> ::std::vec::Vec<::imagine_sdk::__private::Content> {
                ::std::vec![::imagine_sdk::__private::Content::Text(
                    ::std::string::String::from(self.as_str()),
                )]
            }
        }
    }
}
