//! The ends of a builder: what sends the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::aliases;
use crate::request::model::Request;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let send = expand_send(request);
    let raw = expand_raw(request);
    let stream = expand_stream(request);
    quote!(#send #raw #stream)
}

fn expand_send(Request { vis, answer, .. }: &Request<'_>) -> TokenStream {
    quote! {
        /// Sends the request. Awaiting the builder does the same.
        ///
        /// # Errors
        ///
        /// When a field is out of its range (nothing is sent), the service cannot be reached in time, it
        /// refuses the request, or its answer cannot be read.
        #vis async fn send(
            self,
        ) -> ::core::result::Result<#answer, ::imagine_sdk::__private::Error> {
            self.0.send().await
        }
        /// Sends the request and answers with status, headers, request id and number of attempts as well.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send).
        #vis async fn send_with_meta(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<#answer>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_with_meta().await
        }
    }
}

fn expand_raw(Request { vis, .. }: &Request<'_>) -> TokenStream {
    quote! {
        /// Sends the request and answers with the bytes of the answer, undecoded.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send), but for reading the answer.
        #vis async fn send_raw(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<::imagine_sdk::__private::Bytes>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_raw().await
        }
    }
}

fn expand_stream(request: &Request<'_>) -> Option<TokenStream> {
    let (vis, event) = (request.vis, request.event.as_ref()?);
    let aliases = aliases(request, true);
    Some(quote! {
        /// Sends the request and answers with a stream of events.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send), until the stream begins; later failures are items of the stream.
        #aliases
        #vis async fn stream(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::EventStream<#event>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.stream().await
        }
    })
}

pub(super) fn expand_future(request: &Request<'_>) -> TokenStream {
    let Request {
        builder, answer, ..
    } = request;
    let gate = request.gate();
    quote! {
        #gate
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
