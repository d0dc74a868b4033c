//! Checks of the requests that a mock recorded.

use std::collections::BTreeSet;

use imagine_mock::{MockServer, RecordedRequest};

use crate::Api;

/// Checks every API request against the specification, and returns the called operations. Each request must have
/// succeeded.
pub fn checked_operations(mock: &MockServer) -> BTreeSet<&'static str> {
    let requests = mock.requests();
    let calls = requests
        .iter()
        .filter_map(|request| Some((api_of(request)?, request)));
    calls
        .map(|(api, request)| operation(api, request))
        .collect()
}

/// Returns the API of a request, or `None` for a download, which no specification describes.
fn api_of(request: &RecordedRequest) -> Option<Api> {
    let is_download = request.path.starts_with("/files/");
    match request.api {
        Some("inference") => Some(Api::Inference),
        Some("media") if !is_download => Some(Api::Media),
        _ => None,
    }
}

fn operation(api: Api, request: &RecordedRequest) -> &'static str {
    let called = api.called_operation(&request.parts());
    let operation = called.unwrap_or_else(|violations| panic!("{request:?}: {violations:?}"));
    assert_eq!(request.status, Some(200), "{request:?}");
    operation
}
