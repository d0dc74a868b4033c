//! Fetching what a job made.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;
use http::{HeaderMap, Method, StatusCode, header};
use tokio::io::AsyncWriteExt;
use url::Url;

use super::{Generation, MediaClient, settings};
use crate::client::{Async, Connection};
use crate::error::Error;
use crate::pipeline::MAX_RESPONSE;
use crate::request::{
    Authentication, Body, BodyEncoding, CallLimits, EncodedRequest, Operation, ResponseMode,
    RetrySafety,
};
use crate::response::Meta;
use crate::stream::BodyStream;
use crate::types::Image;

/// Fetching a file is an operation of no service, but travels the same way.
static DOWNLOAD: Operation = Operation {
    id: "download",
    method: Method::GET,
    path: "",
    body_encoding: BodyEncoding::None,
    streams: false,
    retry_safety: RetrySafety::Idempotent,
    authentication: Authentication::Client,
    exclusive: false,
};

/// How many redirects are followed before a file is given up.
const MAX_REDIRECTS: u32 = 5;

impl MediaClient {
    /// Downloads a file: the result of a finished generation, a URL, or a path below
    /// [`media_base_url`](crate::ClientBuilder::media_base_url).
    ///
    /// The key is sent to the endpoint's origin alone. Up to 5 redirects are followed, without the key where they lead
    /// elsewhere.
    pub fn download(&self, source: impl Into<DownloadSource>) -> Download {
        Download::new(self.connection(), source)
    }
}

/// What to download.
#[derive(Clone)]
pub struct DownloadSource(Option<String>);

impl fmt::Debug for DownloadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.as_ref().map(Image::url);
        f.debug_tuple("DownloadSource").field(&shown).finish()
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

/// A download that has not begun.
#[derive(Clone, Debug)]
#[must_use = "a download begins with `bytes`, `save_to` or `stream`"]
pub struct Download<M = Async> {
    connection: Connection<M>,
    source: DownloadSource,
    limits: CallLimits,
}

/// A file that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedFile {
    /// Where it is.
    pub path: PathBuf,
    /// How many bytes it has.
    pub length: u64,
    /// What the server calls its type.
    pub content_type: Option<String>,
}

impl<M> Download<M> {
    pub(crate) fn new(connection: Connection<M>, source: impl Into<DownloadSource>) -> Self {
        Self {
            connection,
            source: source.into(),
            limits: CallLimits::default(),
        }
    }

    /// What sends as futures, and the way in which they are to be waited for.
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

    /// Limits the time of the whole download. Without it, only pauses are limited, by the client's
    /// `idle_timeout`.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = Some(timeout);
        self
    }
}

impl Download {
    /// Fetches the file as a stream of bytes. Its length is checked at its end.
    ///
    /// # Errors
    ///
    /// When there is no file yet, the server refuses it, or it answers with a page or with JSON, which is an
    /// error in disguise.
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
                Ok((meta, body)) => return Ok(FileStream::new(meta, body)),
                Err(error) => error,
            };
            let Some(target) = target(&url, &error) else {
                return Err(error);
            };
            if redirects == MAX_REDIRECTS {
                let problem = format!("the file is behind more than {MAX_REDIRECTS} redirects");
                return Err(error.with_problem(problem));
            }
            if url.scheme() == "https" && target.scheme() != "https" {
                let problem = "the file is said to be at an address without TLS, to which no redirect is followed";
                return Err(error.with_problem(problem));
            }
            redirects += 1;
            url = target;
        }
    }

    /// Fetches the file into memory.
    ///
    /// # Errors
    ///
    /// As [`stream`](Self::stream), and when the file is cut off or larger than 1 GiB.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        let mut file = self.stream().await?;
        let mut bytes = BytesMut::new();
        let announced = file.length().unwrap_or_default();
        while announced.max(file.seen) <= MAX_RESPONSE as u64 {
            match file.next().await {
                Some(chunk) => bytes.extend_from_slice(&chunk?),
                None => return Ok(bytes.freeze()),
            }
        }
        let problem =
            format!("the file is larger than {MAX_RESPONSE} bytes; `save_to` has no such limit");
        Err(Error::too_large(problem)
            .with_operation(DOWNLOAD.id)
            .with_attempts(file.meta.attempts))
    }

    /// Fetches the file to `path`. It appears there whole or not at all: the bytes go to a file beside it,
    /// which is renamed at the end and removed if there is no end.
    ///
    /// A symbolic link stays one: what it leads to is written, and must be there.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and when the file cannot be written.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<SavedFile, Error> {
        let path = path.as_ref();
        let failed = |error: std::io::Error| {
            let problem = format!("`{}` cannot be written", path.display());
            Error::file_write(problem)
                .with_source(error)
                .with_operation(DOWNLOAD.id)
        };
        let place = place_of(path).map_err(failed)?;
        let mut file = self.stream().await?;
        let (part, target) = PartFile::beside(&place).map_err(failed)?;
        let mut target = tokio::fs::File::from_std(target);
        while let Some(chunk) = file.next().await {
            target.write_all(&chunk?).await.map_err(failed)?;
        }
        target.flush().await.map_err(failed)?;
        drop(target);
        tokio::fs::rename(&part.0, place).await.map_err(failed)?;
        let content_type = file.content_type().map(str::to_owned);
        Ok(SavedFile {
            path: path.to_owned(),
            length: file.seen,
            content_type,
        })
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

/// Where a refusal leads, if it is a redirect to where a file can be.
fn target(from: &Url, error: &Error) -> Option<Url> {
    error.status().filter(StatusCode::is_redirection)?;
    let location = error.headers()?.get(header::LOCATION)?.as_bytes();
    let target = from.join(std::str::from_utf8(location).ok()?).ok()?;
    matches!(target.scheme(), "http" | "https").then_some(target)
}

/// Where a file is written: at the end of a symbolic link. What is there already must be a file.
fn place_of(path: &Path) -> std::io::Result<PathBuf> {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let place = if is_link {
        std::fs::canonicalize(path)?
    } else {
        path.to_owned()
    };
    match std::fs::metadata(&place) {
        Ok(found) if !found.is_file() => {
            Err(std::io::Error::other("it is there already, and is no file"))
        }
        _ => Ok(place),
    }
}

/// A file that is being written, removed unless it was renamed.
struct PartFile(PathBuf);

impl PartFile {
    /// Creates the file at once and not on another thread: that could create it after it was given up.
    fn beside(path: &Path) -> std::io::Result<(Self, std::fs::File)> {
        let name = format!(".imagine-{:016x}.part", fastrand::u64(..));
        let part = Self(path.with_file_name(name));
        let file = std::fs::File::create_new(&part.0)?;
        Ok((part, file))
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // After the rename there is nothing to remove, and otherwise nobody to tell.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The bytes of a file, as they come. Dropping it ends the download.
pub struct FileStream {
    meta: Box<Meta>,
    body: Option<BodyStream>,
    seen: u64,
}

impl FileStream {
    fn new(meta: Box<Meta>, body: BodyStream) -> Self {
        Self {
            meta,
            body: Some(body),
            seen: 0,
        }
    }

    /// The next bytes, or nothing at the end.
    ///
    /// # Errors
    ///
    /// When the connection fails or pauses too long, or the file is shorter or longer than was said.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        StreamExt::next(self).await
    }

    /// What the server calls the type of the file.
    pub fn content_type(&self) -> Option<&str> {
        self.meta.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// How long the file is, if the server says so.
    pub fn length(&self) -> Option<u64> {
        self.meta
            .headers
            .get(header::CONTENT_LENGTH)?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.meta.headers
    }

    fn end(&self) -> Option<Error> {
        let expected = self.length().filter(|length| *length != self.seen)?;
        let problem = format!(
            "the file has {} bytes where {expected} were announced",
            self.seen
        );
        Some(Error::truncated().with_source(problem))
    }
}

impl Stream for FileStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let error = match std::task::ready!(body.poll(cx)) {
            Some(Ok(chunk)) => {
                self.seen += chunk.len() as u64;
                return Poll::Ready(Some(Ok(chunk)));
            }
            Some(Err(error)) if error.is_transport() => Some(Error::truncated().with_source(error)),
            Some(Err(error)) => Some(error),
            None => self.end(),
        };
        let error = match (self.body.take(), error) {
            (Some(body), Some(error)) => Some(body.fail(error)),
            (_, error) => error,
        };
        let Meta {
            status,
            headers,
            attempts,
            ..
        } = &*self.meta;
        Poll::Ready(error.map(|error| {
            Err(error
                .with_operation(DOWNLOAD.id)
                .with_attempts(*attempts)
                .with_response(*status, headers, Bytes::new()))
        }))
    }
}

impl fmt::Debug for FileStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStream")
            .field("seen", &self.seen)
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}
