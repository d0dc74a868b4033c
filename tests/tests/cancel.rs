//! Cancellation of calls, as observed by the server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::Client;
use imagine_tests::{KEY, read_request};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// Creates a client, and a server that reads the request and never responds.
async fn start() -> (Client, impl Future<Output = TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
    let client = Client::builder()
        .endpoint(endpoint)
        .api_key(KEY)
        .no_proxy()
        .build()
        .unwrap();
    let request = async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        read_request(&mut connection).await;
        connection
    };
    (client, request)
}

#[tokio::test]
async fn a_dropped_call_closes_its_connection() {
    let (client, request) = start().await;
    let mut call = Box::pin(client.chat("Hi").send());
    let mut connection = tokio::select! {
        response = &mut call => panic!("{response:?}"),
        connection = request => connection,
    };
    drop(call);
    assert_eq!(connection.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_call_that_loses_a_select_closes_its_connection() {
    let (client, request) = start().await;
    let mut connection = tokio::select! {
        response = client.chat("Hi").stream() => panic!("{response:?}"),
        connection = request => connection,
    };
    assert_eq!(connection.read(&mut [0]).await.unwrap(), 0);
}
