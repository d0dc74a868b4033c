//! Files to upload.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::io::AsyncRead;
use tokio_util::io::ReaderStream;

use crate::transport::{FileReadError, RequestBody};

/// The file name of bytes without a name.
const UNNAMED: &str = "upload";

/// The bytes that are read at once. Each read of a file is a task of the runtime's blocking threads.
const READ_SIZE: usize = 256 * 1024;

/// A file to upload: a path, bytes or a reader.
///
/// A request with a path or bytes can be retried. A reader can be read once, so a request with a reader is sent once.
/// The file name determines the content type. [`content_type`](Self::content_type) overrides it.
///
/// ```
/// use imagine_sdk::FilePart;
///
/// let from_path = FilePart::from("speech.wav");
/// let from_bytes = FilePart::bytes("speech.wav", b"RIFF...".to_vec());
/// let from_reader = FilePart::reader("speech.wav", tokio::io::empty(), 0);
/// # let _ = (from_path, from_bytes, from_reader);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FilePart {
    source: Source,
    name: Option<String>,
    content_type: Option<String>,
}

#[derive(Clone, PartialEq)]
enum Source {
    Path(PathBuf),
    Bytes(Bytes),
    Reader(Reader),
}

impl FilePart {
    /// Uploads the file at `path`. The file is opened for every attempt. A file that cannot be read fails the call with
    /// an error for which [`is_file_read`](crate::Error::is_file_read) is true.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Self {
            name,
            ..Self::new(Source::Path(path))
        }
    }

    /// Uploads bytes in memory with a file name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(bytes.into())).file_name(name)
    }

    /// Uploads `length` bytes from `reader` with a file name.
    ///
    /// The call fails if the reader yields fewer or more bytes. The reader can be read once, so the request is never
    /// retried. Clones share the reader.
    pub fn reader(
        name: impl Into<String>,
        reader: impl AsyncRead + Send + 'static,
        length: u64,
    ) -> Self {
        let reader = Reader {
            length,
            reader: Arc::new(Mutex::new(Some(Box::pin(reader)))),
        };
        Self::new(Source::Reader(reader)).file_name(name)
    }

    /// Sets the file name. Default: the name in the path, or `upload` for bytes.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the content type, for instance `audio/flac`. Default: the type of the file extension, or
    /// `application/octet-stream`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            name: None,
            content_type: None,
        }
    }

    pub(crate) fn wire_name(&self) -> &str {
        self.name.as_deref().unwrap_or(UNNAMED)
    }

    /// Returns the content type. The guess is that of the reference client, which sends WAV as `audio/x-wav`.
    pub(crate) fn wire_content_type(&self) -> String {
        if let Some(content_type) = &self.content_type {
            return content_type.clone();
        }
        match mime_guess::from_path(self.wire_name()).first() {
            Some(guess) if guess == "audio/wav" => "audio/x-wav".to_owned(),
            Some(guess) => guess.to_string(),
            None => "application/octet-stream".to_owned(),
        }
    }

    /// Returns bytes that are equal for equal files: the path, or the content. Readers are all different.
    #[cfg(feature = "inference")]
    pub(crate) fn identity(&self) -> Vec<u8> {
        let name = self.wire_name().as_bytes();
        match &self.source {
            Source::Path(path) => path.to_string_lossy().into_owned().into_bytes(),
            Source::Bytes(bytes) => [name, b"\0", bytes].concat(),
            Source::Reader(reader) => format!("{:p}", Arc::as_ptr(&reader.reader)).into_bytes(),
        }
    }

    pub(crate) fn is_replayable(&self) -> bool {
        !matches!(self.source, Source::Reader(_))
    }

    /// Returns the content type in a request whose body is the file: that of the caller, or else `media`. A range such
    /// as `image/*` is replaced by the type of the file extension.
    pub(crate) fn body_content_type(&self, media: &str) -> String {
        match &self.content_type {
            None if !media.contains('*') => media.to_owned(),
            _ => self.wire_content_type(),
        }
    }

    /// Opens the file as the body of a request.
    pub(crate) async fn open_body(&self) -> Result<RequestBody, FileReadError> {
        let (length, chunks) = self.open().await?;
        Ok(RequestBody::Stream { length, chunks })
    }

    /// Opens the file. Returns its length in bytes and its content.
    pub(crate) async fn open(&self) -> Result<(u64, Chunks), FileReadError> {
        match &self.source {
            Source::Bytes(bytes) => Ok((bytes.len() as u64, single_chunk(bytes.clone()))),
            Source::Path(path) => open_path(path).await,
            Source::Reader(reader) => reader.open(),
        }
    }
}

/// Prints the path or the length, but no content.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "Path({})", path.display()),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Reader(reader) => reader.fmt(f),
        }
    }
}

/// The chunks of a file.
pub(crate) type Chunks = BoxStream<'static, std::io::Result<Bytes>>;

pub(crate) fn single_chunk(bytes: Bytes) -> Chunks {
    stream::once(async move { Ok(bytes) }).boxed()
}

async fn open_path(path: &Path) -> Result<(u64, Chunks), FileReadError> {
    let failed =
        |error| FileReadError::with_source(format!("cannot read `{}`", path.display()), error);
    // Opening a pipe would block until a process opens it for writing.
    let metadata = tokio::fs::metadata(path).await.map_err(failed)?;
    if !metadata.is_file() {
        return Err(FileReadError::new(format!(
            "`{}` is not a file",
            path.display()
        )));
    }
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let length = file.metadata().await.map_err(failed)?.len();
    let chunks = file_chunks(file.into_std().await);
    Ok((length, with_exact_length(length, chunks)))
}

/// Reads chunks of a file on the runtime's blocking threads. `tokio::fs::File` would copy each of them.
fn file_chunks(file: std::fs::File) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    let start = (file, SentChunks::default());
    stream::try_unfold(start, |(mut file, mut sent)| async move {
        let read = tokio::task::spawn_blocking(move || {
            let chunk = sent.read_next(&mut file);
            (file, sent, chunk)
        });
        let (file, sent, chunk) = read.await.map_err(std::io::Error::other)?;
        Ok(chunk?.map(|chunk| (chunk, (file, sent))))
    })
}

/// The chunks that were read. The memory of a chunk is used again when the connection has sent it: memory that is
/// allocated anew costs more than to copy the chunk.
#[derive(Default)]
struct SentChunks(Vec<Bytes>);

impl SentChunks {
    /// Reads a chunk. Returns `None` at the end of the file.
    fn read_next(&mut self, file: &mut impl Read) -> std::io::Result<Option<Bytes>> {
        let mut buffer = self.free_buffer();
        buffer.resize(READ_SIZE, 0);
        let count = file.read(&mut buffer)?;
        buffer.truncate(count);
        let chunk = Bytes::from(buffer);
        self.0.push(chunk.clone());
        Ok((count > 0).then_some(chunk))
    }

    fn free_buffer(&mut self) -> Vec<u8> {
        let free = self.0.iter().position(Bytes::is_unique);
        let buffer = free.map(|index| Vec::from(self.0.swap_remove(index)));
        buffer.unwrap_or_default()
    }
}

type BoxReader = Pin<Box<dyn AsyncRead + Send>>;

/// A reader that can be opened once.
#[derive(Clone)]
struct Reader {
    length: u64,
    reader: Arc<Mutex<Option<BoxReader>>>,
}

impl Reader {
    fn open(&self) -> Result<(u64, Chunks), FileReadError> {
        let reader = self.reader.lock().ok().and_then(|mut reader| reader.take());
        let reader = reader.ok_or_else(|| {
            FileReadError::new(
                "a reader can be sent once; use a path or bytes to send the file more than once",
            )
        })?;
        let chunks = ReaderStream::with_capacity(reader, READ_SIZE);
        Ok((self.length, with_exact_length(self.length, chunks)))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} bytes)", self.length)
    }
}

impl PartialEq for Reader {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.reader, &other.reader)
    }
}

/// Yields the chunks. Fails if the number of their bytes differs from `length`, because a wrong length would
/// desynchronize the connection.
fn with_exact_length(
    length: u64,
    chunks: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
) -> Chunks {
    let chunks = chunks.map(Some).chain(stream::iter([None]));
    let mut left = length;
    chunks
        .filter_map(move |chunk| std::future::ready(check(&mut left, chunk)))
        .boxed()
}

fn check(left: &mut u64, chunk: Option<std::io::Result<Bytes>>) -> Option<std::io::Result<Bytes>> {
    let error = match chunk {
        Some(Ok(chunk)) => match left.checked_sub(chunk.len() as u64) {
            Some(rest) => {
                *left = rest;
                return Some(Ok(chunk));
            }
            None => FileReadError::new("the file is longer than when it was opened"),
        },
        Some(Err(error)) => FileReadError::with_source("cannot read the file", error),
        None if *left > 0 => FileReadError::new("the file is shorter than when it was opened"),
        None => return None,
    };
    Some(Err(std::io::Error::other(error)))
}

impl From<&str> for FilePart {
    fn from(path: &str) -> Self {
        Self::path(path)
    }
}

impl From<&String> for FilePart {
    fn from(path: &String) -> Self {
        Self::path(path)
    }
}

impl From<&PathBuf> for FilePart {
    fn from(path: &PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<String> for FilePart {
    fn from(path: String) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for FilePart {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<PathBuf> for FilePart {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

/// Uploads bytes with the file name `upload`.
impl From<Vec<u8>> for FilePart {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(Source::Bytes(bytes.into()))
    }
}

/// Uploads bytes with the file name `upload`.
impl From<Bytes> for FilePart {
    fn from(bytes: Bytes) -> Self {
        Self::new(Source::Bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The memory of a chunk that is still being sent is never written again.
    #[test]
    fn only_the_memory_of_sent_chunks_is_used_again() {
        let bytes = [vec![1; READ_SIZE], vec![2; READ_SIZE], vec![3; 10]].concat();
        let (mut file, mut sent) = (&bytes[..], SentChunks::default());
        let mut next = || sent.read_next(&mut file).unwrap();
        let (unsent, second) = (next().unwrap(), next().unwrap());
        let memory = second.as_ptr();
        drop(second);
        let last = next().unwrap();
        assert_eq!(last.as_ptr(), memory);
        assert_eq!(last, [3; 10][..]);
        assert!(unsent.iter().all(|byte| *byte == 1));
        assert_eq!(next(), None);
    }
}
