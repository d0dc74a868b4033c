//! The ends of a builder: what sends the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::{aliases, in_blocking};
use crate::request::model::Request;

/// A way of sending, by what its ends are written with.
struct Way {
    /// What stands before `fn`.
    asynchronous: Option<TokenStream>,
    /// What stands after the call that does the work.
    wait: Option<TokenStream>,
    /// The stream of events.
    events: TokenStream,
    /// What else leads to the same response.
    also: &'static str,
}

impl Way {
    fn asynchronous() -> Self {
        Self {
            asynchronous: Some(quote!(async)),
            wait: Some(quote!(.await)),
            events: quote!(::imagine_sdk::__private::EventStream),
            also: " Awaiting the builder does the same.",
        }
    }

    fn blocking() -> Self {
        Self {
            asynchronous: None,
            wait: None,
            events: quote!(::imagine_sdk::__private::blocking::EventStream),
            also: " It waits for the response.",
        }
    }
}

/// The ends, on the builders of both ways.
pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let Request { builder, .. } = request;
    let (gate, ends) = (request.gate(), expand_ends(request, &Way::asynchronous()));
    let blocking = expand_ends(request, &Way::blocking());
    let blocking = in_blocking(&quote! {
        #gate
        #[automatically_derived]
        impl #builder<::imagine_sdk::__private::blocking::Blocking> {
            #blocking
        }
    });
    quote! {
        #gate
        #[automatically_derived]
        impl #builder {
            #ends
        }
        #blocking
    }
}

fn expand_ends(request: &Request<'_>, way: &Way) -> TokenStream {
    let send = expand_send(request, way);
    let raw = expand_raw(request, way);
    let stream = expand_stream(request, way);
    quote!(#send #raw #stream)
}

fn expand_send(Request { vis, response, .. }: &Request<'_>, way: &Way) -> TokenStream {
    let Way {
        asynchronous,
        wait,
        also,
        ..
    } = way;
    let summary = format!(" Sends the request.{also}");
    quote! {
        #[doc = #summary]
        ///
        /// # Errors
        ///
        /// When a field is out of its range (nothing is sent), the service cannot be reached in time, it
        /// rejects the request, or its response cannot be read.
        #vis #asynchronous fn send(
            self,
        ) -> ::core::result::Result<#response, ::imagine_sdk::__private::Error> {
            self.0.send() #wait
        }
        /// Sends the request, and returns the response with its status, headers, request id and number of attempts.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send).
        #vis #asynchronous fn send_with_response(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<#response>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_with_response() #wait
        }
    }
}

fn expand_raw(Request { vis, .. }: &Request<'_>, way: &Way) -> TokenStream {
    let Way {
        asynchronous, wait, ..
    } = way;
    quote! {
        /// Sends the request, and returns the bytes of the response without decoding them.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send), but for reading the response.
        #vis #asynchronous fn send_raw(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<::imagine_sdk::__private::Bytes>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_raw() #wait
        }
    }
}

fn expand_stream(request: &Request<'_>, way: &Way) -> Option<TokenStream> {
    let (vis, chunk) = (request.vis, request.chunk.as_ref()?);
    let Way {
        asynchronous,
        wait,
        events,
        ..
    } = way;
    let aliases = aliases(request, true);
    Some(quote! {
        /// Sends the request, and returns the response as a stream of events.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send), until the stream begins; later failures are items of the stream.
        #aliases
        #vis #asynchronous fn stream(
            self,
        ) -> ::core::result::Result<#events<#chunk>, ::imagine_sdk::__private::Error> {
            self.0.stream() #wait
        }
    })
}

pub(super) fn expand_future(request: &Request<'_>) -> TokenStream {
    let Request {
        builder, response, ..
    } = request;
    let gate = request.gate();
    quote! {
        #gate
        #[automatically_derived]
        impl ::core::future::IntoFuture for #builder {
            type Output = ::core::result::Result<#response, ::imagine_sdk::__private::Error>;
            type IntoFuture = ::imagine_sdk::__private::BoxFuture<'static, Self::Output>;
            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.0.send())
            }
        }
    }
}
