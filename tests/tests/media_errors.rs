//! Error responses of the media API as documented, and the transmission of keys.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::{ApiClient, ApiError, AuthScheme, Client, ClientBuilder, Error, MediaClient};
use imagine_tests::{
    Api, ENDPOINT, HttpService, KEY, MockResponse, MockTransport, Setting, TestClient,
    assert_error_line, cases, fixtures,
};
use serde_json::{Value, json};

/// A documented error response, and the expected error.
struct Documented {
    status: u16,
    body: Value,
    message: &'static str,
    code: Option<&'static str>,
    /// The expected predicates: authentication and not found.
    is_authentication: bool,
    is_not_found: bool,
}

fn error_body(status: u16, message: &str) -> Value {
    json!({"error": message, "errorCode": status, "code": 0})
}

fn documented_errors() -> Vec<Documented> {
    let rejected = |status, code| Documented {
        status,
        body: error_body(status, ""),
        message: "the response contains no error message",
        code: Some(code),
        is_authentication: false,
        is_not_found: false,
    };
    let located = json!({"detail": [{"loc": ["string", 0], "msg": "string", "type": "string"}]});
    let failed = json!({
        "error": "UNKNOWN", "message": "UNKNOWN", "type": "UNKNOWN", "code": "", "errorCode": 500, "param": "string",
    });
    vec![
        rejected(400, "400"),
        Documented {
            is_authentication: true,
            ..rejected(401, "401")
        },
        Documented {
            is_authentication: true,
            body: error_body(403, "not yours"),
            message: "not yours",
            ..rejected(403, "403")
        },
        Documented {
            is_not_found: true,
            ..rejected(404, "404")
        },
        Documented {
            body: located,
            message: "string[0]: string",
            code: None,
            ..rejected(422, "")
        },
        Documented {
            body: failed,
            message: "UNKNOWN",
            code: Some("UNKNOWN"),
            ..rejected(500, "")
        },
    ]
}

#[tokio::test]
async fn every_documented_error_body_is_decoded() {
    for shown in documented_errors() {
        for case in cases().iter().filter(|case| case.api() == Api::Media) {
            let reply = MockResponse::status(shown.status).chunks([shown.body.to_string().into()]);
            let test = TestClient::new([reply]);
            let call = case.call(&test).with(Setting::MaxRetries(0));
            let error = call.send().await.unwrap_err();
            assert_error_line(&error, case.operation);
            let api = error.api_error().unwrap_or_else(|| panic!("{error}"));
            assert_eq!(api.status(), shown.status);
            assert_eq!((api.message(), api.code()), (shown.message, shown.code));
            assert_eq!(
                error.is_authentication(),
                shown.is_authentication,
                "{error}"
            );
            assert_eq!(error.is_not_found(), shown.is_not_found, "{error}");
            assert!(error.to_string().contains(shown.message), "{error}");
        }
    }
}

#[tokio::test]
async fn a_validation_error_lists_its_fields_as_paths() {
    let body = json!({"detail": [
        {"loc": ["body", "width"], "msg": "no number", "type": "int_parsing"},
        {"loc": ["body", "documents", 2, "title"], "msg": "no text", "type": "string_type"},
    ]});
    let reply = MockResponse::status(422).chunks([body.to_string().into()]);
    let error = TestClient::new([reply])
        .media
        .text2img("x")
        .await
        .unwrap_err();
    let fields = error.api_error().map(ApiError::fields).unwrap();
    let read: Vec<_> = fields
        .iter()
        .map(|field| (&*field.location, &*field.message, &*field.kind))
        .collect();
    let expected = [
        ("body.width", "no number", "int_parsing"),
        ("body.documents[2].title", "no text", "string_type"),
    ];
    assert_eq!(read, expected);
    let text = error.to_string();
    assert!(
        text.contains("body.width: no number; body.documents[2].title: no text"),
        "{text}"
    );
}

/// The schemes with their header, its value, and the description in an error.
fn schemes() -> [(AuthScheme, &'static str, String, &'static str); 4] {
    [
        (
            AuthScheme::ChApiKey,
            "ch-api-key",
            KEY.to_owned(),
            "CH-API-KEY",
        ),
        (
            AuthScheme::Bearer,
            "authorization",
            format!("Bearer {KEY}"),
            "Authorization: Bearer",
        ),
        (
            AuthScheme::Authorization,
            "authorization",
            KEY.to_owned(),
            "Authorization",
        ),
        (
            AuthScheme::Header(http::HeaderName::from_static("x-gateway-key")),
            "x-gateway-key",
            KEY.to_owned(),
            "x-gateway-key",
        ),
    ]
}

fn client<C: ApiClient>(
    builder: ClientBuilder<C>,
    scheme: AuthScheme,
    reply: MockResponse,
) -> (C, MockTransport) {
    let transport = MockTransport::new(ENDPOINT, [reply]);
    let builder = builder.endpoint(ENDPOINT).api_key(KEY).auth_scheme(scheme);
    (
        builder.transport(transport.clone()).build().unwrap(),
        transport,
    )
}

/// Returns the errors of a rejected key from both APIs.
async fn rejected(scheme: AuthScheme, status: u16) -> [(Error, MockTransport); 2] {
    let reply =
        || MockResponse::status(status).chunks([error_body(status, "bad key").to_string().into()]);
    let (inference, own) = client(Client::builder(), scheme.clone(), reply());
    let (media, other) = client(MediaClient::builder(), scheme, reply());
    [
        (inference.ping().await.unwrap_err(), own),
        (media.voices().await.unwrap_err(), other),
    ]
}

#[tokio::test]
async fn a_rejected_key_error_names_the_only_header_that_contained_the_key() {
    for (scheme, header, value, name) in schemes() {
        for status in [401, 403] {
            for (error, transport) in rejected(scheme.clone(), status).await {
                assert!(error.is_authentication(), "{error}");
                assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
                let requests = transport.requests();
                assert_eq!(requests[0].header(header), Some(&*value));
                let names = ["authorization", "ch-api-key", "samwise", "x-gateway-key"];
                let sent = names
                    .iter()
                    .filter(|name| requests[0].header(name).is_some());
                assert_eq!(sent.count(), 1, "no other header has the key");
            }
        }
    }
}

#[tokio::test]
async fn other_errors_do_not_mention_the_key() {
    for (scheme, _, _, name) in schemes() {
        for (error, _) in rejected(scheme, 400).await {
            assert!(!error.to_string().contains(name), "{error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_a_voice_id_is_one_encoded_segment() {
    for (id, path) in [
        ("../x?y", "/voices/..%2Fx%3Fy"),
        ("a/b?c#d%..", "/voices/a%2Fb%3Fc%23d%25.."),
        ("é ü", "/voices/%C3%A9%20%C3%BC"),
    ] {
        let service = HttpService::ok("application/json", fixtures::bytes("media/done.json"));
        service.clients().media.delete_voice(id).await.unwrap();
        let request = service.single_request();
        assert_eq!((request.path.as_str(), request.query.len()), (path, 0));
        assert_eq!(request.operation(), "delete_voice");
    }
}

#[tokio::test]
async fn an_id_that_changes_the_path_is_rejected() {
    for id in ["", ".", ".."] {
        let test = TestClient::new([]);
        let errors = [
            (test.media.delete_voice(id).await.unwrap_err(), "voice_id"),
            (
                test.media.update_project(id).name("x").await.unwrap_err(),
                "uuid",
            ),
        ];
        for (error, field) in errors {
            assert!(error.is_invalid_argument(), "{id:?}: {error}");
            assert_eq!(error.invalid_field(), Some(field), "{error}");
        }
        assert_eq!(test.requests().len(), 0);
    }
}
