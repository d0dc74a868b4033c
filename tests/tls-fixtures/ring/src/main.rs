//! rustls with ring, beside a user of rustls that has no other provider.

#[path = "../../handshake.rs"]
mod handshake;

use std::sync::Arc;

use imagine_sdk::transport::Transport;
use rustls::{ClientConfig, RootCertStore};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    handshake::sdk(None::<Arc<dyn Transport>>).await;
    // Panics if the provider is ambiguous. Makes ring the default provider of the process, which reqwest uses.
    let tls = ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    drop(tls.with_no_client_auth());
    drop(reqwest::Client::new());
    handshake::sdk(None::<Arc<dyn Transport>>).await;
}
