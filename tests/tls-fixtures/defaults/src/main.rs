//! The default features of the SDK, beside users of the default features of rustls and reqwest.

#[path = "../../handshake.rs"]
mod handshake;

use std::sync::Arc;

use imagine_sdk::transport::{ReqwestTransport, Transport};
use rustls::{ClientConfig, RootCertStore};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    handshake::sdk(None::<Arc<dyn Transport>>).await;
    let none = rustls::crypto::CryptoProvider::get_default();
    assert!(none.is_none(), "the SDK installs no provider");

    // Panics if the provider is ambiguous.
    let tls = ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    drop(tls.with_no_client_auth());
    drop(reqwest::Client::new());

    // The client of the documentation of `ReqwestTransport`.
    let http = imagine_sdk::reqwest::Client::builder();
    let http = http.redirect(imagine_sdk::reqwest::redirect::Policy::none());
    let http = http.no_proxy().build().expect("a client of reqwest");
    handshake::sdk(Some(ReqwestTransport::from_client(http))).await;
}
