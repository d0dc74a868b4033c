//! Checks that a path argument is sent as one segment with its value, or rejected.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Uri;
use imagine_sdk::MediaClient;
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};

/// Deletes the voice `id` at a service with this base path.
pub fn check(path: &str, id: &str) {
    let endpoint = format!("https://service.test/{path}");
    let Some((base, sent)) = delete_voice(&endpoint, id) else {
        return;
    };
    // Several trailing slashes of an endpoint may be significant, except for the last.
    let below = sent
        .path()
        .strip_prefix(&base)
        .map(|below| below.trim_start_matches('/'));
    let segment = below.and_then(|below| below.strip_prefix("voices/"));
    let segment = segment.unwrap_or_else(|| panic!("{id:?} at {endpoint:?} went to {sent}"));
    assert!(
        !segment.contains('/') && sent.query().is_none(),
        "{id:?} became {sent}"
    );
    assert_eq!(decoded(segment), id.as_bytes(), "{id:?} became {sent}");
    if let Some((_, slashed)) = delete_voice(&endpoint_with_slash(&endpoint), id) {
        assert_eq!(
            slashed, sent,
            "a slash at the end of {endpoint:?} means nothing"
        );
    }
}

fn endpoint_with_slash(endpoint: &str) -> String {
    // White space and control characters around an endpoint are trimmed; a trailing slash would protect them.
    let endpoint = endpoint
        .trim()
        .trim_end_matches(|character| character <= ' ');
    if endpoint.ends_with(['/', '\\']) {
        endpoint.to_owned()
    } else {
        format!("{endpoint}/")
    }
}

/// Returns the path of the endpoint and of the request, or `None` if a legitimately invalid endpoint or id was
/// rejected.
fn delete_voice(endpoint: &str, id: &str) -> Option<(String, Uri)> {
    let transport = Capture::default();
    let builder = MediaClient::builder()
        .endpoint(endpoint)
        .api_key("key")
        .transport(transport.clone());
    let client = match builder.build() {
        Ok(client) => client,
        Err(error) => {
            let is_invalid = |character: char| {
                let is_invisible = character.is_whitespace() || character.is_control();
                matches!(character, '?' | '#') || is_invisible || !character.is_ascii()
            };
            assert!(
                error.is_configuration() && endpoint.contains(is_invalid),
                "{endpoint:?}: {error}"
            );
            return None;
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let response = runtime.block_on(client.delete_voice(id).send());
    let sent = transport.0.lock().unwrap().take();
    match response {
        Ok(_) => {
            let base = url::Url::parse(endpoint.trim()).unwrap();
            let base = base.path().trim_end_matches('/').to_owned();
            Some((base, sent.unwrap()))
        }
        Err(error) => {
            // A URL drops tabs and line endings, so the id would become another one.
            let lost = ["", ".", ".."].contains(&id) || id.contains(['\t', '\n', '\r']);
            let meant = !lost && id.len() < 10_000;
            assert!(
                error.is_invalid_argument() && sent.is_none() && !meant,
                "{id:?}: {error}"
            );
            None
        }
    }
}

fn decoded(segment: &str) -> Vec<u8> {
    let mut bytes = segment.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            hex(bytes.next()) * 16 + hex(bytes.next())
        } else {
            byte
        });
    }
    decoded
}

fn hex(digit: Option<u8>) -> u8 {
    let digit = digit.and_then(|digit| char::from(digit).to_digit(16));
    digit
        .expect("two digits follow a percent sign")
        .try_into()
        .unwrap()
}

/// A transport that records the last URL and returns success.
#[derive(Clone, Debug, Default)]
struct Capture(Arc<Mutex<Option<Uri>>>);

impl Transport for Capture {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        *self.0.lock().unwrap() = Some(request.uri().clone());
        let body = Bytes::from_static(br#"{"success":true,"message":"deleted"}"#);
        let response = http::Response::new(ResponseBody::from(body));
        async { Ok(response) }.boxed()
    }
}
