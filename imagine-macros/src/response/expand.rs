//! Generates the decoding of a response.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::model::{Decoding, KnownField, Required, Response};
use crate::shape::NamedField;

pub(super) fn expand(response: &Response<'_>) -> TokenStream {
    let name = &response.name;
    let visitor = expand_visitor(response);
    let extra_fields = expand_extra_fields(response);
    let observe = expand_observe(response);
    // Generated type parameters start with `__`, so they do not shadow types of the user.
    quote! {
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::serde::Deserialize<'de> for #name {
            #[inline]
            fn deserialize<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::imagine_sdk::__private::new(deserializer)
            }
        }
        #[automatically_derived]
        impl<'de> ::imagine_sdk::__private::Lenient<'de> for #name {
            #[inline]
            fn read<__D: ::imagine_sdk::__private::serde::Deserializer<'de>>(
                &mut self,
                deserializer: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                #visitor
                ::imagine_sdk::__private::serde::Deserializer::deserialize_map(
                    deserializer,
                    __ResponseVisitor(self),
                )
            }
            #observe
        }
        #extra_fields
    }
}

/// Fields that spans and budgets record, or that contain such fields, by their names on the wire.
const OBSERVED: [&str; 8] = [
    "choices",
    "completion_tokens",
    "cost",
    "finish_reason",
    "id",
    "model",
    "prompt_tokens",
    "usage",
];

fn observed<'a>(response: &'a Response<'_>) -> impl Iterator<Item = &'a KnownField<'a>> {
    let known = response.known.iter();
    known.filter(|known| {
        known.decoding == Decoding::Lenient && OBSERVED.contains(&known.wire.name.as_str())
    })
}

fn expand_observe(response: &Response<'_>) -> Option<TokenStream> {
    observed(response).next()?;
    let fields = observed(response).map(|KnownField { named, wire, .. }| {
        let (ident, name) = (&named.ident, &wire.name);
        quote!(::imagine_sdk::__private::Lenient::observe_as(&self.#ident, #name, observer);)
    });
    Some(quote! {
        #[inline]
        fn observe_as(
            &self,
            _name: &'static ::core::primitive::str,
            observer: &mut dyn ::imagine_sdk::__private::Observer,
        ) {
            #(#fields)*
        }
    })
}

fn expand_extra_fields(response: &Response<'_>) -> TokenStream {
    let name = &response.name;
    let extra_fields = response.extra.first().map(|extra| {
        let extra = &extra.ident;
        quote! {
            #[inline]
            fn has_unknown(&self, name: &::core::primitive::str) -> ::core::primitive::bool {
                ::imagine_sdk::__private::KeepUnknown::has(&self.#extra, name)
            }
        }
    });
    let observe = observed(response).next().map(|_| {
        quote! {
            #[inline]
            fn observe_fields(&self, observer: &mut dyn ::imagine_sdk::__private::Observer) {
                ::imagine_sdk::__private::Lenient::observe_as(self, "", observer);
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::ExtraFields for #name {
            #extra_fields
            #observe
        }
    }
}

/// Generates a visitor that decodes in place and in a single pass. serde's `flatten` would buffer the object.
fn expand_visitor(response: &Response<'_>) -> TokenStream {
    let name = &response.name;
    let expecting = format!("{name}, an object");
    let body = expand_body(response);
    quote! {
        struct __ResponseVisitor<'__a>(&'__a mut #name);
        impl<'de> ::imagine_sdk::__private::serde::de::Visitor<'de> for __ResponseVisitor<'_> {
            type Value = ();
            #[inline]
            fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#expecting)
            }
            #[inline]
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
    let known = response.known.iter().enumerate();
    let arms = known.map(|(at, known)| expand_arm(at, known, response.extra.first()));
    let rest = expand_rest(response.extra.first());
    let check = expand_check(response);
    let count = response.known.len();
    quote! {
        let __ResponseVisitor(response) = self;
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

/// Checks that the required keys are present.
fn expand_check(response: &Response<'_>) -> TokenStream {
    let known = || response.known.iter().enumerate();
    let always = known().filter(|(_, known)| known.required == Some(Required::Always));
    let always = always.map(|(at, known)| {
        let missing = missing_field(known);
        quote!(if !seen[#at] { #missing })
    });
    let any = || known().filter(|(_, known)| known.required == Some(Required::Any));
    let any = any().next().map(|(_, first)| {
        let (missing, positions) = (missing_field(first), any().map(|(at, _)| at));
        quote!(if #(!seen[#positions])&&* { #missing })
    });
    quote!(#(#always)* #any)
}

fn missing_field(KnownField { wire, .. }: &KnownField<'_>) -> TokenStream {
    let key = &wire.name;
    quote! {
        return ::core::result::Result::Err(
            <__A::Error as ::imagine_sdk::__private::serde::de::Error>::missing_field(#key),
        );
    }
}

fn expand_arm(at: usize, known: &KnownField<'_>, extra: Option<&NamedField<'_>>) -> TokenStream {
    let (key, ident, aliases) = (&known.wire.name, &known.named.ident, &known.aliases);
    let next = match known.decoding {
        Decoding::Lenient => quote!(next_field),
        Decoding::Serde => quote!(next_serde_field),
        Decoding::JsonText => quote!(next_json_text),
    };
    // Errors about the type are located at the field.
    let field = quote_spanned!(ident.span()=> &mut response.#ident);
    let keep = match extra {
        Some(NamedField { ident, .. }) => quote! {
            ::imagine_sdk::__private::KeepUnknown::keep_unfit(&mut response.#ident, #key, unfit)
        },
        None => quote! {
            return ::core::result::Result::Err(
                ::imagine_sdk::__private::serde::de::Error::custom("a field does not fit"),
            )
        },
    };
    let unfit = match extra {
        Some(_) => quote!(unfit),
        None => quote!(_),
    };
    quote! {
        #key #(| #aliases)* => if let ::core::option::Option::Some(#unfit) =
            ::imagine_sdk::__private::#next(&mut map, #field, &mut seen[#at])?
        {
            #keep
        },
    }
}

/// Keeps or ignores the value of an unknown key.
fn expand_rest(extra: Option<&NamedField<'_>>) -> TokenStream {
    match extra {
        None => quote!({
            map.next_value::<::imagine_sdk::__private::serde::de::IgnoredAny>()?;
        }),
        Some(NamedField { ident, .. }) => quote! {
            ::imagine_sdk::__private::next_unknown(&mut map, key, &mut response.#ident)?
        },
    }
}
