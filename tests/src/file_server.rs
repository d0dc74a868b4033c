//! A server of files that writes its responses byte by byte as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::HeaderMap;
use imagine_sdk::MediaClient;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::{Clients, KEY, read_request};

/// A request for a file.
#[derive(Clone, Debug)]
pub struct FileRequest {
    /// The path and the query.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
}

impl FileRequest {
    fn parse(request: &[u8]) -> Self {
        let head = String::from_utf8_lossy(request);
        let mut lines = head.lines();
        let first = lines.next().unwrap();
        let headers = lines.map_while(|line| line.split_once(": "));
        Self {
            target: first.split(' ').nth(1).unwrap().to_owned(),
            headers: headers
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect::<Vec<(http::HeaderName, http::HeaderValue)>>()
                .into_iter()
                .collect(),
        }
    }

    /// Whether the key came along, in whichever header.
    pub fn has_key(&self) -> bool {
        self.headers
            .values()
            .any(|value| value.to_str().is_ok_and(|value| value.contains(KEY)))
    }
}

/// A response, byte by byte.
#[derive(Clone, Debug)]
pub struct FileResponse {
    /// Head and body.
    pub bytes: Vec<u8>,
    /// Whether the connection stays open afterwards.
    pub keep_open: bool,
}

impl FileResponse {
    /// A whole file.
    pub fn file(content_type: &str, body: &[u8]) -> Self {
        Self::with_content_length(content_type, body.len(), body)
    }

    /// A file of which another length is said than it has.
    pub fn with_content_length(content_type: &str, length: usize, body: &[u8]) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        Self {
            bytes: [head.as_bytes(), body].concat(),
            keep_open: false,
        }
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Self {
        let text = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        Self {
            bytes: text.into(),
            keep_open: false,
        }
    }
}

/// A server of files, until it is dropped.
#[derive(Debug)]
pub struct FileServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<FileRequest>>>,
    task: JoinHandle<()>,
}

impl FileServer {
    /// A server that answers by a rule.
    pub async fn start(rule: impl Fn(&str) -> FileResponse + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, rule) = (Arc::clone(&seen), Arc::new(rule));
        let task = tokio::spawn(async move {
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                let (kept, rule) = (Arc::clone(&kept), Arc::clone(&rule));
                tokio::spawn(async move {
                    let request = FileRequest::parse(&read_request(&mut connection).await);
                    let response = rule(&request.target);
                    kept.lock().unwrap().push(request);
                    write(connection, response).await;
                });
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    /// A server that gives one response to everything.
    pub async fn with_response(response: FileResponse) -> Self {
        Self::start(move |_| response.clone()).await
    }

    /// The address of a file.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// A client whose endpoint is on this server.
    pub fn client(&self) -> MediaClient {
        Clients::direct(&self.url("/media"), KEY).media
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<FileRequest> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn write(mut connection: TcpStream, response: FileResponse) {
    // The client may have left.
    let _ = connection.write_all(&response.bytes).await;
    if response.keep_open {
        std::future::pending::<()>().await;
    }
}
