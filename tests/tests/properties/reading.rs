//! Checks that the client's JSON reader and `serde_json` read the same response, bit by bit.

use futures_util::FutureExt;
use imagine_sdk::testing::{MockResponse, MockTransport};
use imagine_sdk::{
    Client, UnknownFields,
    inference::{ChatCompletionResponse, Role},
};

/// Decodes the bytes as a response, and as a field of a response.
pub fn check(bytes: &[u8]) {
    compare(bytes);
    compare(&[br#"{"choices":[],"unnamed":"#, bytes, b"}"].concat());
}

fn compare(body: &[u8]) {
    let detected = serde_json::from_slice::<ChatCompletionResponse>(body).ok();
    match (read(body), detected) {
        (Some(read), Some(mut detected)) => {
            // The client sets missing roles.
            for choice in &mut detected.choices {
                if choice.message.role.as_str().is_empty() {
                    choice.message.role = Role::Assistant;
                }
            }
            assert_eq!(written(&read), written(&detected));
        }
        // The client replaces a lone surrogate, and leaves a field unset whose value does not fit.
        (Some(_), None) => assert!(has_lone_surrogate(body) || is_json(body), "{body:?}"),
        // A response with an additional error is an error, and so is one with an error in a choice.
        (None, Some(detected)) => {
            let extras = detected.choices.iter().map(|choice| &choice.extra);
            let has_error = |extra: &UnknownFields| extra.contains_key("error");
            assert!(extras.chain([&detected.extra]).any(has_error), "{body:?}");
        }
        (None, None) => {}
    }
}

fn read(body: &[u8]) -> Option<ChatCompletionResponse> {
    let reply = MockResponse::status(200).chunks([body.to_vec().into()]);
    let client = Client::builder()
        .endpoint("https://service.test/v2")
        .api_key("key")
        .transport(MockTransport::new([reply]))
        .build();
    let response = client.unwrap().chat("Hi").send().now_or_never();
    response.expect("nothing is waited for").ok()
}

fn written(response: &ChatCompletionResponse) -> String {
    serde_json::to_string(response).unwrap()
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body).is_ok()
}

fn has_lone_surrogate(body: &[u8]) -> bool {
    let is_half = |escape: &[u8]| escape.eq_ignore_ascii_case(br"\ud");
    body.windows(3).any(is_half)
}
