//! Generates the conversions of an open enum.

use proc_macro2::TokenStream;
use quote::quote;

use super::{KnownVariant, OpenEnum};

pub(super) fn expand(model: &OpenEnum<'_>) -> TokenStream {
    let inherent = expand_as_str(model);
    let default = expand_default(model);
    let conversions = expand_conversions(model);
    let serde = expand_serde(model);
    let decoding = expand_decoding(model);
    quote!(#inherent #default #conversions #serde #decoding)
}

fn expand_as_str(OpenEnum { name, vis, known }: &OpenEnum<'_>) -> TokenStream {
    let arms = known
        .iter()
        .map(|KnownVariant { variant, wire }| quote!(Self::#variant => #wire,));
    quote! {
        #[automatically_derived]
        impl #name {
            /// Returns the value on the wire.
            #[must_use]
            #[inline]
            #vis fn as_str(&self) -> &str {
                match self {
                    #(#arms)*
                    Self::Other(value) => value,
                }
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}

fn expand_default(OpenEnum { name, .. }: &OpenEnum<'_>) -> TokenStream {
    quote! {
        /// Returns the empty string, which represents a missing value.
        #[automatically_derived]
        impl ::core::default::Default for #name {
            #[inline]
            fn default() -> Self {
                Self::Other(::std::string::String::new())
            }
        }
    }
}

fn expand_conversions(OpenEnum { name, known, .. }: &OpenEnum<'_>) -> TokenStream {
    let arms = known
        .iter()
        .map(|KnownVariant { variant, wire }| quote!(#wire => Self::#variant,));
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<&str> for #name {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    #(#arms)*
                    other => Self::Other(::std::borrow::ToOwned::to_owned(other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::std::string::String> for #name {
            #[inline]
            fn from(value: ::std::string::String) -> Self {
                match <Self as ::core::convert::From<&str>>::from(value.as_str()) {
                    Self::Other(_) => Self::Other(value),
                    known => known,
                }
            }
        }
    }
}

fn expand_serde(OpenEnum { name, .. }: &OpenEnum<'_>) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::serde::Serialize for #name {
            #[inline]
            fn serialize<__S: ::imagine_sdk::__private::serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        #[automatically_derived]
        impl ::imagine_sdk::__private::WireValue for #name {
            #[inline]
            fn contents(&self) -> ::std::vec::Vec<::imagine_sdk::__private::Content> {
                ::std::vec![::imagine_sdk::__private::Content::Text(
                    ::std::borrow::ToOwned::to_owned(self.as_str()),
                )]
            }
        }
    }
}

fn expand_decoding(OpenEnum { name, .. }: &OpenEnum<'_>) -> TokenStream {
    quote! {
        // A value can be a whole response.
        #[automatically_derived]
        impl ::imagine_sdk::__private::ExtraFields for #name {}
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::serde::Deserialize<'de> for #name {
            #[inline]
            fn deserialize<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::imagine_sdk::__private::open_enum(deserializer)
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::Lenient<'de> for #name {
            #[inline]
            fn read<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                &mut self,
                deserializer: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                *self = ::imagine_sdk::__private::open_enum(deserializer)?;
                ::core::result::Result::Ok(())
            }
            #[inline]
            fn observe_as(
                &self,
                name: &'static ::core::primitive::str,
                observer: &mut dyn ::imagine_sdk::__private::Observer,
            ) {
                let value = ::imagine_sdk::__private::Observed::String(self.as_str());
                observer.observe(name, value);
            }
        }
    }
}
