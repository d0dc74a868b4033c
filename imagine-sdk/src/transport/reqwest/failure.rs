//! Classifies the errors of reqwest.

use std::error::Error;
use std::io;

use crate::error::{FileReadError, TransportError, TransportErrorKind};

/// The message of hyper's connection pool for a request that it gave to no connection. It has no public predicate.
const CANCELED: &str = "client error (Canceled)";

/// Converts an error and removes its URL, whose query may contain the caller's data. `otherwise` is the kind of an
/// error that names no other.
pub(super) fn failure(error: reqwest::Error, otherwise: TransportErrorKind) -> TransportError {
    let kind = match otherwise {
        TransportErrorKind::ConnectionLost => kind(&error),
        other => other,
    };
    TransportError::new(kind, error.without_url())
}

fn kind(error: &reqwest::Error) -> TransportErrorKind {
    if error.is_builder() {
        return TransportErrorKind::NotSent;
    }
    if let Some(kind) = tls_kind(error) {
        return kind;
    }
    match error.is_connect() {
        true if error.is_timeout() => TransportErrorKind::ConnectTimeout,
        true => TransportErrorKind::Connect,
        false if is_unprocessed(error) => TransportErrorKind::StreamRefused,
        false if error.is_body() || find::<FileReadError>(error).is_some() => {
            TransportErrorKind::RequestBody
        }
        false if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) => {
            TransportErrorKind::InvalidResponse
        }
        false => TransportErrorKind::ConnectionLost,
    }
}

/// Returns true if the server did not process the request: it reset the stream as refused, sent GOAWAY for a graceful
/// shutdown before this stream (RFC 9113, 8.7), or closed the connection before the request was written to it. The last
/// includes a request that waited for a connection which another request was about to open, and which was not opened.
fn is_unprocessed(error: &reqwest::Error) -> bool {
    let is_returned = |error: &h2::Error| {
        let is_reset = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        let is_graceful_shutdown =
            error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
        error.is_remote() && (is_reset || is_graceful_shutdown)
    };
    find::<h2::Error>(error).is_some_and(is_returned)
        || find::<hyper::Error>(error).is_some_and(hyper::Error::is_canceled)
        || causes(error).any(|cause| cause.to_string() == CANCELED)
}

/// Returns the kind of a handshake that fails each time. rustls reports a closed connection as another error.
#[cfg(feature = "__rustls")]
fn tls_kind(error: &reqwest::Error) -> Option<TransportErrorKind> {
    use ::rustls::{AlertDescription, Error};

    // Later errors of TLS say nothing about the request, which the server may have received.
    if !error.is_connect() {
        return None;
    }
    match find::<Error>(error)? {
        Error::InvalidCertificate(_) => Some(TransportErrorKind::Certificate),
        // A server that is overloaded may send this alert.
        Error::AlertReceived(AlertDescription::InternalError) => None,
        _ => Some(TransportErrorKind::TlsHandshake),
    }
}

/// Returns the kind of a handshake that fails each time, by the messages of OpenSSL.
#[cfg(all(feature = "__tls", not(feature = "__rustls")))]
fn tls_kind(error: &reqwest::Error) -> Option<TransportErrorKind> {
    if !error.is_connect() {
        return None;
    }
    let message = causes(error).map(ToString::to_string).collect::<String>();
    let has = |part: &&str| message.contains(*part);
    if ["certificate verify failed", "self-signed certificate"]
        .iter()
        .any(has)
    {
        return Some(TransportErrorKind::Certificate);
    }
    let others = ["wrong version number", "packet length too long", "alert"];
    others
        .iter()
        .any(has)
        .then_some(TransportErrorKind::TlsHandshake)
}

#[cfg(not(feature = "__tls"))]
fn tls_kind(_error: &reqwest::Error) -> Option<TransportErrorKind> {
    None
}

/// Returns the cause of a type.
fn find<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        // The source of an I/O error is that of the error that it contains.
        next = match cause.downcast_ref().and_then(io::Error::get_ref) {
            Some(contained) => Some(contained),
            None => cause.source(),
        };
        Some(cause)
    })
}
