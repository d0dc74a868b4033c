//! Failures of connections that a retry cannot pass: certificates, TLS and responses that are not HTTP (E7, H4).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::transport::{TransportError, TransportErrorKind};
use imagine_sdk::{Client, Error, ErrorKind};
use imagine_tests::{
    AfterResponse, KEY, PauselessClock, RawServer, SecureServer, assert_error_line, fixtures,
};

/// A client with retries.
fn client(endpoint: &str) -> Client {
    let builder = Client::builder().endpoint(endpoint).api_key(KEY).no_proxy();
    builder.clock(PauselessClock).build().unwrap()
}

fn assert_permanent(error: &Error, kind: TransportErrorKind, advice: &str) {
    assert_error_line(error, "ping");
    let transport = error.get_ref::<TransportError>();
    assert_eq!(transport.map(|error| error.kind), Some(kind), "{error:#}");
    assert_eq!(error.attempts(), 1, "{error:#}");
    assert!(error.to_string().contains(advice), "{error}");
}

#[tokio::test]
async fn an_untrusted_certificate_is_not_retried() {
    let server = SecureServer::start().await;
    let error = client(&server.endpoint()).ping().await.unwrap_err();
    assert_permanent(
        &error,
        TransportErrorKind::Certificate,
        "add_root_certificate",
    );
    assert!(error.is_connect() && !error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_named() {
    let page = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let _ = tokio::io::AsyncWriteExt::write_all(&mut connection, page.as_bytes()).await;
            tokio::spawn(async move {
                let mut rest = Vec::new();
                let _ = tokio::io::AsyncReadExt::read_to_end(&mut connection, &mut rest).await;
            });
        }
    });
    let error = client(&format!("https://{address}/v2"))
        .ping()
        .await
        .unwrap_err();
    assert_permanent(&error, TransportErrorKind::TlsHandshake, "`http://`");
    assert!(error.is_connect() && !error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn a_response_that_is_not_http_is_unexpected() {
    for bytes in [
        &b"\x15\x03\x03\x00\x02\x02\x32"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 OK fine\r\n\r\n",
        b"\r\n\r\n\r\n{}",
    ] {
        let server = RawServer::start(bytes, AfterResponse::Close).await;
        let error = client(&server.endpoint()).ping().await.unwrap_err();
        assert_permanent(&error, TransportErrorKind::InvalidResponse, "`https://`");
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
        assert!(error.is_outcome_unknown(), "{error}");
    }
}

/// Gateways add many headers, and old servers fold them.
#[tokio::test]
async fn unusual_headers_are_accepted() {
    let many: String = (0..300).map(|index| format!("x-{index}: v\r\n")).collect();
    for headers in [
        &*many,
        "x-folded: a\r\n b\r\n",
        "x-space : a\r\n",
        "not a header\r\n",
    ] {
        let body = fixtures::bytes("ping.json");
        let head = format!(
            "HTTP/1.1 200 OK\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let response = [head.as_bytes(), &body].concat();
        let server = RawServer::start(response, AfterResponse::Close).await;
        let pong = client(&server.endpoint())
            .ping()
            .send_with_response()
            .await
            .unwrap();
        assert_eq!(
            (&*pong.value().message, pong.attempts()),
            ("pong", 1),
            "{headers}"
        );
    }
}
