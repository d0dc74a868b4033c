//! Options of the call. The prefix `with_` separates their names from those of fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

pub(super) fn expand(vis: &Visibility) -> TokenStream {
    let fields = expand_fields(vis);
    let call = expand_call(vis);
    quote!(#fields #call)
}

fn expand_fields(vis: &Visibility) -> TokenStream {
    quote! {
        /// Adds a field that this SDK does not support, or overrides a field with any value.
        ///
        /// The value takes precedence over the setter and is not validated. It is sent in the JSON body or the
        /// form, or in the query if the operation has no body.
        #[inline]
        #vis fn with_extra_field(
            mut self,
            name: impl ::core::convert::Into<::std::string::String>,
            value: impl ::core::convert::Into<::imagine_sdk::__private::serde_json::Value>,
        ) -> Self {
            self.0.options.with_extra_field(name.into(), value.into());
            self
        }
        /// Adds a query parameter.
        #[inline]
        #vis fn with_extra_query(
            mut self,
            name: impl ::core::convert::Into<::std::string::String>,
            value: impl ::core::convert::Into<::std::string::String>,
        ) -> Self {
            self.0.options.with_extra_query(name.into(), value.into());
            self
        }
        /// Omits a field from the body, for example a field with a default.
        #[inline]
        #vis fn with_field_omitted(mut self, name: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.0.options.with_field_omitted(name.into());
            self
        }
    }
}

fn expand_call(vis: &Visibility) -> TokenStream {
    quote! {
        /// Adds a header. An invalid name or value is an error when the request is sent.
        #[inline]
        #vis fn with_header(
            mut self,
            name: impl ::core::convert::AsRef<::core::primitive::str>,
            value: impl ::core::convert::AsRef<::core::primitive::str>,
        ) -> Self {
            self.0.options.header(name.as_ref(), value.as_ref());
            self
        }
        /// Limits the duration of the call including retries; of a stream, until its last event.
        #[inline]
        #vis fn with_timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.0.options.timeout(timeout);
            self
        }
        /// Limits a pause between two chunks of the response.
        #[inline]
        #vis fn with_idle_timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.0.options.idle_timeout(timeout);
            self
        }
        /// Limits the time until the first event of a stream.
        #[inline]
        #vis fn with_first_event_timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.0.options.first_event_timeout(timeout);
            self
        }
        /// Sets the maximum number of retries. 0 disables retries.
        #[inline]
        #vis fn with_max_retries(mut self, retries: ::core::primitive::u32) -> Self {
            self.0.options.max_retries(retries);
            self
        }
    }
}
