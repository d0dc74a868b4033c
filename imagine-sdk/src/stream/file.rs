//! Responses that are files: their chunks, and saving them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, header};
use tokio::io::AsyncWriteExt;

use super::BodyStream;
use crate::error::Error;
use crate::response::Meta;

/// The chunks of a download. Dropping it cancels the download.
pub struct FileStream {
    operation: &'static str,
    meta: Box<Meta>,
    body: Option<BodyStream>,
    received: u64,
}

impl FileStream {
    pub(crate) fn new(operation: &'static str, meta: Box<Meta>, body: BodyStream) -> Self {
        Self {
            operation,
            meta,
            body: Some(body),
            received: 0,
        }
    }

    /// Returns the next chunk, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails if the connection fails or is idle for too long, or the length of the file differs from `content-length`.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        StreamExt::next(self).await
    }

    /// Returns the content type that the server reports.
    pub fn content_type(&self) -> Option<&str> {
        self.meta.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// Returns the length in bytes, if the server reports it.
    pub fn length(&self) -> Option<u64> {
        self.meta
            .headers
            .get(header::CONTENT_LENGTH)?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.meta.headers
    }

    /// Returns the number of bytes of the chunks so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    #[cfg(feature = "media")]
    pub(crate) fn attempts(&self) -> u32 {
        self.meta.attempts
    }

    fn length_error(&self) -> Option<Error> {
        let expected = self.length().filter(|length| *length != self.received)?;
        let problem = format!("the file has {} bytes instead of {expected}", self.received);
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
                self.received += chunk.len() as u64;
                return Poll::Ready(Some(Ok(chunk)));
            }
            Some(Err(error)) if error.is_interrupted() => {
                Some(Error::truncated().with_source(error))
            }
            Some(Err(error)) => Some(error),
            None => self.length_error(),
        };
        let Meta {
            status,
            headers,
            attempts,
            ..
        } = &*self.meta;
        let error = error.map(|error| {
            error
                .with_operation(self.operation)
                .with_attempts(*attempts)
                .with_response(*status, headers, Bytes::new())
        });
        let body = self.body.take();
        Poll::Ready(error.map(|error| {
            Err(match body {
                Some(body) => body.fail(error),
                None => error,
            })
        }))
    }
}

impl fmt::Debug for FileStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStream")
            .field("received", &self.received)
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}

/// A saved file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedFile {
    /// The path of the file.
    pub path: PathBuf,
    /// The length in bytes.
    pub length: u64,
    /// The content type that the server reports.
    pub content_type: Option<String>,
}

/// Saves a file at `path`. The file appears completely or not at all: a temporary file in the same directory is renamed
/// at the end.
pub(crate) async fn save(
    file: impl Future<Output = Result<FileStream, Error>>,
    path: &Path,
    operation: &'static str,
) -> Result<SavedFile, Error> {
    let named = |error: Error| error.with_operation(operation);
    let destination = destination(path).map_err(named)?;
    let mut file = file.await?;
    write(&destination, &mut file).await.map_err(named)?;
    let content_type = file.content_type().map(str::to_owned);
    Ok(SavedFile {
        path: path.to_owned(),
        length: file.received,
        content_type,
    })
}

/// Saves bytes at `path` in the same way.
pub(crate) async fn save_bytes(bytes: Bytes, path: &Path) -> Result<(), Error> {
    write(&destination(path)?, stream::iter([Ok(bytes)])).await
}

/// Writes a temporary file, and renames it.
async fn write(
    destination: &Path,
    mut chunks: impl Stream<Item = Result<Bytes, Error>> + Unpin,
) -> Result<(), Error> {
    let failed = |error| unwritable(destination, error);
    let (temporary, target) = TemporaryFile::create_next_to(destination).map_err(failed)?;
    let mut target = tokio::fs::File::from_std(target);
    while let Some(chunk) = chunks.next().await {
        target.write_all(&chunk?).await.map_err(failed)?;
    }
    target.flush().await.map_err(failed)?;
    // Otherwise a crash after the rename could leave an empty file in the place of the old one.
    target.sync_all().await.map_err(failed)?;
    drop(target);
    tokio::fs::rename(&temporary.0, destination)
        .await
        .map_err(failed)
}

fn unwritable(path: &Path, error: std::io::Error) -> Error {
    Error::file_write(format!("cannot write `{}`", path.display())).with_source(error)
}

/// Resolves a symbolic link. Rejects an existing path that is not a file.
fn destination(path: &Path) -> Result<PathBuf, Error> {
    let failed = |error| unwritable(path, error);
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    let destination = if is_link {
        std::fs::canonicalize(path).map_err(failed)?
    } else {
        path.to_owned()
    };
    match std::fs::metadata(&destination) {
        Ok(metadata) if !metadata.is_file() => {
            let problem = "the path exists and is not a file";
            Err(failed(std::io::Error::other(problem)))
        }
        _ => Ok(destination),
    }
}

/// A temporary file, which is removed unless it was renamed.
struct TemporaryFile(PathBuf);

impl TemporaryFile {
    /// Creates the file synchronously, with the permissions of the file that it will replace. Another thread could
    /// create it after the download was dropped.
    fn create_next_to(path: &Path) -> std::io::Result<(Self, std::fs::File)> {
        let name = format!(".imagine-{:016x}.part", fastrand::u64(..));
        let temporary = Self(path.with_file_name(name));
        let file = std::fs::File::create_new(&temporary.0)?;
        if let Ok(replaced) = std::fs::metadata(path) {
            file.set_permissions(replaced.permissions())?;
        }
        Ok((temporary, file))
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // The file does not exist after the rename. Other errors cannot be reported here.
        let _ = std::fs::remove_file(&self.0);
    }
}
