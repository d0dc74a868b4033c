//! Decodes HTTP messages, and validates what they contain.

use std::time::SystemTime;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{Meta, Response, classify, decode, incomplete};
use crate::error::Error;
use crate::json::ExtraFields;
use crate::request::{self, Request, ResponseContext};

/// Validates and completes a response.
pub(crate) type Validate<A> = fn(&mut A, &ResponseContext) -> Result<(), String>;

/// Decodes the response to a request that [`encode`](crate::operation::encode) encoded, and validates it as a client
/// does.
///
/// The body must be complete, without a content coding.
///
/// ```
/// use imagine_sdk::inference::ChatCompletionRequest;
/// use imagine_sdk::{Bytes, http, operation};
///
/// let request = ChatCompletionRequest::new("Best Spanish cheese?");
/// let body = r#"{"choices": [{"index": 0, "message": {"content": "Manchego"}}]}"#;
/// let response = operation::decode(&request, http::Response::new(Bytes::from(body)))?;
/// assert_eq!(response.value().text().as_deref(), Some("Manchego"));
/// # Ok::<(), imagine_sdk::Error>(())
/// ```
///
/// # Errors
///
/// Fails if the message is an error response or a redirect, or if its body cannot be decoded or lacks required data.
pub fn decode_message<R: Request>(
    request: &R,
    message: http::Response<Bytes>,
) -> Result<Response<R::Response>, Error> {
    let Response { value: body, meta } = Response::from_http(message);
    if !meta.status.is_success() {
        let error = classify::error_response(*meta, body, None, SystemTime::now());
        return Err(error.with_operation(R::OPERATION.id).with_attempts(1));
    }
    let context = request::context_of(request);
    let value = decode_validated(R::validate_response, &context, &meta, &body)?;
    Ok(Response::new(value, meta))
}

/// Decodes a response, validates and completes it.
pub(crate) fn decode_validated<A: DeserializeOwned + ExtraFields + Send + Sync + 'static>(
    validate: Validate<A>,
    context: &ResponseContext,
    meta: &Meta,
    body: &Bytes,
) -> Result<A, Error> {
    let mut response = decode(context.operation, meta, body)?;
    match validate(&mut response, context) {
        Ok(()) => Ok(response),
        Err(problem) => {
            let error = incomplete(context.operation.id, problem, meta, body);
            Err(error.with_partial(response))
        }
    }
}
