//! Downloads of results.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Method, header};
use url::Url;

use super::{Generation, MediaClient, settings};
use crate::client::{Async, Connection};
use crate::error::Error;
use crate::request::{
    Authentication, Body, BodyEncoding, CallLimits, EncodedRequest, Operation, ResponseMode,
    RetrySafety,
};
use crate::stream::{self, FileStream, SavedFile};
use crate::types::Image;

/// The limit of a file that is downloaded into memory.
const MAX_FILE_IN_MEMORY: usize = 1 << 30;

/// Downloads belong to no API, but are sent as operations.
static DOWNLOAD: Operation = Operation {
    id: "download",
    method: Method::GET,
    path: "",
    body_encoding: BodyEncoding::None,
    response_media: "*/*",
    streams: false,
    stream_media: "text/event-stream",
    retry_safety: RetrySafety::Idempotent,
    authentication: Authentication::Client,
    exclusive: false,
};

/// The maximum number of redirects of a download.
const MAX_REDIRECTS: u32 = 5;

impl MediaClient {
    /// Downloads a file: the result of a finished generation, a URL, or a path below
    /// [`media_base_url`](crate::ClientBuilder::media_base_url).
    ///
    /// The API key is sent to the origin of the endpoint only. Up to 5 redirects are followed, without the key for
    /// other origins.
    pub fn download(&self, source: impl Into<DownloadSource>) -> Download {
        Download::new(self.connection(), source)
    }
}

/// The source of a download.
#[derive(Clone)]
pub struct DownloadSource(Option<String>);

impl fmt::Debug for DownloadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0.as_ref().map(Image::url);
        f.debug_tuple("DownloadSource").field(&url).finish()
    }
}

impl From<&Generation> for DownloadSource {
    fn from(job: &Generation) -> Self {
        Self(job.url().map(str::to_owned))
    }
}

impl From<Generation> for DownloadSource {
    fn from(job: Generation) -> Self {
        Self::from(&job)
    }
}

impl From<&String> for DownloadSource {
    fn from(url: &String) -> Self {
        Self(Some(url.clone()))
    }
}

impl From<&str> for DownloadSource {
    fn from(url: &str) -> Self {
        Self(Some(url.to_owned()))
    }
}

impl From<String> for DownloadSource {
    fn from(url: String) -> Self {
        Self(Some(url))
    }
}

/// A download that has not started.
#[derive(Clone, Debug)]
#[must_use = "a download starts with `bytes`, `save_to` or `stream`"]
pub struct Download<M = Async> {
    connection: Connection<M>,
    source: DownloadSource,
    limits: CallLimits,
}

impl<M> Download<M> {
    pub(crate) fn new(connection: Connection<M>, source: impl Into<DownloadSource>) -> Self {
        Self {
            connection,
            source: source.into(),
            limits: CallLimits::default(),
        }
    }

    /// Returns the asynchronous download and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (Download, M) {
        let (connection, mode) = self.connection.split();
        let download = Download {
            connection,
            source: self.source,
            limits: self.limits,
        };
        (download, mode)
    }

    /// Limits a pause between two chunks of the file. Default: the client's `idle_timeout`.
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle = Some(timeout);
        self
    }

    /// Sets the timeout of the whole download. Default: no timeout. The client's `idle_timeout` limits pauses.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = Some(timeout);
        self
    }
}

impl Download {
    /// Starts the download as a stream of bytes. The stream validates the length at its end.
    ///
    /// # Errors
    ///
    /// Fails if the generation has no result yet, the server rejects the request, or the response is HTML or JSON
    /// instead of a file.
    pub async fn stream(self) -> Result<FileStream, Error> {
        let mut url = self
            .source_url()
            .map_err(|error| error.with_operation(DOWNLOAD.id))?;
        let limits = CallLimits {
            started_at: Some(self.connection.clock().now()),
            ..self.limits
        };
        let mut redirects = 0;
        loop {
            let error = match self.connection.open(&request(&url, limits)).await {
                Ok((meta, body)) => return Ok(FileStream::new(DOWNLOAD.id, meta, body)),
                Err(error) => error,
            };
            let Some(target) = redirect_target(&url, &error) else {
                return Err(error);
            };
            if redirects == MAX_REDIRECTS {
                let problem = format!("the download has more than {MAX_REDIRECTS} redirects");
                return Err(error.with_problem(problem));
            }
            if url.scheme() == "https" && target.scheme() != "https" {
                let problem = "the download redirects to a URL without TLS, which is not followed";
                return Err(error.with_problem(problem));
            }
            redirects += 1;
            url = target;
        }
    }

    /// Downloads the file into memory.
    ///
    /// # Errors
    ///
    /// Fails as [`stream`](Self::stream) does, and if the file is truncated or larger than 1 GiB.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        let mut file = self.stream().await?;
        let mut bytes = BytesMut::new();
        let length = file.length().unwrap_or_default();
        while length.max(file.received()) <= MAX_FILE_IN_MEMORY as u64 {
            match file.next().await {
                Some(chunk) => bytes.extend_from_slice(&chunk?),
                None => return Ok(bytes.freeze()),
            }
        }
        let problem = format!(
            "the file is larger than {MAX_FILE_IN_MEMORY} bytes; use `save_to`, which has no limit"
        );
        Err(Error::too_large(problem)
            .with_operation(DOWNLOAD.id)
            .with_attempts(file.attempts()))
    }

    /// Downloads the file to `path`. The file appears completely or not at all: a temporary file in the same directory
    /// is renamed at the end, and removed if the download fails.
    ///
    /// A file that is replaced keeps its permissions. If `path` is a symbolic link, the target of the link is written.
    /// The target must exist.
    ///
    /// # Errors
    ///
    /// Fails as [`bytes`](Self::bytes) does, except for the size limit, and if the file cannot be written.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<SavedFile, Error> {
        stream::save(self.stream(), path.as_ref(), DOWNLOAD.id).await
    }

    fn source_url(&self) -> Result<Url, Error> {
        let location = self.source.0.as_deref().ok_or_else(settings::no_result)?;
        settings::resolve_url(&self.connection, location)
    }
}

fn request(url: &Url, limits: CallLimits) -> EncodedRequest {
    EncodedRequest {
        limits,
        ..EncodedRequest::new(&DOWNLOAD, url.clone(), Body::Empty, ResponseMode::Download)
    }
}

/// Returns the URL of a redirect, if the error is one.
fn redirect_target(from: &Url, error: &Error) -> Option<Url> {
    let status = error.status()?;
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308).then_some(())?;
    let location = error.headers()?.get(header::LOCATION)?.as_bytes();
    let target = from.join(std::str::from_utf8(location).ok()?).ok()?;
    let is_followed = matches!(target.scheme(), "http" | "https")
        && target.username().is_empty()
        && target.password().is_none();
    is_followed.then_some(target)
}
