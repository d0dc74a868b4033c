//! Uploads of a large file: from memory and from a path, over plain HTTP to a server that discards them.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cpu_time::{ProcessTime, ThreadTime};
use imagine_sdk::{Client, FilePart};
use tokio::io::AsyncReadExt;

use crate::{measure, server};

const MEBIBYTES: usize = 256;

const ROUNDS: usize = 7;

/// A server on a thread of its own, and the processor time of that thread.
struct Sink {
    client: Client,
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
            .endpoint(endpoint)
            .api_key("any-key")
            .no_proxy();
        Self {
            client: client.build().unwrap(),
            nanoseconds,
        }
    }

    /// Returns the processor time of an upload, without that of the server.
    fn upload(&self, file: impl FnOnce() -> FilePart) -> Duration {
        let server = self.nanoseconds.load(Ordering::SeqCst);
        let started = ProcessTime::now();
        let transcription = self.client.transcribe(file()).send();
        measure::runtime().block_on(transcription).unwrap();
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
            if end.ends_with(b"--\r\n") {
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

/// Writes the file, which is then in the page cache.
fn file() -> PathBuf {
    let path = std::env::temp_dir().join(format!("imagine-bench-{}.wav", std::process::id()));
    let mut file = std::fs::File::create(&path).unwrap();
    for _ in 0..MEBIBYTES {
        file.write_all(&vec![7; 1 << 20]).unwrap();
    }
    path
}

pub fn run() {
    let sink = Sink::start();
    let path = file();
    let memory = Bytes::from(std::fs::read(&path).unwrap());
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        let uploads = [
            sink.upload(|| FilePart::bytes("a.wav", memory.clone())),
            sink.upload(|| FilePart::bytes("a.wav", std::fs::read(&path).unwrap())),
            sink.upload(|| FilePart::path(&path)),
        ];
        // The first round warms up.
        for (times, time) in times.iter_mut().zip(uploads) {
            if round > 0 {
                times.push(time);
            }
        }
    }
    std::fs::remove_file(&path).unwrap();
    let [memory, read, path] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    measure::head(&["upload", "time", "to memory", "to read"]);
    for (name, time) in [
        ("in memory", memory),
        ("read into memory, then sent", read),
        ("from a path", path),
    ] {
        measure::row(&[
            format!("{MEBIBYTES} MiB {name}"),
            measure::milliseconds(time),
            measure::ratio(time, memory),
            measure::ratio(time, read),
        ]);
    }
}
