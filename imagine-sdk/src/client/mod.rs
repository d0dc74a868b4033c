//! Clients: their builder, their connection to a service, and the builder of requests.

mod builder;
mod connection;
mod define;
mod env;
pub(crate) mod generated;
mod limits;
mod pages;
mod request_builder;
mod settings;
mod transport;

pub(crate) use self::builder::Sealed;
pub use self::builder::{ApiClient, ClientBuilder, Prepare};
pub(crate) use self::connection::Mode;
pub use self::connection::{Async, Connection};
pub(crate) use self::define::client;
pub use self::request_builder::{ApiRequest, RequestBuilder};
