//! Opens the bodies of requests, and reads their files.

use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::{BoxFuture, Either};
use futures_util::{FutureExt, StreamExt, stream};
use tokio::io::AsyncRead;
use tokio_util::io::ReaderStream;

use super::RequestBody;
use crate::error::FileReadError;
use crate::request::{Body, BodyContent, Chunks, FilePart, Reader, Section, Source};

/// The bytes that are read at once. Each read of a file is a task of the runtime's blocking threads.
const READ_SIZE: usize = 256 * 1024;

impl FilePart {
    /// Uploads `length` bytes from `reader` with a file name.
    ///
    /// The call fails if the reader yields fewer or more bytes. The reader can be read once, so the request is never
    /// retried. Clones share the reader.
    ///
    /// ```
    /// let part = imagine_sdk::FilePart::reader("speech.wav", tokio::io::empty(), 0);
    /// # let _ = part;
    /// ```
    pub fn reader(
        name: impl Into<String>,
        reader: impl AsyncRead + Send + 'static,
        length: u64,
    ) -> Self {
        let chunks = ReaderStream::with_capacity(reader, READ_SIZE).boxed();
        Self::new(Source::Reader(Reader::new(length, chunks))).file_name(name)
    }
}

/// Returns the bytes of a body, or a future that opens its files. The future is boxed, because its large state would
/// enlarge the futures of all calls.
pub(crate) fn open(
    body: &Body,
) -> Either<Bytes, BoxFuture<'_, Result<RequestBody, FileReadError>>> {
    match body.content() {
        BodyContent::Bytes(bytes) => Either::Left(bytes),
        BodyContent::Sections(sections) => Either::Right(open_sections(sections).boxed()),
    }
}

async fn open_sections(sections: Vec<Section<'_>>) -> Result<RequestBody, FileReadError> {
    let mut total: u64 = 0;
    let mut opened = Vec::new();
    for section in sections {
        let (length, chunks) = match section {
            Section::Text(text) => in_memory(text.into()),
            Section::File(file) => open_file(file).await?,
        };
        total = total
            .checked_add(length)
            .ok_or_else(|| FileReadError::new("the form is longer than 2^64 bytes"))?;
        opened.push(chunks);
    }
    Ok(RequestBody::Stream {
        length: total,
        chunks: stream::iter(opened).flatten().boxed(),
    })
}

/// Opens a file. Returns its length in bytes and its content.
async fn open_file(file: &FilePart) -> Result<(u64, Chunks), FileReadError> {
    match file.source() {
        Source::Bytes(bytes) => Ok(in_memory(bytes.clone())),
        Source::Path(path) => open_path(path).await,
        Source::Reader(reader) => open_reader(reader),
    }
}

fn in_memory(bytes: Bytes) -> (u64, Chunks) {
    let length = bytes.len() as u64;
    (length, stream::once(async move { Ok(bytes) }).boxed())
}

fn open_reader(reader: &Reader) -> Result<(u64, Chunks), FileReadError> {
    let (length, chunks) = reader.open().ok_or_else(|| {
        FileReadError::new(
            "a reader can be sent once; use a path or bytes to send the file more than once",
        )
    })?;
    Ok((length, with_exact_length(length, chunks)))
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
