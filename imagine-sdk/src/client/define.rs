//! The methods that all clients have: of both services, asynchronous and blocking.

/// Defines the client of a service.
macro_rules! client {
    (
        $(#[$attribute:meta])*
        $name:ident,
        path: $path:literal,
        mode: $mode:ty,
        api: $api:ty,
        endpoint: $endpoint:literal,
        endpoint_aliases: $endpoint_aliases:expr,
        endpoint_end: $endpoint_end:expr,
        key: $key:literal,
        scheme: $scheme:expr,
        scheme_docs: $scheme_docs:literal,
        operations: $operations:expr,
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        pub struct $name($crate::client::Connection<$mode>);

        impl $name {
            #[doc = concat!("Creates a client for the endpoint in `", $endpoint, "` with the key in `", $key, "`.")]
            ///
            /// # Errors
            ///
            /// When a variable is missing or invalid; the error names it. For a service with operations that need no
            /// key, the key is optional, and the other calls fail before they are sent.
            #[cfg(feature = "__tls")]
            pub fn from_env() -> Result<Self, $crate::error::Error> {
                Self::builder().from_env()?.build()
            }

            #[doc = concat!(
                "Creates a builder for a client. Default [`auth_scheme`](crate::ClientBuilder::auth_scheme): ",
                $scheme_docs, "."
            )]
            pub fn builder() -> $crate::client::ClientBuilder<Self> {
                $crate::client::ClientBuilder::new()
            }

            /// Derives a client with other settings. It shares the transport with this one, and as long as they have
            /// the same values also the concurrency limits, the rate limits, the budget and the retry budget.
            ///
            /// ```no_run
            #[doc = concat!("# fn derive(client: &imagine_sdk::", $path, ") -> Result<(), imagine_sdk::Error> {")]
            /// use std::time::Duration;
            ///
            /// let patient = client.with_options(|options| {
            ///     options.timeout(Duration::from_secs(600)).max_retries(8)
            /// })?;
            /// # let _ = patient;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// When a setting is invalid. The settings of the built-in transport, such as its proxy, cannot be changed.
            pub fn with_options(
                &self,
                change: impl FnOnce($crate::client::ClientBuilder<Self>) -> $crate::client::ClientBuilder<Self>,
            ) -> Result<Self, $crate::error::Error> {
                change($crate::client::ClientBuilder::derive(&self.0)).build()
            }

            /// Creates the builder of a request, such as one from a history, a queue or a file. It has the type that
            /// the operation's method returns.
            pub fn call<R>(&self, request: R) -> R::Builder<$mode>
            where
                R: $crate::client::ApiRequest<Api = $api>,
            {
                $crate::client::RequestBuilder::new(self.connection(), request).into()
            }

            /// Returns for each window of the rate limits what is used, what is left, and when the next part is free.
            pub fn rate_limit_status(&self) -> $crate::RateLimitStatus {
                self.0.rate_limit_status()
            }

            /// Returns what the calls of this client and its clones have spent, by operation and model. Nothing is
            /// recorded without a [`budget`](crate::ClientBuilder::budget), which may be without a limit.
            pub fn spent(&self) -> $crate::Spent {
                self.0.spent()
            }

            pub(crate) fn connection(&self) -> $crate::client::Connection<$mode> {
                self.0.clone()
            }
        }

        impl $crate::client::Sealed for $name {}

        impl $crate::client::ApiClient for $name {
            type Api = $api;
            type Mode = $mode;

            const ENDPOINT_VARIABLE: &'static str = $endpoint;
            const ENDPOINT_ALIASES: &'static [&'static str] = &$endpoint_aliases;
            const ENDPOINT_END: Option<&'static str> = $endpoint_end;
            const KEY_VARIABLE: &'static str = $key;
            const KEY_ADVICE: &'static str =
                concat!("call `.api_key(..)`, or set ", $key, " and use `from_env`");
            const OPERATIONS: &'static [&'static $crate::request::Operation] = $operations;
            const AUTH_SCHEME: $crate::auth::AuthScheme = $scheme;

            fn from_connection(connection: $crate::client::Connection<$mode>) -> Self {
                Self(connection)
            }

            fn start_mode() -> Result<$mode, $crate::error::Error> {
                $crate::client::Mode::start()
            }

            fn connection(&self) -> $crate::client::Connection<$mode> {
                self.0.clone()
            }
        }
    };
}

pub(crate) use client;
