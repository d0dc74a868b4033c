//! A file to upload: a path, bytes, or a reader.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::io::AsyncRead;
use tokio_util::io::ReaderStream;

use crate::transport::FileReadError;

/// The name that the service is told for bytes that have none.
const UNNAMED: &str = "upload";

/// A file to upload.
///
/// A path or bytes can be sent again when an attempt fails; a reader can not, so a request with one is
/// sent once. The file name decides the content type, unless [`content_type`](Self::content_type) does.
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
    /// The file at `path`, opened when the request is sent, and once more for each time that it is sent again. A
    /// file that cannot be read is an error of the call, for which [`is_file_read`](crate::Error::is_file_read)
    /// holds.
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

    /// Bytes in memory, with the file name that the service is told.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(bytes.into())).file_name(name)
    }

    /// What `reader` yields, `length` bytes, with the file name that the service is told.
    ///
    /// A reader that ends early or goes on is an error while sending. It can be read once, so the request is sent
    /// once, whatever happens to it; the same goes for a clone.
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

    /// Changes the file name that the service is told.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Changes the content type, for instance to `audio/flac`.
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

    pub(crate) fn name_on_wire(&self) -> &str {
        self.name.as_deref().unwrap_or(UNNAMED)
    }

    /// The guess is that of the reference client, which calls WAV `audio/x-wav`.
    pub(crate) fn type_on_wire(&self) -> String {
        if let Some(content_type) = &self.content_type {
            return content_type.clone();
        }
        match mime_guess::from_path(self.name_on_wire()).first() {
            Some(guess) if guess == "audio/wav" => "audio/x-wav".to_owned(),
            Some(guess) => guess.to_string(),
            None => "application/octet-stream".to_owned(),
        }
    }

    pub(crate) fn is_replayable(&self) -> bool {
        !matches!(self.source, Source::Reader(_))
    }

    /// The bytes from the first one on, and how many there are.
    pub(crate) async fn open(&self) -> Result<(u64, Chunks), FileReadError> {
        match &self.source {
            Source::Bytes(bytes) => Ok((bytes.len() as u64, once(bytes.clone()))),
            Source::Path(path) => open_path(path).await,
            Source::Reader(reader) => reader.open(),
        }
    }
}

/// A file is shown by where it is or how long it is, not by what is in it.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "Path({})", path.display()),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Reader(reader) => reader.fmt(f),
        }
    }
}

/// The content of a file, in pieces.
pub(crate) type Chunks = BoxStream<'static, std::io::Result<Bytes>>;

pub(crate) fn once(bytes: Bytes) -> Chunks {
    stream::once(async move { Ok(bytes) }).boxed()
}

async fn open_path(path: &Path) -> Result<(u64, Chunks), FileReadError> {
    let failed =
        |error| FileReadError::with_source(format!("`{}` cannot be read", path.display()), error);
    // Opening a pipe would wait for whoever writes into it.
    let metadata = tokio::fs::metadata(path).await.map_err(failed)?;
    if !metadata.is_file() {
        return Err(FileReadError::new(format!(
            "`{}` is not a file",
            path.display()
        )));
    }
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let length = file.metadata().await.map_err(failed)?.len();
    Ok((length, exactly(length, file)))
}

type BoxReader = Pin<Box<dyn AsyncRead + Send>>;

/// A reader that is taken out when it is opened.
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
                "a reader can be sent once; give a path or bytes to send the file again",
            )
        })?;
        Ok((self.length, exactly(self.length, reader)))
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

/// Passes on what `reader` yields, and fails when it is not `length` bytes: a wrong length would leave
/// the connection in the middle of a body.
fn exactly(length: u64, reader: impl AsyncRead + Send + 'static) -> Chunks {
    let chunks = ReaderStream::new(reader)
        .map(Some)
        .chain(stream::iter([None]));
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
        Some(Err(error)) => FileReadError::with_source("the file cannot be read", error),
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

/// Bytes without a name; the service is told the name `upload`.
impl From<Vec<u8>> for FilePart {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(Source::Bytes(bytes.into()))
    }
}

/// Bytes without a name; the service is told the name `upload`.
impl From<Bytes> for FilePart {
    fn from(bytes: Bytes) -> Self {
        Self::new(Source::Bytes(bytes))
    }
}
