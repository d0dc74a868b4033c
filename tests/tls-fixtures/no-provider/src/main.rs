//! The default provider of the process, in a program with two providers.

#[path = "../../handshake.rs"]
mod handshake;

use std::sync::Arc;

use imagine_sdk::transport::Transport;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let error = handshake::build_error();
    for help in ["install_default", "`rustls`", "`rustls-ring`"] {
        assert!(error.contains(help), "{error}");
    }
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().expect("the first provider");
    handshake::sdk(None::<Arc<dyn Transport>>).await;
    drop(reqwest::Client::new());
}
