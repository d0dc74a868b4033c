//! The TLS of the system, beside users of the default features of rustls and reqwest.

#[path = "../../handshake.rs"]
mod handshake;

use std::sync::Arc;

use imagine_sdk::transport::Transport;
use rustls::{ClientConfig, RootCertStore};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    handshake::sdk(None::<Arc<dyn Transport>>).await;
    let tls = ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    drop(tls.with_no_client_auth());
    drop(reqwest::Client::new());
}
