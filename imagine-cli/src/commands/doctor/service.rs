//! The checks of one service: endpoint, key, connection, clock and version.

use std::time::{Duration, SystemTime};

use imagine_sdk::http::HeaderMap;
use imagine_sdk::transport::{TransportError, TransportErrorKind};
use imagine_sdk::{Error, ErrorKind};

use super::check::Report;
use crate::failure::{Exit, Failure, Result};
use crate::session::{Access, Session};

/// The difference of clocks that is worth a warning.
const SKEW: Duration = Duration::from_secs(120);

/// The timeout of a check.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The end of every endpoint of the inference API.
const VERSION: &str = "/v2";

/// Checks the inference API. Returns false if it is not configured.
pub(super) async fn inference(session: &Session, report: &mut Report) -> bool {
    let Some(access) = access("inference", session.inference_access(), report) else {
        return false;
    };
    let path = access.endpoint.trim_end_matches('/');
    match path.ends_with(VERSION) {
        true => report.ok("inference version", VERSION),
        false => report.warn(
            "inference version",
            format!("the endpoint does not end in `{VERSION}`"),
            "append it: `https://my-endpoint/api/v2`",
        ),
    }
    let client = match session.inference() {
        Ok(client) => client,
        Err(failure) => {
            invalid("inference client", &failure, report);
            return true;
        }
    };
    let ping = client.ping().with_timeout(TIMEOUT).with_max_retries(0);
    let ping = ping.send_with_response().await;
    let headers = ping.map(|response| response.headers().clone());
    if !connection("inference", &access, headers, report) {
        return true;
    }
    let models = client
        .available_models()
        .with_timeout(TIMEOUT)
        .with_max_retries(0);
    match models.await {
        Ok(models) => report.ok(
            "inference key",
            format!("accepted; {} models", models.len()),
        ),
        Err(error) => call("inference key", &error, report),
    }
    true
}

/// Checks the media API. Returns false if it is not configured.
pub(super) async fn media(session: &Session, report: &mut Report) -> bool {
    let Some(access) = access("media", session.media_access(), report) else {
        return false;
    };
    let client = match session.media() {
        Ok(client) => client,
        Err(failure) => {
            invalid("media client", &failure, report);
            return true;
        }
    };
    let costs = client.costs().with_timeout(TIMEOUT).with_max_retries(0);
    let costs = costs.send_with_response().await;
    let headers = costs.map(|response| response.headers().clone());
    if !connection("media", &access, headers, report) {
        return true;
    }
    let voices = client.voices().with_timeout(TIMEOUT).with_max_retries(0);
    match voices.await {
        Ok(_) => report.ok("media key", "accepted"),
        Err(error) => call("media key", &error, report),
    }
    true
}

/// Reports the endpoint and the sources.
fn access(name: &str, access: Result<Access>, report: &mut Report) -> Option<Access> {
    let access = match access {
        Ok(access) => access,
        Err(failure) => {
            let advice = "set the variables or a profile, if you use this API";
            report.warn(format!("{name} endpoint"), failure.to_string(), advice);
            return None;
        }
    };
    let (endpoint, source) = (&access.endpoint, &access.endpoint_source);
    report.ok(
        format!("{name} endpoint"),
        format!("{endpoint} from {source}"),
    );
    report.ok(format!("{name} key source"), access.key_source.clone());
    Some(access)
}

fn invalid(name: &str, failure: &Failure, report: &mut Report) {
    let advice = "fix the setting that the message names";
    report.fail(name, Exit::Configuration, failure.to_string(), advice);
}

/// Reports the connection, TLS and the clock. Returns false without a connection.
fn connection(
    name: &str,
    access: &Access,
    headers: std::result::Result<HeaderMap, Error>,
    report: &mut Report,
) -> bool {
    let headers = match headers {
        Ok(headers) => headers,
        Err(error) => {
            call(&format!("{name} connection"), &error, report);
            // A response of the service, such as a rejected key, is a connection.
            return error.status().is_some();
        }
    };
    report.ok(format!("{name} connection"), "the service responds");
    let is_local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|start| access.endpoint.starts_with(start));
    match access.endpoint.starts_with("https://") {
        true => report.ok(format!("{name} TLS"), "the certificate is trusted"),
        false if is_local => report.ok(format!("{name} TLS"), "none, on this machine"),
        false => report.warn(
            format!("{name} TLS"),
            "none: the key is sent unencrypted",
            "use an endpoint with `https`",
        ),
    }
    let date = headers.get("date").and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
    clock(name, date, SystemTime::now(), report);
    true
}

fn clock(name: &str, date: Option<SystemTime>, now: SystemTime, report: &mut Report) {
    let Some(date) = date else {
        return report.ok(format!("{name} clock"), "unknown: the response has no date");
    };
    let skew = match now.duration_since(date) {
        Ok(ahead) => ahead,
        Err(behind) => behind.duration(),
    };
    match skew > SKEW {
        true => report.warn(
            format!("{name} clock"),
            format!("{} s apart from the service", skew.as_secs()),
            "set the clock: certificates and dated retries depend on it",
        ),
        false => report.ok(format!("{name} clock"), "agrees with the service"),
    }
}

/// Reports a failed call with advice.
fn call(name: &str, error: &Error, report: &mut Report) {
    let transport = error.get_ref::<TransportError>().map(|error| error.kind);
    let advice = match (transport, error.kind()) {
        (Some(TransportErrorKind::Certificate | TransportErrorKind::TlsHandshake), _) => {
            "add the certificate of your proxy or server to those of the system, and check the clock"
        }
        (_, ErrorKind::Connect) => {
            "check the host and the port of the endpoint, the network and the proxy"
        }
        (_, ErrorKind::Authentication) => "check the key, and that it belongs to this endpoint",
        (_, ErrorKind::NotFound) => {
            "check the path of the endpoint; the inference API ends in `/v2`"
        }
        (_, ErrorKind::Timeout) => "check the network and the proxy; the service may be overloaded",
        (_, ErrorKind::RateLimited) => "the key works; wait and repeat",
        (_, ErrorKind::UnexpectedResponse | ErrorKind::Decode) => {
            "something else responds at this endpoint, such as a proxy or a login page"
        }
        _ => "repeat later, or report it to the operator of the service",
    };
    report.fail(name, error.kind().into(), error.to_string(), advice);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_far_off_is_a_warning() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let detail = |seconds: i64| {
            let mut report = Report::default();
            let shift = Duration::from_secs(seconds.unsigned_abs());
            let date = if seconds < 0 {
                now - shift
            } else {
                now + shift
            };
            clock("a", Some(date), now, &mut report);
            format!("{report:?}")
        };
        assert!(detail(60).contains("agrees"));
        assert!(detail(-60).contains("agrees"));
        assert!(detail(600).contains("600 s apart"));
        assert!(detail(-600).contains("600 s apart"));
    }
}
