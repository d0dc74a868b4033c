//! `#[derive(Answer)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Field, Ident, Result, Type};

use crate::attr;
use crate::shape;

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let model = Model::parse(input)?;
    let visitor = expand_visitor(&model);
    let name = model.name;
    Ok(quote! {
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #visitor
                deserializer.deserialize_map(AnswerVisitor)
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
    })
}

struct Model<'a> {
    name: &'a Ident,
    known: Vec<Known<'a>>,
    extra: Option<&'a Ident>,
}

struct Known<'a> {
    ident: &'a Ident,
    /// The local variable that collects the field. It has a name of its own, so that no field can
    /// shadow what the visitor works with.
    slot: Ident,
    ty: &'a Type,
    wire: String,
    discriminating: bool,
}

impl<'a> Model<'a> {
    fn parse(input: &'a DeriveInput) -> Result<Self> {
        let mut model = Self {
            name: &input.ident,
            known: Vec::new(),
            extra: None,
        };
        for (ident, field) in shape::named_fields(input, "Answer")? {
            let marks = Marks::parse(field)?;
            if !marks.extra {
                model.known.push(Known {
                    ident,
                    slot: format_ident!("slot_{}", model.known.len()),
                    ty: &field.ty,
                    wire: attr::wire_name(field, ident)?,
                    discriminating: marks.discriminating,
                });
            } else if model.extra.replace(ident).is_some() {
                return Err(syn::Error::new_spanned(
                    ident,
                    "an answer has one field for what it does not name",
                ));
            }
        }
        Ok(model)
    }
}

#[derive(Default)]
struct Marks {
    discriminating: bool,
    extra: bool,
}

impl Marks {
    fn parse(field: &Field) -> Result<Self> {
        let mut marks = Self::default();
        for attr in field
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("answer"))
        {
            attr.parse_nested_meta(|meta| {
                if meta.path.is_ident("discriminating") {
                    marks.discriminating = true;
                } else if meta.path.is_ident("extra") {
                    marks.extra = true;
                } else {
                    return Err(meta.error("expected `discriminating` or `extra`"));
                }
                Ok(())
            })?;
        }
        Ok(marks)
    }
}

/// A visitor that reads the object once and in place: known keys straight into their fields, unknown
/// ones into the map. serde's own `flatten` would buffer the whole object first.
fn expand_visitor(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let expecting = format!("{name}, an object");
    let slots = model.known.iter().map(|Known { slot, ty, .. }| {
        quote!(let mut #slot: ::core::option::Option<#ty> = ::core::option::Option::None;)
    });
    let arms = model.known.iter().map(|Known { slot, wire, .. }| {
        quote! {
            #wire => #slot = ::core::option::Option::Some(
                ::imagine_sdk::__private::next_value(&mut map)?
            ),
        }
    });
    let (start, rest, finish) = expand_extra(model.extra);
    let values = model.known.iter().map(expand_value);
    quote! {
        struct AnswerVisitor;
        impl<'de> ::imagine_sdk::__private::serde::de::Visitor<'de> for AnswerVisitor {
            type Value = #name;
            fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#expecting)
            }
            fn visit_map<A: ::imagine_sdk::__private::serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> ::core::result::Result<#name, A::Error> {
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
                ::core::result::Result::Ok(#name { #(#values,)* #finish })
            }
        }
    }
}

fn expand_extra(extra: Option<&Ident>) -> (TokenStream, TokenStream, TokenStream) {
    match extra {
        Some(extra) => (
            quote!(let mut unknown = ::imagine_sdk::__private::serde_json::Map::new();),
            quote!({
                unknown.insert(key.into_string(), map.next_value()?);
            }),
            quote!(#extra: unknown),
        ),
        None => (
            TokenStream::new(),
            quote!({
                map.next_value::<::imagine_sdk::__private::serde::de::IgnoredAny>()?;
            }),
            TokenStream::new(),
        ),
    }
}

fn expand_value(
    Known {
        ident,
        slot,
        wire,
        discriminating,
        ..
    }: &Known<'_>,
) -> TokenStream {
    if *discriminating {
        quote! {
            #ident: #slot.ok_or_else(|| {
                <A::Error as ::imagine_sdk::__private::serde::de::Error>::missing_field(#wire)
            })?
        }
    } else {
        quote!(#ident: #slot.unwrap_or_default())
    }
}
