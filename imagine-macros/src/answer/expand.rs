//! Prints the decoding of an answer.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Answer, Known};
use crate::shape::Named;

pub(super) fn expand(answer: &Answer<'_>) -> TokenStream {
    let name = &answer.name;
    let visitor = expand_visitor(answer);
    let unknown = expand_unknown(answer);
    // What a type of the user could be called is not what the generated parameters are called.
    quote! {
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::serde::Deserialize<'de> for #name {
            fn deserialize<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #visitor
                ::imagine_sdk::__private::serde::Deserializer::deserialize_map(
                    deserializer,
                    __AnswerVisitor,
                )
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::Tolerant<'de> for #name {
            fn tolerant<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::imagine_sdk::__private::null_as_default(deserializer)
            }
        }
        #unknown
    }
}

fn expand_unknown(answer: &Answer<'_>) -> TokenStream {
    let name = &answer.name;
    let unknown = answer.extra.first().map(|extra| {
        let extra = &extra.ident;
        quote! {
            fn unknown(
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
        impl ::imagine_sdk::__private::Unknown for #name {
            #unknown
        }
    }
}

/// A visitor that reads the object once and in place: known keys straight into their fields, unknown
/// ones into the map. serde's own `flatten` would buffer the whole object first.
fn expand_visitor(answer: &Answer<'_>) -> TokenStream {
    let name = &answer.name;
    let expecting = format!("{name}, an object");
    let body = expand_body(answer);
    quote! {
        struct __AnswerVisitor;
        impl<'de> ::imagine_sdk::__private::serde::de::Visitor<'de> for __AnswerVisitor {
            type Value = #name;
            fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#expecting)
            }
            fn visit_map<__A: ::imagine_sdk::__private::serde::de::MapAccess<'de>>(
                self,
                mut map: __A,
            ) -> ::core::result::Result<#name, __A::Error> {
                #body
            }
        }
    }
}

fn expand_body(answer: &Answer<'_>) -> TokenStream {
    let name = &answer.name;
    let slots = answer.known.iter().map(expand_slot);
    let arms = answer.known.iter().map(expand_arm);
    let values = answer.known.iter().map(expand_value);
    let (start, rest, finish) = expand_extra(answer.extra.first());
    let check = expand_check(answer);
    quote! {
        #(#slots)*
        #start
        while let ::core::option::Option::Some(key) =
            map.next_key::<::imagine_sdk::__private::Key<'de>>()?
        {
            match key.as_str() {
                #(#arms)*
                _ => #rest,
            }
        }
        #check
        ::core::result::Result::Ok(#name { #(#values,)* #finish })
    }
}

/// Refuses an object that has none of the keys that make it what it is.
fn expand_check(answer: &Answer<'_>) -> Option<TokenStream> {
    let discriminating = || answer.known.iter().filter(|known| known.discriminating);
    let key = &discriminating().next()?.wire.name;
    let slots = discriminating().map(|known| &known.slot);
    Some(quote! {
        if #(#slots.is_none())&&* {
            return ::core::result::Result::Err(
                <__A::Error as ::imagine_sdk::__private::serde::de::Error>::missing_field(#key),
            );
        }
    })
}

fn expand_slot(Known { named, slot, .. }: &Known<'_>) -> TokenStream {
    let ty = &named.field.ty;
    quote!(let mut #slot: ::core::option::Option<#ty> = ::core::option::Option::None;)
}

fn expand_arm(Known { slot, wire, .. }: &Known<'_>) -> TokenStream {
    let key = &wire.name;
    quote! {
        #key => #slot = ::core::option::Option::Some(
            ::imagine_sdk::__private::next_value(&mut map)?
        ),
    }
}

fn expand_value(known: &Known<'_>) -> TokenStream {
    let (ident, slot) = (&known.named.ident, &known.slot);
    quote!(#ident: #slot.unwrap_or_default())
}

/// What stands before the loop, in it for an unknown key, and after it.
fn expand_extra(extra: Option<&Named<'_>>) -> (TokenStream, TokenStream, TokenStream) {
    let Some(Named { ident, .. }) = extra else {
        let skip = quote!({
            map.next_value::<::imagine_sdk::__private::serde::de::IgnoredAny>()?;
        });
        return (TokenStream::new(), skip, TokenStream::new());
    };
    (
        quote!(let mut unknown = ::imagine_sdk::__private::serde_json::Map::new();),
        quote!({
            unknown.insert(key.into_string(), map.next_value()?);
        }),
        quote!(#ident: unknown),
    )
}
