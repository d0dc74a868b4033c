//! Configuration errors: environment, settings, files, models and keys.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_mock::MockServer;
use imagine_sdk::{Client, ClientBuilder, Error, MediaClient};
use imagine_tests::{
    Clients, KEY, MockResponse, TestClient, assert_error_line, assert_not_in_error, cases,
    subprocess,
};
use tokio::net::TcpSocket;

/// A builder with a transport.
type TransportBuilder = ClientBuilder<Client>;

/// Creates a client of a mock.
fn client_of(mock: &MockServer) -> Client {
    Clients::for_mock(mock, KEY).client
}

/// The environment variables of a client: endpoint and key.
type Variables = [&'static str; 2];

const INFERENCE: Variables = ["IMAGINE_API_ENDPOINT", "IMAGINE_API_KEY"];
const MEDIA: Variables = ["IMAGINE_MEDIA_ENDPOINT", "IMAGINE_MEDIA_API_KEY"];

/// Runs a test of this file in a separate process with exactly this environment, and returns the printed client.
fn print_client_with_env(variables: Variables, set: &[(&str, &str)]) -> String {
    let mut command = subprocess("prints_clients_from_the_environment");
    for name in INFERENCE.iter().chain(&MEDIA) {
        command.env_remove(name);
    }
    let output = command.envs(set.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let start = format!("{}: ", variables[0]);
    let line = printed.lines().find_map(|line| line.split_once(&start));
    line.unwrap_or_else(|| panic!("{printed}")).1.to_owned()
}

fn print_built<C>([name, _]: Variables, built: Result<C, Error>) {
    match built {
        Ok(_) => println!("{name}: a client"),
        Err(error) => println!("{name}: {} {error}", error.is_configuration()),
    }
}

#[test]
#[ignore = "the test below runs it in a process with another environment"]
fn prints_clients_from_the_environment() {
    println!();
    print_built(INFERENCE, Client::from_env());
    print_built(MEDIA, MediaClient::from_env());
}

#[test]
fn a_missing_environment_variable_is_named() {
    for variables in [INFERENCE, MEDIA] {
        let [endpoint, key] = variables;
        let at = "https://h/v2";
        let mut cases = vec![
            (vec![], endpoint, "is not set"),
            (vec![(key, KEY)], endpoint, "is not set"),
            (vec![(endpoint, " "), (key, KEY)], endpoint, "is empty"),
            (vec![(endpoint, at), (key, "")], key, "is empty"),
        ];
        // Some operations of the media API need no key.
        if variables == INFERENCE {
            cases.push((vec![(endpoint, at)], key, "is not set"));
        }
        for (set, name, problem) in cases {
            let printed = print_client_with_env(variables, &set);
            let expected = format!("true {name} {problem}; ");
            assert!(printed.starts_with(&expected), "{printed}");
            assert!(!printed.contains(KEY), "{printed}");
        }
        let printed = print_client_with_env(variables, &[]);
        assert_eq!(
            printed.contains(&format!("; {key} is not set; ")),
            variables == INFERENCE,
            "{printed}"
        );
        let printed = print_client_with_env(variables, &[(endpoint, at), (key, KEY)]);
        assert_eq!(printed, "a client");
    }
}

/// A variable that the vendor's LangChain package reads.
#[test]
fn another_variable_with_the_endpoint_is_named_but_not_read() {
    let alias = ("IMAGINE_ENDPOINT_URL", "https://canary-host/v2");
    let printed = print_client_with_env(INFERENCE, &[alias, (INFERENCE[1], KEY)]);
    let named = "; IMAGINE_ENDPOINT_URL is set, but this client does not read it";
    assert!(
        printed.ends_with(named) && !printed.contains("canary"),
        "{printed}"
    );
    let printed = print_client_with_env(INFERENCE, &[(INFERENCE[1], KEY)]);
    assert!(!printed.contains("IMAGINE_ENDPOINT_URL"), "{printed}");
    let printed = print_client_with_env(MEDIA, &[alias]);
    assert!(!printed.contains("IMAGINE_ENDPOINT_URL"), "{printed}");
}

#[tokio::test]
async fn a_404_at_an_endpoint_without_its_version_suggests_the_version() {
    let server = imagine_mock::MockServer::start().await.unwrap();
    let message = async |endpoint: &str, model: &str| {
        let client = Client::builder().endpoint(endpoint).api_key(KEY).no_proxy();
        let client = client.build().unwrap();
        client
            .chat("Hello")
            .model(model)
            .await
            .unwrap_err()
            .to_string()
    };
    let endpoint = server.inference_endpoint();
    let suggestion = "does not end in `/v2`";
    for wrong in ["/apis", "/apis/", ""] {
        let wrong = endpoint.replace("/v2", wrong);
        let message = message(&wrong, "Llama-3.1-8B").await;
        assert!(message.contains(suggestion), "{wrong}: {message}");
    }
    for right in [endpoint.to_owned(), format!("{endpoint}/")] {
        let message = message(&right, "no-such-model").await;
        assert!(
            message.contains("404") && !message.contains(suggestion),
            "{message}"
        );
    }
}

#[test]
fn case_20_an_invalid_endpoint_is_rejected() {
    let bad = [
        ("", "URL"),
        ("no url", "space"),
        ("/v2", "URL"),
        ("ftp://h/v2", "https://"),
        ("https://h/v2?key=canary-secret", "extra_query"),
        ("https://h/v2#canary-secret", "extra_query"),
        ("https://canary-secret@h/v2", "api_key"),
        ("https://user:canary-secret@h/v2", "api_key"),
    ];
    for (endpoint, word) in bad {
        let built = Client::builder().endpoint(endpoint).api_key(KEY).build();
        let error = built.unwrap_err();
        assert!(error.is_configuration(), "{endpoint}: {error}");
        let text = error.to_string();
        assert!(text.contains("endpoint") && text.contains(word), "{text}");
        assert!(!text.contains('\n'), "{text}");
        assert_not_in_error(&error, "canary-secret");
    }
    let error = Client::builder().api_key(KEY).build().unwrap_err();
    assert!(
        error.to_string().contains("IMAGINE_API_ENDPOINT"),
        "{error}"
    );
}

#[test]
fn case_20_an_invalid_key_is_rejected() {
    for key in ["", "  \n", "canary\u{7f}secret", "canary\nsecret"] {
        let built = Client::builder()
            .endpoint("https://h/v2")
            .api_key(key)
            .build();
        let error = built.unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("key"),
            "{error}"
        );
        assert_not_in_error(&error, "canary");
    }
    let error = Client::builder()
        .endpoint("https://h/v2")
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("IMAGINE_API_KEY"), "{error}");
}

/// Invisible characters are copied with a key, and a key beyond ASCII cannot be redacted (H9, F5).
#[tokio::test]
async fn a_key_with_an_invisible_character_is_rejected_with_its_position() {
    for (key, position) in [
        ("\u{FEFF}canary-secret", 1),
        ("canary\u{200B}-secret", 7),
        ("canary-secret\u{A0}", 14),
        ("canary secret", 7),
        ("canary-secrét", 12),
        (" \tcanary-\u{2028}secret ", 8),
    ] {
        let builder = Client::builder().endpoint("https://h/v2").api_key(key);
        let error = builder.build().unwrap_err();
        let position = format!("at position {position};");
        assert!(error.is_configuration(), "{key:?}: {error}");
        assert!(error.to_string().contains(&position), "{key:?}: {error}");
        assert_not_in_error(&error, "canary");
        let transport = imagine_tests::MockTransport::new("https://h/v2", []);
        let builder = Client::builder()
            .endpoint("https://h/v2")
            .transport(transport);
        let client = builder.api_key_provider(FixedKey(key)).build().unwrap();
        let error = client.ping().await.unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains(&position),
            "{error}"
        );
        assert_not_in_error(&error, "canary");
    }
}

#[derive(Debug)]
struct FixedKey(&'static str);

impl imagine_sdk::ApiKeyProvider for FixedKey {
    fn api_key(
        &self,
    ) -> futures_util::future::BoxFuture<
        '_,
        Result<imagine_sdk::ApiKey, imagine_sdk::CredentialsError>,
    > {
        let key = self.0.into();
        Box::pin(async move { Ok(key) })
    }
}

/// Parsers of URLs remove some of them, which changes the endpoint (F17).
#[test]
fn an_endpoint_with_an_invisible_character_is_rejected_with_its_position() {
    for (endpoint, position) in [
        ("https://h/v\t2", 12),
        ("https://h/\nv2", 11),
        ("https://h\u{200B}/v2", 10),
        ("\u{FEFF}https://h/v2", 1),
        ("https://h/v2 /x", 13),
        ("https://h/v2\0", 13),
    ] {
        let builder = Client::builder().endpoint(endpoint).api_key(KEY);
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration(), "{endpoint:?}: {error}");
        assert!(
            error.to_string().contains(&format!("position {position};")),
            "{error}"
        );
    }
    let builder = Client::builder().endpoint(" HTTPS://h/v2\n").api_key(KEY);
    builder.build().unwrap();
}

/// One warning for a client, not for those derived from it (F17).
#[test]
fn a_key_over_plain_http_is_a_warning_unless_the_host_is_local() {
    let warnings = |endpoint: &str| {
        let trace = imagine_tests::Trace::default();
        tracing::subscriber::with_default(trace.subscriber(), || {
            let client = Client::builder()
                .endpoint(endpoint)
                .api_key(KEY)
                .build()
                .unwrap();
            client
                .with_options(|builder| builder.max_retries(1))
                .unwrap();
        });
        let events = trace.events();
        let warnings = events
            .iter()
            .filter(|event| event.level == tracing::Level::WARN);
        warnings
            .map(|event| format!("{:?}", event.fields))
            .collect::<Vec<_>>()
    };
    for endpoint in [
        "http://h/v2",
        "http://10.0.0.1/v2",
        "http://[fe80::1]/v2",
        "HTTP://localhost.h/",
    ] {
        let warnings = warnings(endpoint);
        assert_eq!(warnings.len(), 1, "{endpoint}");
        assert!(
            warnings[0].contains("plain HTTP") && !warnings[0].contains(KEY),
            "{warnings:?}"
        );
    }
    for endpoint in [
        "https://h/v2",
        "http://localhost:8080/v2",
        "http://a.localhost/v2",
        "http://127.1.2.3/v2",
        "http://[::1]/v2",
    ] {
        assert!(warnings(endpoint).is_empty(), "{endpoint}");
    }
}

#[tokio::test]
async fn case_20_white_space_around_the_key_is_trimmed() {
    let test = TestClient::with_settings([MockResponse::status(200)], |builder| {
        builder.api_key(" abc\n")
    });
    test.client.ping().send_raw().await.unwrap();
    assert_eq!(
        test.single_request().header("authorization"),
        Some("Bearer abc")
    );
}

#[tokio::test]
async fn default_headers_are_sent_with_every_request() {
    let settings = |builder: TransportBuilder| {
        builder
            .default_header("x-gateway", "canary-gateway")
            .default_header("x-team", "red")
            .user_agent_suffix("my-program/1.2")
    };
    let test = TestClient::with_settings(
        [MockResponse::status(503), MockResponse::status(200)],
        settings,
    );
    let call = test.client.ping().with_header("x-team", "blue");
    call.send_raw().await.unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for request in test.requests() {
        assert_eq!(request.header("x-gateway"), Some("canary-gateway"));
        assert_eq!(
            request.header("x-team"),
            Some("blue"),
            "headers of the call take precedence"
        );
        let agent = format!("imagine-sdk/{version} my-program/1.2");
        assert_eq!(request.header("user-agent"), Some(&*agent));
        let printed = format!("{:?} {:?}", request.headers, test.client);
        assert!(!printed.contains("canary-gateway"), "{printed}");
    }
    assert_eq!(test.requests().len(), 2);
}

/// Headers may contain a key, and files may be private, so values are not printed.
#[tokio::test]
async fn default_headers_are_sent_only_to_the_endpoint() {
    let test = TestClient::with_media_settings(
        [
            MockResponse::bytes("image/png", "x"),
            MockResponse::bytes("image/png", "x"),
        ],
        |builder| builder.default_header("x-gateway", "canary-gateway"),
    );
    for host in ["elsewhere.test", "service.test"] {
        let url = format!("https://{host}/apis/v2/x.png");
        test.media.download(url).bytes().await.unwrap();
    }
    let [elsewhere, own] = &test.requests()[..] else {
        panic!("two requests");
    };
    assert_eq!(elsewhere.header("x-gateway"), None);
    assert_eq!(own.header("x-gateway"), Some("canary-gateway"));
    assert!(elsewhere.header("user-agent").is_some());
}

#[test]
fn invalid_headers_are_rejected() {
    let builder = || Client::builder().endpoint("https://h/v2").api_key(KEY);
    for (name, value) in [
        ("x bad", "canary-secret"),
        ("x-bad", "canary-secret\n"),
        ("Authorization", "canary-secret"),
        ("host", "canary-secret"),
    ] {
        let error = builder().default_header(name, value).build().unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains(name),
            "{error}"
        );
        assert_not_in_error(&error, "canary-secret");
    }
    let error = builder().user_agent_suffix("a\nb").build().unwrap_err();
    assert!(error.to_string().contains("user-agent"), "{error}");
}

#[tokio::test]
async fn case_20_the_base_path_is_kept() {
    let bases = [
        "https://service.test/apis/v2",
        "https://service.test/apis/v2/",
        " https://service.test/apis/v2 ",
    ];
    for base in bases {
        for case in cases() {
            let test = TestClient::with_endpoint(base, [MockResponse::status(200)]);
            case.call(&test).send_raw().await.unwrap();
            assert_eq!(test.single_request().path, case.expected.path, "{base}");
        }
    }
}

#[test]
fn invalid_settings_are_rejected() {
    let builder = || Client::builder().endpoint("https://h/v2").api_key(KEY);
    let proxy = builder()
        .proxy("http://user:canary-secret@:no port")
        .build()
        .unwrap_err();
    assert!(
        proxy.is_configuration() && proxy.to_string().contains("proxy"),
        "{proxy}"
    );
    assert_not_in_error(&proxy, "canary-secret");
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        let error = builder().add_root_certificate(pem).build().unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("certificate"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreadable_file_is_named() {
    let mock = MockServer::start().await.unwrap();
    let client = client_of(&mock);
    for path in ["no/such/speech.wav", env!("CARGO_MANIFEST_DIR")] {
        let error = client.transcribe(path).await.unwrap_err();
        assert_error_line(&error, "transcribe");
        assert!(
            error.is_file_read() && error.to_string().contains(path),
            "{error}"
        );
    }
    assert_eq!(mock.requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_model_is_not_found() {
    let mock = MockServer::start().await.unwrap();
    let client = client_of(&mock);
    let error = client.chat("Hi").model("no-such-model").await.unwrap_err();
    assert_error_line(&error, "chat");
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().contains("no-such-model"), "{error}");
    assert!(
        error.request_id().is_some_and(|id| id.starts_with("mock-")),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_an_authentication_error() {
    let mock = MockServer::builder()
        .api_key("right")
        .start()
        .await
        .unwrap();
    let clients = Clients::for_mock(&mock, KEY);
    for case in cases() {
        let response = case.call(&clients).send().await;
        if case.operation == "costs" {
            response.expect("costs needs no key");
            continue;
        }
        let error = response.unwrap_err();
        assert_error_line(&error, case.operation);
        assert!(error.is_authentication(), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_server_is_a_connect_error() {
    // A bound port without a listener rejects connections and is not reused.
    let bound = TcpSocket::new_v4().unwrap();
    bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = bound.local_addr().unwrap();
    let builder = Client::builder()
        .endpoint(format!("http://{address}/v2"))
        .api_key(KEY);
    let client = builder.no_proxy().max_retries(0).build().unwrap();
    let call = client
        .chat("canary-prompt")
        .with_extra_query("k", "canary-query");
    let error = call.await.unwrap_err();
    assert_error_line(&error, "chat");
    assert!(
        error.is_connect() && error.to_string().contains("endpoint"),
        "{error}"
    );
    assert!(
        error.to_string().contains(&format!(" to {address};")),
        "{error}"
    );
    // The alternate form and the source chain contain the cause, without repetition.
    assert!(
        !error.to_string().to_lowercase().contains("refused"),
        "{error}"
    );
    let text = format!("{error:#}");
    assert!(text.to_lowercase().contains("refused"), "{text}");
    for secret in [KEY, "canary-prompt", "canary-query"] {
        assert_not_in_error(&error, secret);
    }
}
