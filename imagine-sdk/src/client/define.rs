//! What all clients have, whatever service they are of and however their calls are sent.

/// Defines the client of a service.
macro_rules! client {
    (
        $(#[$attribute:meta])*
        $name:ident,
        mode: $mode:ty,
        api: $api:ty,
        endpoint: $endpoint:literal,
        key: $key:literal,
        scheme: $scheme:ident,
        operations: $operations:expr,
        $(prepare: $prepare:path,)?
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        pub struct $name($crate::client::Connection<$mode>);

        impl $name {
            #[doc = concat!("A client for the endpoint in `", $endpoint, "` with the key in `", $key, "`.")]
            ///
            /// # Errors
            ///
            /// When they are missing or cannot be used; the error names them. A service with operations that need
            /// no key does without one, and its other calls fail before they are sent.
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            pub fn from_env() -> Result<Self, $crate::error::Error> {
                Self::builder().from_env()?.build()
            }

            #[doc = concat!(
                "Puts a client together step by step. The key goes out as [`AuthScheme::", stringify!($scheme),
                "`](crate::AuthScheme::", stringify!($scheme),
                ") says, unless [`auth_scheme`](crate::ClientBuilder::auth_scheme) says otherwise."
            )]
            pub fn builder() -> $crate::client::ClientBuilder<Self> {
                $crate::client::ClientBuilder::new()
            }

            /// Makes the builder of a request, such as one from a history, a queue or a file. It is the builder that
            /// the operation's method returns.
            pub fn call<R>(&self, request: R) -> R::Builder<$mode>
            where
                R: $crate::client::ApiRequest<Api = $api>,
            {
                $crate::client::RequestBuilder::new(self.connection(), request).into()
            }

            pub(crate) fn connection(&self) -> $crate::client::Connection<$mode> {
                self.0.clone()
            }
        }

        impl $crate::client::ApiClient for $name {
            type Api = $api;
            type Mode = $mode;

            const ENDPOINT_VARIABLE: &'static str = $endpoint;
            const KEY_VARIABLE: &'static str = $key;
            const KEY_ADVICE: &'static str =
                concat!("call `.api_key(..)`, or set ", $key, " and use `from_env`");
            const OPERATIONS: &'static [&'static $crate::request::Operation] = $operations;
            const AUTH_SCHEME: $crate::auth_scheme::AuthScheme = $crate::auth_scheme::AuthScheme::$scheme;

            $(
                fn prepare(extensions: &mut ::http::Extensions) -> Result<(), $crate::error::Error> {
                    $prepare(extensions)
                }
            )?

            fn from_connection(connection: $crate::client::Connection) -> Result<Self, $crate::error::Error> {
                $crate::client::Mode::take(connection).map(Self)
            }

            fn connection(&self) -> $crate::client::Connection<$mode> {
                self.0.clone()
            }
        }
    };
}

pub(crate) use client;
