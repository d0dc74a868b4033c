//! Methods of a builder that send the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::{aliases, in_blocking};
use crate::request::model::Request;

/// The code of asynchronous or blocking methods.
struct SendMode {
    /// The keyword before `fn`.
    async_token: Option<TokenStream>,
    /// The suffix of the inner call.
    await_token: Option<TokenStream>,
    /// The type of the stream.
    stream_type: TokenStream,
    /// The type of the chunks of a file.
    file_type: TokenStream,
    /// The trait of the pages and items of a list, and its name in prose.
    iterator: (TokenStream, &'static str),
    /// A further sentence of the documentation.
    note: &'static str,
}

impl SendMode {
    fn asynchronous() -> Self {
        Self {
            async_token: Some(quote!(async)),
            await_token: Some(quote!(.await)),
            stream_type: quote!(::imagine_sdk::__private::EventStream),
            file_type: quote!(::imagine_sdk::__private::FileStream),
            iterator: (quote!(::imagine_sdk::__private::Stream), "a stream of"),
            note: " Awaiting the builder is equivalent.",
        }
    }

    fn blocking() -> Self {
        Self {
            async_token: None,
            await_token: None,
            stream_type: quote!(::imagine_sdk::__private::blocking::EventStream),
            file_type: quote!(::imagine_sdk::__private::blocking::FileStream),
            iterator: (quote!(::core::iter::Iterator), "an iterator over"),
            note: " Blocks until the response is complete.",
        }
    }
}

/// Generates the methods of the asynchronous and the blocking builder.
pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let Request { builder, .. } = request;
    let (cfg_feature, methods) = (
        request.cfg_feature(),
        expand_methods(request, &SendMode::asynchronous()),
    );
    let blocking = expand_methods(request, &SendMode::blocking());
    let blocking = in_blocking(&quote! {
        #cfg_feature
        #[automatically_derived]
        impl #builder<::imagine_sdk::__private::blocking::Blocking> {
            #blocking
        }
    });
    quote! {
        #cfg_feature
        #[automatically_derived]
        impl #builder {
            #methods
        }
        #blocking
    }
}

fn expand_methods(request: &Request<'_>, mode: &SendMode) -> TokenStream {
    let send = expand_send(request, mode);
    let raw = expand_send_raw(request, mode);
    let stream = expand_stream(request, mode);
    let download = request.download.then(|| expand_download(request, mode));
    let pages = request.pages.then(|| expand_pages(request, mode));
    quote!(#send #raw #stream #download #pages)
}

fn expand_send(Request { vis, response, .. }: &Request<'_>, mode: &SendMode) -> TokenStream {
    let SendMode {
        async_token,
        await_token,
        note,
        ..
    } = mode;
    let summary = format!(" Sends the request.{note}");
    quote! {
        #[doc = #summary]
        ///
        /// # Errors
        ///
        /// Fails if a field is invalid (before sending), if the service cannot be reached in time, if it returns
        /// an error, or if the response cannot be decoded.
        #[inline]
        #vis #async_token fn send(
            self,
        ) -> ::core::result::Result<#response, ::imagine_sdk::__private::Error> {
            self.0.send() #await_token
        }
        /// Sends the request. Returns the response with its status, headers, request id and number of attempts.
        ///
        /// # Errors
        ///
        /// See [`send`](Self::send).
        #[inline]
        #vis #async_token fn send_with_response(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<#response>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_with_response() #await_token
        }
    }
}

fn expand_send_raw(Request { vis, .. }: &Request<'_>, mode: &SendMode) -> TokenStream {
    let SendMode {
        async_token,
        await_token,
        ..
    } = mode;
    quote! {
        /// Sends the request. Returns the bytes of the response undecoded.
        ///
        /// # Errors
        ///
        /// See [`send`](Self::send), except for decoding errors.
        #[inline]
        #vis #async_token fn send_raw(
            self,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::Response<::imagine_sdk::__private::Bytes>,
            ::imagine_sdk::__private::Error,
        > {
            self.0.send_raw() #await_token
        }
    }
}

fn expand_stream(request: &Request<'_>, mode: &SendMode) -> Option<TokenStream> {
    let (vis, chunk) = (request.vis, request.chunk.as_ref()?);
    let SendMode {
        async_token,
        await_token,
        stream_type,
        ..
    } = mode;
    let aliases = aliases(request, true);
    Some(quote! {
        /// Sends the request. Returns the response as a stream of events.
        ///
        /// # Errors
        ///
        /// See [`send`](Self::send), until the stream starts. Later errors are items of the stream.
        #aliases
        #[inline]
        #vis #async_token fn stream(
            self,
        ) -> ::core::result::Result<#stream_type<#chunk>, ::imagine_sdk::__private::Error> {
            self.0.stream() #await_token
        }
    })
}

fn expand_download(Request { vis, .. }: &Request<'_>, mode: &SendMode) -> TokenStream {
    let SendMode {
        async_token,
        await_token,
        file_type,
        ..
    } = mode;
    quote! {
        /// Sends the request. Returns the response as the chunks of a file.
        ///
        /// # Errors
        ///
        /// See [`send`](Self::send), until the file starts. Later errors are items of the chunks.
        #[inline]
        #vis #async_token fn download(
            self,
        ) -> ::core::result::Result<#file_type, ::imagine_sdk::__private::Error> {
            self.0.download() #await_token
        }
        /// Sends the request and saves the response at `path`. The file appears completely or not at all.
        ///
        /// # Errors
        ///
        /// See [`send`](Self::send). Also fails if the file is truncated or cannot be written.
        #[inline]
        #vis #async_token fn save_to(
            self,
            path: impl ::core::convert::AsRef<::std::path::Path>,
        ) -> ::core::result::Result<
            ::imagine_sdk::__private::SavedFile,
            ::imagine_sdk::__private::Error,
        > {
            self.0.save_to(path) #await_token
        }
    }
}

fn expand_pages(request: &Request<'_>, mode: &SendMode) -> TokenStream {
    let Request {
        vis,
        name,
        response,
        ..
    } = request;
    let (iterator, noun) = &mode.iterator;
    let all = format!(
        " Returns {noun} all items from the selected page on (default: the first), and loads pages as needed."
    );
    let pages = format!(
        " Returns {noun} all pages from the selected one on (default: the first). Each is loaded when needed."
    );
    let item = |ty: &TokenStream| {
        let item = quote!(::core::result::Result<#ty, ::imagine_sdk::__private::Error>);
        quote! {
            impl #iterator<Item = #item> + ::core::marker::Send + ::core::marker::Unpin + 'static
        }
    };
    let items = item(&quote!(<#name as ::imagine_sdk::__private::PageRequest>::Item));
    let responses = item(&quote!(#response));
    quote! {
        #[doc = #all]
        ///
        /// An error ends it. A service that returns the cursor of an earlier page again is an error; one that repeats
        /// a page by its number has no further page.
        #[inline]
        #vis fn all(self) -> #items {
            self.0.all()
        }
        #[doc = #pages]
        ///
        /// It ends as [`all`](Self::all) does.
        #[inline]
        #vis fn pages(self) -> #responses {
            self.0.pages()
        }
    }
}

pub(super) fn expand_future(request: &Request<'_>) -> TokenStream {
    let Request {
        builder, response, ..
    } = request;
    let cfg_feature = request.cfg_feature();
    quote! {
        #cfg_feature
        #[automatically_derived]
        impl ::core::future::IntoFuture for #builder {
            type Output = ::core::result::Result<#response, ::imagine_sdk::__private::Error>;
            type IntoFuture = ::imagine_sdk::__private::BoxFuture<'static, Self::Output>;
            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.0.send())
            }
        }
    }
}
