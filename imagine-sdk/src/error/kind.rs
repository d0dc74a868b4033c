//! The kinds of errors.

/// The kind of an [`Error`](crate::Error). Each error has one.
///
/// A match needs a wildcard arm, because later versions add kinds.
///
/// | HTTP status for your own clients | kinds |
/// |---|---|
/// | 400 | `InvalidArgument`, `InvalidRequest`, `FileRead` |
/// | 404 | `NotFound` |
/// | 422 | `JobFailed`, `InvalidOutput` |
/// | 429, with `retry_after` | `RateLimited` |
/// | 504 | `Timeout` |
/// | 500 | `Configuration`, `Authentication`, `QuotaExceeded`, `BudgetExceeded`, `FileWrite`: your side has to fix them |
/// | 502 | the others |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built, or lacks a key for the operation. Cause: a missing variable, or an endpoint, key,
    /// proxy or certificate that cannot be used. Fix: the configuration.
    Configuration,
    /// A value cannot be sent; nothing was. Cause: out of its documented range, not finite, not a path segment, not a
    /// valid header. Fix: the field that [`invalid_field`](crate::Error::invalid_field) names.
    InvalidArgument,
    /// A file or an image to upload cannot be read. Cause: missing, not a file, of a format that the service does not
    /// read, or shorter than announced. Fix: the file.
    FileRead,
    /// A downloaded file cannot be written; nothing is left of it. Cause: a missing directory, missing permissions or a
    /// full disk. Fix: the path, then download again.
    FileWrite,
    /// A limit was reached. [`timeout_kind`](crate::Error::timeout_kind) names it. Fix: raise it, or stream.
    Timeout,
    /// No connection; the server received nothing. Cause: a server that is down, a wrong host or port, a proxy, or an
    /// untrusted certificate. Fix: the endpoint or the network.
    Connect,
    /// The connection failed before or during the response. Fix: retry if
    /// [`is_outcome_unknown`](crate::Error::is_outcome_unknown) is false, or if a repetition is harmless.
    Transport,
    /// The service rejects the key: 401, 403 (which may also be about credits), or the 500 that it returns for a
    /// missing key. Fix: the key, or the header that it is sent in.
    Authentication,
    /// The account has used up its quota or its credits; waiting does not help. Fix: raise the quota, or buy credits.
    QuotaExceeded,
    /// The service returned 429, or the client's own rate limit has no slot before the deadline:
    /// [`is_limited_by_client`](crate::Error::is_limited_by_client). Fix: wait for
    /// [`retry_after`](crate::Error::retry_after), and set [`rate_limits`](crate::ClientBuilder::rate_limits).
    RateLimited,
    /// The call could exceed the [`budget`](crate::ClientBuilder::budget) of the client; nothing was sent. Fix: the
    /// budget, or a lower `max_tokens`.
    BudgetExceeded,
    /// The service returned 404. Cause: an unknown path, model or item. Fix: the name, or the path of the endpoint.
    NotFound,
    /// The service rejected the request, such as with 400 or 422. Fix: the request;
    /// [`api_error`](crate::Error::api_error) lists the fields.
    InvalidRequest,
    /// The service failed: 5xx, or an error in a response with status 200. Fix: retry later if a repetition is
    /// harmless.
    Server,
    /// The response cannot be decoded. [`decode_path`](crate::Error::decode_path) has the location. Fix: `send_raw`
    /// returns the bytes; report it.
    Decode,
    /// The response is not of the requested type: HTML from a proxy, a redirect, JSON instead of a stream. Fix: the
    /// endpoint, or what is in between.
    UnexpectedResponse,
    /// A stream or a file ended before it was complete. What arrived is valid. Fix: continue with it, or retry.
    Truncated,
    /// A response or an event exceeds its size limit. Fix: raise `max_response_bytes` or `max_event_bytes`; download
    /// large files with `save_to`.
    TooLarge,
    /// The response was decoded, and its content cannot be used: tool calls with invalid arguments, structured output
    /// that does not fit, an image that cannot be decoded. Fix: the prompt, or repeat the call.
    InvalidOutput,
    /// A generation failed. Fix: the request, as the message advises.
    JobFailed,
}

/// The limit that a call reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// Waiting for a permit among the client's concurrent requests.
    Queue,
    /// Waiting for the [`ApiKeyProvider`](crate::ApiKeyProvider).
    Credentials,
    /// Connecting.
    Connect,
    /// Opening a file to upload.
    FileOpen,
    /// Sending the request body: reading the source of an upload took too long.
    RequestBody,
    /// Waiting for the first byte of the response.
    FirstByte,
    /// Waiting for the first event of a stream.
    FirstEvent,
    /// Waiting for the next bytes of the response.
    Idle,
    /// The complete call.
    Call,
}
