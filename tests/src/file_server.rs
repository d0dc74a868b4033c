//! A file server that writes raw responses.

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
    /// The path with the query.
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

    /// Returns true if a header contains the key.
    pub fn has_key(&self) -> bool {
        self.headers
            .values()
            .any(|value| value.to_str().is_ok_and(|value| value.contains(KEY)))
    }
}

/// A raw response.
#[derive(Clone, Debug)]
pub struct FileResponse {
    /// The head and the body.
    pub bytes: Vec<u8>,
    /// Keeps the connection open after the response.
    pub keep_open: bool,
}

impl FileResponse {
    /// A complete file.
    pub fn file(content_type: &str, body: &[u8]) -> Self {
        Self::with_content_length(content_type, body.len(), body)
    }

    /// A file with a `Content-Length` that may be wrong.
    pub fn with_content_length(content_type: &str, length: usize, body: &[u8]) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        Self {
            bytes: [head.as_bytes(), body].concat(),
            keep_open: false,
        }
    }

    /// A redirect response.
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

/// A running file server. Stops when dropped.
#[derive(Debug)]
pub struct FileServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<FileRequest>>>,
    task: JoinHandle<()>,
}

impl FileServer {
    /// Starts a server that calls a function for each request.
    pub async fn start(rule: impl Fn(&str) -> FileResponse + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (recorded, rule) = (Arc::clone(&requests), Arc::new(rule));
        let task = tokio::spawn(async move {
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                let (recorded, rule) = (Arc::clone(&recorded), Arc::clone(&rule));
                tokio::spawn(async move {
                    let request = FileRequest::parse(&read_request(&mut connection).await);
                    let response = rule(&request.target);
                    recorded.lock().unwrap().push(request);
                    write(connection, response).await;
                });
            }
        });
        Self {
            address,
            requests,
            task,
        }
    }

    /// Starts a server with one response for all requests.
    pub async fn with_response(response: FileResponse) -> Self {
        Self::start(move |_| response.clone()).await
    }

    /// Returns the URL of a file.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Creates a client whose endpoint is this server.
    pub fn client(&self) -> MediaClient {
        Clients::direct(&self.url("/media"), KEY).media
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<FileRequest> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn write(mut connection: TcpStream, response: FileResponse) {
    // The client may have closed the connection.
    let _ = connection.write_all(&response.bytes).await;
    if response.keep_open {
        std::future::pending::<()>().await;
    }
}
