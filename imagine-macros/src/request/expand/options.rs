//! The options of the call, in a namespace apart from the fields of the request.

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
        /// Sends a field that this SDK does not name, or a named one with any value at all.
        ///
        /// It takes precedence over the setter of that name, and no range is checked. It goes where the
        /// operation's own fields go: into the JSON body, the form, or the query where there is no body.
        #vis fn with_extra_field(
            mut self,
            name: impl ::core::convert::Into<::std::string::String>,
            value: impl ::core::convert::Into<::imagine_sdk::__private::serde_json::Value>,
        ) -> Self {
            self.0.options.with_extra_field(name.into(), value.into());
            self
        }
        /// Adds a parameter to the query.
        #vis fn with_extra_query(
            mut self,
            name: impl ::core::convert::Into<::std::string::String>,
            value: impl ::core::convert::Into<::std::string::String>,
        ) -> Self {
            self.0.options.with_extra_query(name.into(), value.into());
            self
        }
        /// Leaves a field out of the body that would be sent, for instance one with a default.
        #vis fn with_field_omitted(mut self, name: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.0.options.with_field_omitted(name.into());
            self
        }
    }
}

fn expand_call(vis: &Visibility) -> TokenStream {
    quote! {
        /// Adds a header. A name or value that HTTP does not allow is an error when the request is sent.
        #vis fn with_header(
            mut self,
            name: impl ::core::convert::AsRef<::core::primitive::str>,
            value: impl ::core::convert::AsRef<::core::primitive::str>,
        ) -> Self {
            self.0.options.header(name.as_ref(), value.as_ref());
            self
        }
        /// Limits the time of the whole call, retries included; for a stream, to its last event.
        #vis fn with_timeout(mut self, timeout: ::core::time::Duration) -> Self {
            self.0.options.timeout(timeout);
            self
        }
        /// Sends the request again at most this often. 0 sends it once.
        #vis fn with_max_retries(mut self, retries: ::core::primitive::u32) -> Self {
            self.0.options.max_retries(retries);
            self
        }
    }
}
