//! Certificates and proxies, over real connections.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::process::Command;

use imagine_sdk::{Client, ClientBuilder};
use imagine_tests::{
    AfterResponse, ConnectProxy, KEY, RawServer, SecureServer, Trace, assert_error_line, fixtures,
};

fn builder(server: &SecureServer) -> ClientBuilder<Client> {
    Client::builder()
        .endpoint(server.endpoint())
        .api_key(KEY)
        .max_retries(0)
}

#[tokio::test]
async fn a_self_signed_certificate_is_rejected_with_advice() {
    let server = SecureServer::start().await;
    let client = builder(&server).no_proxy().build().unwrap();
    let error = client.ping().await.unwrap_err();
    assert_error_line(&error, "ping");
    assert!(error.is_connect(), "{error}");
    assert!(
        error.to_string().contains("add_root_certificate"),
        "{error}"
    );
    // The messages of rustls and OpenSSL.
    let reasons = ["UnknownIssuer", "certificate verify failed"];
    let text = format!("{error:#}");
    assert!(reasons.iter().any(|reason| text.contains(reason)), "{text}");
}

#[tokio::test]
async fn an_added_certificate_is_trusted() {
    let server = SecureServer::start().await;
    let client = builder(&server)
        .no_proxy()
        .add_root_certificate(server.certificate())
        .build()
        .unwrap();
    assert_eq!(client.ping().await.unwrap().message, "pong");
}

/// As OpenSSL makes self-signed certificates by default (F8).
#[tokio::test]
async fn an_added_certificate_may_be_a_ca() {
    let server = SecureServer::with_ca_certificate(None).await;
    let trusting = || {
        builder(&server)
            .no_proxy()
            .add_root_certificate(server.certificate())
    };
    let client = trusting().build().unwrap();
    assert_eq!(client.ping().await.unwrap().message, "pong");
    // The name is still verified, and so is the certificate itself.
    let elsewhere = server.endpoint().replace("localhost", "127.0.0.1");
    let error = trusting()
        .endpoint(elsewhere)
        .build()
        .unwrap()
        .ping()
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error}");
    let other = SecureServer::with_ca_certificate(None).await;
    let client = trusting().endpoint(other.endpoint()).build().unwrap();
    let error = client.ping().await.unwrap_err();
    assert!(
        error.to_string().contains("add_root_certificate"),
        "{error}"
    );
    let expired = SecureServer::with_ca_certificate(Some(2020)).await;
    let client = builder(&expired)
        .no_proxy()
        .add_root_certificate(expired.certificate());
    assert!(
        client
            .build()
            .unwrap()
            .ping()
            .await
            .unwrap_err()
            .is_connect()
    );
}

#[tokio::test]
async fn a_certificate_for_another_name_is_rejected() {
    let server = SecureServer::start().await;
    let builder = Client::builder().api_key(KEY).max_retries(0).no_proxy();
    let builder = builder.add_root_certificate(server.certificate());
    let client = builder.endpoint(server.endpoint().replace("localhost", "127.0.0.1"));
    let error = client.build().unwrap().ping().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}

#[tokio::test]
async fn an_unrelated_added_certificate_is_not_enough() {
    let (server, other) = (SecureServer::start().await, SecureServer::start().await);
    let client = builder(&server)
        .no_proxy()
        .add_root_certificate(other.certificate())
        .build()
        .unwrap();
    assert!(client.ping().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn danger_accept_invalid_certs_accepts_any_certificate() {
    let server = SecureServer::start().await;
    let client = builder(&server)
        .no_proxy()
        .danger_accept_invalid_certs(true)
        .build()
        .unwrap();
    assert_eq!(client.ping().await.unwrap().message, "pong");
    let strict = builder(&server)
        .no_proxy()
        .danger_accept_invalid_certs(false)
        .build()
        .unwrap();
    assert!(strict.ping().await.unwrap_err().is_connect());
}

#[test]
fn danger_accept_invalid_certs_logs_a_warning() {
    let warnings = |accept: bool| {
        let trace = Trace::default();
        tracing::subscriber::with_default(trace.subscriber(), || {
            let builder = Client::builder().endpoint("https://h/v2").api_key(KEY);
            builder.danger_accept_invalid_certs(accept).build().unwrap();
        });
        trace.events()
    };
    let [warning] = &warnings(true)[..] else {
        panic!("one warning");
    };
    assert_eq!(warning.level, tracing::Level::WARN);
    assert!(
        warning.fields["message"].contains("not verified"),
        "{warning:?}"
    );
    assert!(warnings(false).is_empty());
}

#[test]
fn an_invalid_certificate_is_rejected_by_build() {
    for pem in [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let builder = Client::builder().endpoint("https://h/v2").api_key(KEY);
        let error = builder.add_root_certificate(pem).build().unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("root certificate"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_configured_proxy_connects() {
    let (server, proxy) = (SecureServer::start().await, ConnectProxy::start().await);
    let builder = builder(&server).add_root_certificate(server.certificate());
    let client = builder.proxy(proxy.url()).build().unwrap();
    assert_eq!(client.ping().await.unwrap().message, "pong");
    assert_eq!(
        proxy.targets(),
        [server.endpoint().replace("https://", "").replace("/v2", "")]
    );
}

#[tokio::test]
async fn only_the_proxy_receives_its_password() {
    let (server, proxy) = (SecureServer::start().await, ConnectProxy::start().await);
    let url = proxy.url().replace("http://", "http://me:canary@");
    let builder = builder(&server).add_root_certificate(server.certificate());
    let builder = builder.proxy(url);
    let shown = format!("{builder:?}");
    let client = builder.build().unwrap();
    client.ping().await.unwrap();
    let [head] = &proxy.request_heads()[..] else {
        panic!("one connection");
    };
    let head = head.to_lowercase();
    let password = "proxy-authorization: basic bwu6y2fuyxj5"; // `me:canary`, in lower case
    assert!(head.contains(password), "{head}");
    assert!(!head.contains(KEY), "{head}");
    for shown in [shown, format!("{client:?}")] {
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn an_invalid_proxy_is_rejected_by_build() {
    let builder = Client::builder().endpoint("https://h/v2").api_key(KEY);
    let error = builder.proxy("http://user:canary@[").build().unwrap_err();
    assert!(
        error.is_configuration() && !error.to_string().contains("canary"),
        "{error}"
    );
}

/// Runs an ignored test in a process without other variables for proxies.
fn in_process(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", "--nocapture", test]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
}

#[test]
#[ignore = "the test below runs it in a process with another environment"]
fn builds_from_the_environment() {
    let built = Client::builder()
        .endpoint("https://h/v2")
        .api_key(KEY)
        .build();
    match built {
        Ok(_) => println!("built"),
        Err(error) => println!("configuration {}: {error:#}", error.is_configuration()),
    }
}

/// A proxy that cannot be used is not ignored: the key would be sent directly (H7).
#[test]
fn a_proxy_variable_that_cannot_be_used_is_rejected_by_build() {
    let build = |variables: &[(&str, &str)]| {
        let mut command = in_process("builds_from_the_environment");
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines()
            .find(|line| line.contains("built") || line.contains("configuration"))
            .unwrap()
            .to_owned()
    };
    for name in [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        for value in [
            "\"http://proxy:3128\"",
            "'proxy:3128'",
            "http://user:canary@[",
            "http://proxy:port",
            "ftp://user:canary@proxy",
            "socks5://proxy:1080",
            "http://",
            "pro xy:1",
            "htp://proxy",
        ] {
            let line = build(&[(name, value)]);
            let named = format!("configuration true: the environment variable {name} ");
            assert!(
                line.contains(&named) && !line.contains("canary"),
                "{name}={value}: {line}"
            );
        }
        for value in [
            "",
            " ",
            "proxy:3128",
            "http://user:pass@proxy",
            "HTTPS://proxy/",
            "[::1]:1",
        ] {
            assert!(build(&[(name, value)]).contains("built"), "{name}={value}");
        }
    }
    // They are not used.
    let socks = "socks5://proxy:1080";
    assert!(build(&[("ALL_PROXY", socks), ("NO_PROXY", "*")]).contains("built"));
    let both = [
        ("ALL_PROXY", socks),
        ("HTTP_PROXY", "proxy:1"),
        ("HTTPS_PROXY", "proxy:1"),
    ];
    assert!(build(&both).contains("built"));
    let cgi = [("HTTP_PROXY", socks), ("REQUEST_METHOD", "GET")];
    assert!(build(&cgi).contains("built"));
}

/// Returns true if a call succeeds in a process with these environment variables.
async fn ping_with(server: &SecureServer, variables: &[(&str, &str)], direct: bool) -> bool {
    ping_at(&server.endpoint(), server, variables, direct).await
}

/// The same with another endpoint.
async fn ping_at(
    endpoint: &str,
    server: &SecureServer,
    variables: &[(&str, &str)],
    direct: bool,
) -> bool {
    let mut command = in_process("pings_from_the_environment");
    command.env("PING_DIRECTLY", if direct { "1" } else { "" });
    command
        .env("PING_ENDPOINT", endpoint)
        .env("PING_ROOT", server.certificate());
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    output.status.success()
}

#[tokio::test]
#[ignore = "the test below runs it in a process with another environment"]
#[expect(clippy::disallowed_methods, reason = "the test sets the environment")]
async fn pings_from_the_environment() {
    let variable = |name| std::env::var(name).unwrap();
    let builder = Client::builder()
        .endpoint(variable("PING_ENDPOINT"))
        .api_key(KEY)
        .max_retries(0);
    let builder = builder.add_root_certificate(variable("PING_ROOT"));
    let builder = if variable("PING_DIRECTLY").is_empty() {
        builder
    } else {
        builder.no_proxy()
    };
    builder.build().unwrap().ping().await.unwrap();
}

/// For example a bare container. Mozilla's roots and added certificates are used.
#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_root_certificates_can_build_clients() {
    let server = SecureServer::start().await;
    let bare = [("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/no/such")];
    assert!(ping_with(&server, &bare, true).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn environment_variables_configure_proxy_and_exceptions() {
    let server = SecureServer::start().await;
    let cases = [
        (vec![], false, 0),
        (vec![("HTTPS_PROXY", "")], false, 1),
        (vec![("https_proxy", "")], false, 1),
        (vec![("ALL_PROXY", "")], false, 1),
        (vec![("HTTP_PROXY", "")], false, 0),
        (
            vec![("HTTPS_PROXY", ""), ("NO_PROXY", "localhost")],
            false,
            0,
        ),
        (vec![("HTTPS_PROXY", ""), ("NO_PROXY", "*")], false, 0),
        (vec![("HTTPS_PROXY", ""), ("no_proxy", "other")], false, 1),
        (
            vec![("HTTPS_PROXY", ""), ("NO_PROXY", "localhost:1")],
            false,
            1,
        ),
        (vec![("HTTPS_PROXY", "")], true, 0),
    ];
    for (variables, direct, connections) in cases {
        let proxy = ConnectProxy::start().await;
        let url = proxy.url();
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| {
                (
                    *name,
                    if value.is_empty() {
                        url.as_str()
                    } else {
                        value
                    },
                )
            })
            .collect();
        assert!(
            ping_with(&server, &variables, direct).await,
            "{variables:?}"
        );
        assert_eq!(proxy.targets().len(), connections, "{variables:?} {direct}");
    }
}

/// The proxy receives a complete request without TLS, for an unknown host.
#[tokio::test(flavor = "multi_thread")]
async fn an_environment_variable_configures_the_proxy_of_plain_http() {
    let response = [
        &b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"[..],
        &fixtures::bytes("ping.json"),
    ];
    let proxy = RawServer::start(response.concat(), AfterResponse::Close).await;
    let variables = [("HTTP_PROXY", proxy.endpoint())];
    let variables = variables
        .each_ref()
        .map(|(name, url)| (*name, url.as_str()));
    let server = SecureServer::start().await;
    assert!(ping_at("http://service.test/v2", &server, &variables, false).await);
    let request = proxy.into_request().await;
    assert!(
        request.starts_with("GET http://service.test/v2/ping HTTP/1.1\r\n"),
        "{request}"
    );
}
