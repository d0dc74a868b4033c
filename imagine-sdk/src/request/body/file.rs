//! Files to upload.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_core::stream::BoxStream;

/// The file name of bytes without a name.
const UNNAMED: &str = "upload";

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
/// # let _ = (from_path, from_bytes);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FilePart {
    source: Source,
    name: Option<String>,
    content_type: Option<String>,
}

/// The content of a file.
#[derive(Clone, PartialEq)]
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(Bytes),
    Reader(Reader),
}

/// The chunks of a file.
pub(crate) type Chunks = BoxStream<'static, std::io::Result<Bytes>>;

/// A reader that can be opened once.
#[derive(Clone)]
pub(crate) struct Reader {
    length: u64,
    chunks: Arc<Mutex<Option<Chunks>>>,
}

impl Reader {
    pub(crate) fn new(length: u64, chunks: Chunks) -> Self {
        Self {
            length,
            chunks: Arc::new(Mutex::new(Some(chunks))),
        }
    }

    /// Returns the length in bytes and the chunks. The second call returns `None`.
    pub(crate) fn open(&self) -> Option<(u64, Chunks)> {
        let chunks = self.chunks.lock().ok()?.take()?;
        Some((self.length, chunks))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} bytes)", self.length)
    }
}

impl PartialEq for Reader {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chunks, &other.chunks)
    }
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

    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            name: None,
            content_type: None,
        }
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
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
    #[cfg(all(feature = "bulk", feature = "inference"))]
    pub(crate) fn identity(&self) -> Vec<u8> {
        let name = self.wire_name().as_bytes();
        match &self.source {
            Source::Path(path) => path.to_string_lossy().into_owned().into_bytes(),
            Source::Bytes(bytes) => [name, b"\0", bytes].concat(),
            Source::Reader(reader) => format!("{:p}", Arc::as_ptr(&reader.chunks)).into_bytes(),
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
