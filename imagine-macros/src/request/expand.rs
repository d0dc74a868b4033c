//! Prints the code of a request: its encoding, its builder and the client's method.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Lit, LitStr};

use super::model::{Argument, Payload, Place, Request, Role};
use crate::attr;
use crate::shape::{self, Argument as Setter};

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let encoding = expand_encoding(request);
    let streaming = expand_streaming(request);
    let builder = expand_builder(request);
    let method = expand_method(request);
    quote!(#encoding #streaming #builder #method)
}

fn expand_encoding(request: &Request<'_>) -> TokenStream {
    let Request {
        name,
        operation,
        answer,
        ..
    } = request;
    let checks = request.fields.iter().filter_map(expand_check);
    let parts = request
        .fields
        .iter()
        .filter_map(|field| expand_part(request, field));
    let body = (request.payload == Some(Payload::Json)).then(|| quote!(parts.json(self)?;));
    quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::Request for #name {
            type Answer = #answer;
            const OPERATION: &'static ::imagine_sdk::__private::Operation = &#operation;
            fn check(&self) -> ::core::result::Result<(), ::imagine_sdk::__private::InvalidField> {
                #(#checks)*
                ::core::result::Result::Ok(())
            }
            fn encode(
                &self,
                parts: &mut ::imagine_sdk::__private::Parts,
            ) -> ::core::result::Result<(), ::imagine_sdk::__private::InvalidField> {
                #(#parts)*
                #body
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// A number must be finite, because JSON has no other, and keep to its range.
fn expand_check(field: &Argument<'_>) -> Option<TokenStream> {
    let Argument { ident, wire, .. } = field;
    let float = shape::is_number(field.ty, "f64");
    if field.role != Role::Argument || !(float || field.range.is_some()) {
        return None;
    }
    let [min, max] = field.range.clone().unwrap_or_default().limits();
    Some(quote!(::imagine_sdk::__private::check_number(#wire, &self.#ident, #min, #max)?;))
}

/// Where a field goes that is not part of a JSON body.
fn expand_part(request: &Request<'_>, field: &Argument<'_>) -> Option<TokenStream> {
    let Argument { ident, wire, .. } = field;
    match (&field.place, request.payload) {
        (Place::Path(name), _) => Some(quote!(parts.path(#name, &self.#ident);)),
        (Place::Query(name), _) => Some(quote!(parts.query(#name, &self.#ident);)),
        (Place::Body, Some(Payload::Form)) => Some(quote!(parts.form(#wire, &self.#ident);)),
        (Place::Body, _) => None,
    }
}

fn expand_streaming(request: &Request<'_>) -> Option<TokenStream> {
    let (name, event) = (request.name, request.event.as_ref()?);
    let flag = request.stream_flag()?;
    let (ident, on) = (flag.ident, flag_value(flag, true));
    Some(quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::StreamRequest for #name {
            type Event = #event;
            fn set_stream(&mut self) {
                self.#ident = #on;
            }
        }
    })
}

/// An optional flag is left out for a whole answer, because nothing unset is sent.
fn flag_value(flag: &Argument<'_>, on: bool) -> TokenStream {
    match (shape::is_option(flag.ty), on) {
        (true, true) => quote!(::core::option::Option::Some(true)),
        (true, false) => quote!(::core::option::Option::None),
        (false, on) => quote!(#on),
    }
}

fn expand_builder(request: &Request<'_>) -> TokenStream {
    let Request {
        name,
        builder,
        about,
        ..
    } = request;
    let new = expand_new(request);
    let setters = request
        .optional()
        .map(|field| expand_setter(builder, field));
    let sampling = expand_sampling(request);
    let options = expand_options();
    let sending = expand_sending(request);
    let future = expand_future(request);
    quote! {
        #[doc = #about]
        #[must_use = "a request is not sent until it is awaited, or `send` or `stream` is called"]
        #[derive(Clone, Debug)]
        pub struct #builder(::imagine_sdk::__private::Pending<#name>);

        #[automatically_derived]
        impl #builder {
            #new
            #(#setters)*
            #sampling
            #options
            #sending
        }
        #future
    }
}

fn expand_new(request: &Request<'_>) -> TokenStream {
    let name = request.name;
    let parameters = parameters(request);
    let values = request.fields.iter().map(|field| {
        let (ident, value) = (field.ident, initial_value(request, field));
        quote!(#ident: #value)
    });
    let rest = request
        .extra
        .map(|extra| quote!(#extra: ::core::default::Default::default()));
    quote! {
        #[doc(hidden)]
        pub fn new(__caller: ::imagine_sdk::__private::Caller, #(#parameters),*) -> Self {
            Self(::imagine_sdk::__private::Pending::new(__caller, #name { #(#values,)* #rest }))
        }
    }
}

fn initial_value(request: &Request<'_>, field: &Argument<'_>) -> TokenStream {
    if request.positional.contains(field.ident) {
        return Setter::of(field.ty, field.ident).convert;
    }
    match (&field.role, &field.default) {
        (Role::Stream, _) => flag_value(field, false),
        (_, Some(default)) => default_value(field, default),
        _ => quote!(::core::default::Default::default()),
    }
}

fn default_value(field: &Argument<'_>, default: &Lit) -> TokenStream {
    let value = match default {
        Lit::Str(text) => quote!(::core::convert::From::from(#text)),
        number if shape::is_number(field.ty, "f64") => quote!((#number as f64)),
        other => quote!(#other),
    };
    if shape::is_option(field.ty) {
        quote!(::core::option::Option::Some(#value))
    } else {
        value
    }
}

fn parameters<'a>(request: &'a Request<'_>) -> Vec<TokenStream> {
    let required = request.required().map(|field| {
        let (ident, accepts) = (field.ident, Setter::of(field.ty, field.ident).accepts);
        quote!(#ident: #accepts)
    });
    required.collect()
}

fn expand_setter(builder: &Ident, field: &Argument<'_>) -> TokenStream {
    let (ident, docs) = (field.ident, &field.docs);
    let Setter { accepts, convert } = Setter::of(field.ty, ident);
    quote! {
        #(#docs)*
        pub fn #ident(mut self, #ident: #accepts) -> #builder {
            self.0.request.#ident = #convert;
            self
        }
    }
}

fn expand_sampling(request: &Request<'_>) -> Option<TokenStream> {
    let sampling = request.sampling.as_ref()?;
    let copies = request
        .fields
        .iter()
        .filter(|field| field.sampling)
        .map(|field| {
            let ident = field.ident;
            quote! {
                if let ::core::option::Option::Some(value) = &sampling.#ident {
                    self.0.request.#ident =
                        ::core::option::Option::Some(::core::clone::Clone::clone(value));
                }
            }
        });
    Some(quote! {
        /// Puts on every sampling parameter that is set in `sampling`, and leaves the others as they are.
        pub fn sampling(mut self, sampling: &#sampling) -> Self {
            #(#copies)*
            self
        }
    })
}

/// The options of the call, in a namespace apart from the fields of the request.
fn expand_options() -> TokenStream {
    quote! {
        /// Sends a field that this SDK does not name, or a named one with any value at all.
        ///
        /// It takes precedence over the setter of that name, and no range is checked. It goes where the
        /// operation's own fields go: into the JSON body, the form, or the query where there is no body.
        pub fn extra(
            mut self,
            name: impl ::core::convert::Into<::std::string::String>,
            value: impl ::core::convert::Into<::imagine_sdk::__private::serde_json::Value>,
        ) -> Self {
            self.0.options.extra(name.into(), value.into());
            self
        }
        /// Adds a parameter to the query.
        pub fn extra_query(
            mut self,
            name: impl ::core::convert::Into<::std::string::String>,
            value: impl ::core::convert::Into<::std::string::String>,
        ) -> Self {
            self.0.options.extra_query(name.into(), value.into());
            self
        }
        /// Leaves a field out of the body that would be sent, for instance one with a default.
        pub fn without(mut self, name: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.0.options.without(name.into());
            self
        }
        /// Adds a header. A name or value that HTTP does not allow is an error when the request is sent.
        pub fn with_header(mut self, name: impl ::core::convert::AsRef<str>, value: impl ::core::convert::AsRef<str>) -> Self {
            self.0.options.header(name.as_ref(), value.as_ref());
            self
        }
        /// Limits the time of the whole call, retries included; for a stream, to its last event.
        pub fn with_timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.0.options.timeout(timeout);
            self
        }
        /// Sends the request again at most this often. 0 sends it once.
        pub fn with_max_retries(mut self, retries: u32) -> Self {
            self.0.options.max_retries(retries);
            self
        }
    }
}

fn expand_sending(request: &Request<'_>) -> TokenStream {
    let answer = &request.answer;
    let stream = request.event.as_ref().map(|event| {
        let aliases = aliases(request, |name| name.ends_with("_stream"));
        quote! {
            /// Sends the request and answers with a stream of events.
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send), until the stream begins; later failures are items of the stream.
            #aliases
            pub async fn stream(
                self,
            ) -> ::core::result::Result<
                ::imagine_sdk::__private::EventStream<#event>,
                ::imagine_sdk::__private::Error,
            > {
                self.0.stream().await
            }
        }
    });
    quote! {
        /// Sends the request. Awaiting the builder does the same.
        ///
        /// # Errors
        ///
        /// When a field is out of its range (nothing is sent), the service cannot be reached in time, it
        /// refuses the request, or its answer cannot be read.
        pub async fn send(
            self,
        ) -> ::core::result::Result<#answer, ::imagine_sdk::__private::Error> {
            self.0.send().await
        }
        /// Sends the request and answers with status, headers, request id and number of attempts as well.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send).
        pub async fn send_with_meta(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<#answer>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_with_meta().await
        }
        /// Sends the request and answers with the bytes of the answer, undecoded.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send), but for reading the answer.
        pub async fn send_raw(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<::imagine_sdk::__private::Bytes>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_raw().await
        }
        #stream
    }
}

fn expand_future(
    Request {
        builder, answer, ..
    }: &Request<'_>,
) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::future::IntoFuture for #builder {
            type Output = ::core::result::Result<#answer, ::imagine_sdk::__private::Error>;
            type IntoFuture = ::imagine_sdk::__private::BoxFuture<'static, Self::Output>;
            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }
    }
}

fn expand_method(request: &Request<'_>) -> TokenStream {
    let Request {
        client,
        method,
        builder,
        about,
        ..
    } = request;
    let aliases = aliases(request, |name| !name.ends_with("_stream"));
    let parameters = parameters(request);
    let arguments = request.required().map(|field| field.ident);
    quote! {
        #[automatically_derived]
        impl #client {
            #[doc = #about]
            #aliases
            pub fn #method(&self, #(#parameters),*) -> #builder {
                #builder::new(self.caller(), #(#arguments),*)
            }
        }
    }
}

/// The names under which people will look for the method, its own left out.
fn aliases(request: &Request<'_>, which: impl Fn(&str) -> bool) -> TokenStream {
    let own = format_ident!("{}", request.method);
    let names = request.aliases.iter().filter(|alias| {
        let name = alias.value();
        own != name.as_str() && which(&name)
    });
    attr::doc_aliases(names.collect::<Vec<&LitStr>>())
}
