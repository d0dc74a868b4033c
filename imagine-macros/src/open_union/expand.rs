//! Generates the conversions of an open union.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{OpenUnion, TypedVariant};
use crate::types;

pub(super) fn expand(model: &OpenUnion<'_>) -> TokenStream {
    let name = &model.name;
    let conversions = expand_conversions(model);
    let encoding = expand_encoding(model);
    let decoding = expand_decoding(model);
    let named = model.events.then(|| expand_named(model));
    quote! {
        /// Returns `null`, which represents a missing value.
        #[automatically_derived]
        impl ::core::default::Default for #name {
            #[inline]
            fn default() -> Self {
                Self::Other(::imagine_sdk::__private::serde_json::Value::Null)
            }
        }
        #conversions
        #encoding
        #decoding
        #named
    }
}

/// The decoding of an event by its name in a stream.
fn expand_named(model: &OpenUnion<'_>) -> TokenStream {
    let name = &model.name;
    let named = model.variants.iter().filter(|one| !one.tags.is_empty());
    let arms = named.map(|one| {
        let (variant, ty, tags) = (&one.variant, one.ty, &one.tags);
        quote! {
            #(#tags)|* => {
                ::imagine_sdk::__private::variant::<#ty>(data).map(Self::#variant)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #name {
            /// Decodes the data of an event by its name. `None` if the name is unknown or the data does not fit.
            pub(crate) fn named(
                name: &::core::primitive::str,
                data: &::core::primitive::str,
            ) -> ::core::option::Option<Self> {
                match name {
                    #(#arms)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    }
}

/// A conversion from each type that only one variant has.
fn expand_conversions(model: &OpenUnion<'_>) -> TokenStream {
    let name = &model.name;
    let inner = |ty: &syn::Type| types::without_box(ty).to_token_stream().to_string();
    let uses = |ty: &syn::Type| {
        let same = model.variants.iter();
        same.filter(|other| inner(other.ty) == inner(ty)).count()
    };
    let unique = model.variants.iter().filter(|one| uses(one.ty) == 1);
    unique
        .map(|TypedVariant { variant, ty, .. }| {
            let plain = types::without_box(ty);
            let string = types::is_string(plain).then(|| {
                quote! {
                    #[automatically_derived]
                    impl ::core::convert::From<&str> for #name {
                        #[inline]
                        fn from(value: &str) -> Self {
                            Self::#variant(::core::convert::From::from(value))
                        }
                    }
                }
            });
            quote! {
                #[automatically_derived]
                impl ::core::convert::From<#plain> for #name {
                    #[inline]
                    fn from(value: #plain) -> Self {
                        Self::#variant(::core::convert::From::from(value))
                    }
                }
                #string
            }
        })
        .collect()
}

fn expand_encoding(model: &OpenUnion<'_>) -> TokenStream {
    let name = &model.name;
    let arms = model.variants.iter().map(|one| {
        let variant = &one.variant;
        let encode = match (&model.tag, one.tags.first()) {
            (Some(tag), Some(first)) => quote! {
                ::imagine_sdk::__private::serialize_tagged(value, #tag, #first, serializer)
            },
            _ => quote! {
                ::imagine_sdk::__private::serde::Serialize::serialize(value, serializer)
            },
        };
        quote!(Self::#variant(value) => #encode,)
    });
    quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::serde::Serialize for #name {
            #[inline]
            fn serialize<__S: ::imagine_sdk::__private::serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                match self {
                    #(#arms)*
                    Self::Other(value) => {
                        ::imagine_sdk::__private::serde::Serialize::serialize(value, serializer)
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::imagine_sdk::__private::WireValue for #name {
            #[inline]
            fn contents(&self) -> ::std::vec::Vec<::imagine_sdk::__private::Content> {
                ::imagine_sdk::__private::json_contents(self)
            }
        }
    }
}

fn expand_decoding(model: &OpenUnion<'_>) -> TokenStream {
    let name = &model.name;
    let tag = match &model.tag {
        Some(tag) => quote!(::core::option::Option::Some(#tag)),
        None => quote!(::core::option::Option::None),
    };
    let shapes = model.variants.iter().map(expand_shape);
    let arms = model.variants.iter().enumerate().map(|(at, one)| {
        let (variant, ty) = (&one.variant, one.ty);
        quote! {
            #at => ::core::option::Option::Some(Self::#variant(
                ::imagine_sdk::__private::variant::<#ty>(raw)?,
            )),
        }
    });
    let has_unknown = model.variants.iter().filter(|one| one.is_struct());
    let has_unknown = has_unknown.map(|one| {
        let variant = &one.variant;
        quote! {
            Self::#variant(value) => {
                ::imagine_sdk::__private::ExtraFields::has_unknown(value, name)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::ExtraFields for #name {
            #[inline]
            fn has_unknown(&self, name: &::core::primitive::str) -> ::core::primitive::bool {
                #[allow(unreachable_patterns)]
                match self {
                    #(#has_unknown)*
                    Self::Other(value) => value.get(name).is_some_and(|value| !value.is_null()),
                    _ => false,
                }
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::serde::Deserialize<'de> for #name {
            #[inline]
            fn deserialize<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                const SHAPE: ::imagine_sdk::__private::UnionShape =
                    ::imagine_sdk::__private::UnionShape { tag: #tag, variants: &[#(#shapes),*] };
                ::imagine_sdk::__private::union(
                    deserializer,
                    &SHAPE,
                    |at, raw| match at {
                        #(#arms)*
                        _ => ::core::option::Option::None,
                    },
                    Self::Other,
                )
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::Lenient<'de> for #name {
            #[inline]
            fn read<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                &mut self,
                deserializer: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                *self = ::imagine_sdk::__private::serde::Deserialize::deserialize(deserializer)?;
                ::core::result::Result::Ok(())
            }
        }
    }
}

fn expand_shape(one: &TypedVariant<'_>) -> TokenStream {
    let TypedVariant {
        kinds,
        tags,
        fields,
        required,
        ..
    } = one;
    quote! {
        ::imagine_sdk::__private::VariantShape {
            kinds: &[#(::imagine_sdk::__private::JsonKind::#kinds),*],
            tags: &[#(#tags),*],
            fields: &[#(#fields),*],
            required: &[#(#required),*],
        }
    }
}
