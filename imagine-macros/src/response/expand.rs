//! Prints the decoding of an response.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Known, Response};
use crate::shape::Named;

pub(super) fn expand(response: &Response<'_>) -> TokenStream {
    let name = &response.name;
    let visitor = expand_visitor(response);
    let unknown = expand_unknown(response);
    // What a type of the user could be called is not what the generated parameters are called.
    quote! {
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::serde::Deserialize<'de> for #name {
            fn deserialize<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::imagine_sdk::__private::new(deserializer)
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::Lenient<'de> for #name {
            fn read<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                &mut self,
                deserializer: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                #visitor
                ::imagine_sdk::__private::serde::Deserializer::deserialize_map(
                    deserializer,
                    __AnswerVisitor(self),
                )
            }
        }
        #unknown
    }
}

fn expand_unknown(response: &Response<'_>) -> TokenStream {
    let name = &response.name;
    let unknown = response.extra.first().map(|extra| {
        let extra = &extra.ident;
        quote! {
            fn extra_fields(
                &self,
            ) -> ::core::option::Option<
                &::imagine_sdk::__private::serde_json::Map<
                    ::std::string::String,
                    ::imagine_sdk::__private::serde_json::Value,
                >,
            > {
                ::core::option::Option::Some(&self.#extra)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::ExtraFields for #name {
            #unknown
        }
    }
}

/// A visitor that reads the object once and in place: known keys straight into their fields, unknown
/// ones into the map. serde's own `flatten` would buffer the whole object first.
fn expand_visitor(response: &Response<'_>) -> TokenStream {
    let name = &response.name;
    let expecting = format!("{name}, an object");
    let body = expand_body(response);
    quote! {
        struct __AnswerVisitor<'__a>(&'__a mut #name);
        impl<'de> ::imagine_sdk::__private::serde::de::Visitor<'de> for __AnswerVisitor<'_> {
            type Value = ();
            fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#expecting)
            }
            fn visit_map<__A: ::imagine_sdk::__private::serde::de::MapAccess<'de>>(
                self,
                mut map: __A,
            ) -> ::core::result::Result<(), __A::Error> {
                #body
            }
        }
    }
}

fn expand_body(response: &Response<'_>) -> TokenStream {
    let arms = response.known.iter().enumerate().map(expand_arm);
    let rest = expand_rest(response.extra.first());
    let check = expand_check(response);
    let count = response.known.len();
    quote! {
        let __AnswerVisitor(response) = self;
        let mut seen = [false; #count];
        while let ::core::option::Option::Some(key) =
            map.next_key::<::imagine_sdk::__private::Key<'de>>()?
        {
            match key.as_str() {
                #(#arms)*
                _ => #rest,
            }
        }
        #check
        ::core::result::Result::Ok(())
    }
}

/// Refuses an object that has none of the keys that make it what it is.
fn expand_check(response: &Response<'_>) -> Option<TokenStream> {
    let known = || response.known.iter().enumerate();
    let required = || known().filter(|(_, known)| known.required);
    let (_, Known { wire, .. }) = required().next()?;
    let key = &wire.name;
    let places = required().map(|(place, _)| place);
    Some(quote! {
        if #(!seen[#places])&&* {
            return ::core::result::Result::Err(
                <__A::Error as ::imagine_sdk::__private::serde::de::Error>::missing_field(#key),
            );
        }
    })
}

fn expand_arm((place, Known { named, wire, .. }): (usize, &Known<'_>)) -> TokenStream {
    let (key, ident) = (&wire.name, &named.ident);
    quote! {
        #key => ::imagine_sdk::__private::next_field(
            &mut map,
            &mut response.#ident,
            &mut seen[#place],
        )?,
    }
}

/// What becomes of a key that has no field.
fn expand_rest(extra: Option<&Named<'_>>) -> TokenStream {
    match extra {
        None => quote!({
            map.next_value::<::imagine_sdk::__private::serde::de::IgnoredAny>()?;
        }),
        Some(Named { ident, .. }) => quote! {
            ::imagine_sdk::__private::next_unknown(&mut map, key, &mut response.#ident)?
        },
    }
}
