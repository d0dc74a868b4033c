//! Uploads of large files over plain HTTP to a server that discards them: from memory and from a path, and beside
//! reqwest.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use cpu_time::{ProcessTime, ThreadTime};
use futures_util::{StreamExt, stream};
use imagine_sdk::{Client, FilePart};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::{measure, memory, server};

const MEBIBYTES: usize = 256;
const LARGE_MEBIBYTES: usize = 1024;

const ROUNDS: usize = 7;

/// The end of a form.
const END: &[u8] = b"--\r\n";

/// A server on a thread of its own, and the processor time of that thread.
struct Sink {
    endpoint: String,
    client: Client,
    http: reqwest::Client,
    nanoseconds: Arc<AtomicU64>,
}

impl Sink {
    fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}/v2", listener.local_addr().unwrap());
        let nanoseconds = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&nanoseconds);
        std::thread::spawn(move || measure::runtime().block_on(discard(listener, counter)));
        let client = Client::builder()
            .endpoint(&endpoint)
            .api_key("any-key")
            .no_proxy();
        let http = reqwest::Client::builder().no_proxy();
        Self {
            endpoint,
            client: client.build().unwrap(),
            http: http.build().unwrap(),
            nanoseconds,
        }
    }

    fn upload(&self, file: FilePart) {
        let transcription = self.client.transcribe(file).send();
        measure::runtime().block_on(transcription).unwrap();
    }

    /// Uploads a file with reqwest alone.
    fn upload_by_hand(&self, path: &Path) {
        measure::runtime().block_on(async {
            let file = tokio::fs::File::open(path).await.unwrap();
            let length = file.metadata().await.unwrap().len() + END.len() as u64;
            let chunks = ReaderStream::with_capacity(file, 256 << 10);
            let chunks = chunks.chain(stream::iter([Ok(Bytes::from_static(END))]));
            let request = self.http.post(&self.endpoint);
            let request = request.header(reqwest::header::CONTENT_LENGTH, length);
            let body = reqwest::Body::wrap_stream(chunks);
            request.body(body).send().await.unwrap();
        });
    }

    /// Returns the processor time of an upload, without that of the server.
    fn time(&self, upload: impl FnOnce()) -> Duration {
        let server = self.nanoseconds.load(Ordering::SeqCst);
        let started = ProcessTime::now();
        upload();
        let server = self.nanoseconds.load(Ordering::SeqCst) - server;
        started
            .elapsed()
            .saturating_sub(Duration::from_nanos(server))
    }
}

/// Reads requests to the end of their forms, and responds.
async fn discard(listener: std::net::TcpListener, nanoseconds: Arc<AtomicU64>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let response = server::json(br#"{"text": "Manchego"}"#);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut end = Vec::new();
        loop {
            let count = connection.read(&mut buffer).await.unwrap_or(0);
            if count == 0 {
                break;
            }
            end.extend_from_slice(&buffer[count.saturating_sub(64)..count]);
            end.drain(..end.len().saturating_sub(64));
            if end.ends_with(END) {
                let used = ThreadTime::now().as_duration().as_nanos();
                nanoseconds.store(u64::try_from(used).unwrap(), Ordering::SeqCst);
                connection_response(&mut connection, &response).await;
                end.clear();
            }
        }
    }
}

async fn connection_response(connection: &mut tokio::net::TcpStream, response: &[u8]) {
    use tokio::io::AsyncWriteExt;
    let _ = connection.write_all(response).await;
}

/// Writes a file, which is then in the page cache.
fn file(mebibytes: usize) -> PathBuf {
    let path = std::env::temp_dir().join(format!("imagine-bench-{}.wav", std::process::id()));
    let mut file = std::fs::File::create(&path).unwrap();
    for _ in 0..mebibytes {
        file.write_all(&vec![7; 1 << 20]).unwrap();
    }
    path
}

pub fn run() {
    let sink = Sink::start();
    sources(&sink);
    beside_reqwest(&sink);
}

fn sources(sink: &Sink) {
    let path = file(MEBIBYTES);
    let memory = Bytes::from(std::fs::read(&path).unwrap());
    let [memory, read, path_time] = medians(|| {
        [
            sink.time(|| sink.upload(FilePart::bytes("a.wav", memory.clone()))),
            sink.time(|| sink.upload(FilePart::bytes("a.wav", std::fs::read(&path).unwrap()))),
            sink.time(|| sink.upload(FilePart::path(&path))),
        ]
    });
    std::fs::remove_file(&path).unwrap();
    measure::head(&["upload", "time", "to memory", "to read"]);
    for (name, time) in [
        ("in memory", memory),
        ("read into memory, then sent", read),
        ("from a path", path_time),
    ] {
        measure::row(&[
            format!("{MEBIBYTES} MiB {name}"),
            measure::milliseconds(time),
            measure::ratio(time, memory),
            measure::ratio(time, read),
        ]);
    }
}

/// Compares with a stream of reqwest that reads 256 KiB at once.
fn beside_reqwest(sink: &Sink) {
    let path = file(LARGE_MEBIBYTES);
    let by_hand = || sink.upload_by_hand(&path);
    let sdk = || sink.upload(FilePart::path(&path));
    let [processor, processor_sdk] = medians(|| [sink.time(by_hand), sink.time(sdk)]);
    let [wall, wall_sdk] = medians(|| [wall(by_hand), wall(sdk)]);
    let peaks = [memory::peak(by_hand), memory::peak(sdk)];
    std::fs::remove_file(&path).unwrap();
    measure::head(&["upload from a path", "reqwest", "SDK", "SDK : reqwest"]);
    let name = |figure| format!("{LARGE_MEBIBYTES} MiB, {figure}");
    for (figure, by_hand, sdk) in [
        ("processor time", processor, processor_sdk),
        ("wall-clock time", wall, wall_sdk),
    ] {
        measure::row(&[
            name(figure),
            measure::milliseconds(by_hand),
            measure::milliseconds(sdk),
            measure::ratio(sdk, by_hand),
        ]);
    }
    let [by_hand, sdk] = peaks.map(|bytes| format!("{} KiB", bytes >> 10));
    let ratio = format!("{:.2} x", peaks[1] as f64 / peaks[0] as f64);
    measure::row(&[name("peak memory"), by_hand, sdk, ratio]);
}

fn wall(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// Returns the median times of the rounds. The first one warms up and does not count.
fn medians<const N: usize>(mut round: impl FnMut() -> [Duration; N]) -> [Duration; N] {
    round();
    let rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    std::array::from_fn(|candidate| {
        let mut times: Vec<_> = rounds.iter().map(|times| times[candidate]).collect();
        times.sort();
        times[times.len() / 2]
    })
}
