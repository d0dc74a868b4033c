//! How soon the service sees that nobody waits for its response any more.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::pin;
use std::thread;
use std::time::{Duration, Instant};

use futures_util::future::select;
use imagine_sdk::Client;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{measure, sdk};

const ROUNDS: usize = 200;

/// A stream that has begun.
const BEGUN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n11\r\ndata: {\"id\":\"1\"}\n\r\n";

/// Prints how long after a drop the connection is closed, as the server sees it.
pub fn run() {
    measure::head(&["dropped, and seen closed after", "median", "longest"]);
    row("a call without a response", b"", async |client, asked| {
        let mut call = Box::pin(client.chat("Hi").model("m").send());
        select(&mut call, pin!(asked.recv())).await;
        Some(call)
    });
    row(
        "a stream between two events",
        BEGUN,
        async |client, asked| {
            let stream = client.chat("Hi").model("m").stream().await.unwrap();
            asked.recv().await.unwrap();
            stream
        },
    );
}

fn row<T>(
    name: &str,
    response: &'static [u8],
    begin: impl AsyncFn(&Client, &mut UnboundedReceiver<()>) -> T,
) {
    let (address, mut seen) = serve(response);
    let client = sdk::over_sockets(&format!("http://{address}"));
    let mut times: Vec<Duration> = measure::runtime().block_on(async {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let begun = begin(&client, &mut seen.asked).await;
            let dropped = Instant::now();
            drop(begun);
            let closed = seen.closed.recv().await.unwrap();
            times.push(closed.saturating_duration_since(dropped));
        }
        times
    });
    times.sort();
    measure::row(&[
        name.to_owned(),
        measure::milliseconds(times[ROUNDS / 2]),
        measure::milliseconds(times[ROUNDS - 1]),
    ]);
}

/// What the server tells: that a request came, and when its connection was closed.
struct Seen {
    asked: UnboundedReceiver<()>,
    closed: UnboundedReceiver<Instant>,
}

fn serve(response: &'static [u8]) -> (SocketAddr, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (ask, asked) = unbounded_channel();
    let (close, closed) = unbounded_channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let (ask, close) = (ask.clone(), close.clone());
            thread::spawn(move || converse(connection.unwrap(), response, &ask, &close));
        }
    });
    (address, Seen { asked, closed })
}

fn converse(
    mut connection: TcpStream,
    response: &[u8],
    ask: &UnboundedSender<()>,
    close: &UnboundedSender<Instant>,
) {
    let mut buffer = [0; 4096];
    let mut request = Vec::new();
    // The request ends with the end of its JSON. A connection that is closed ends the mode.
    while let Ok(count @ 1..) = connection.read(&mut buffer) {
        request.extend_from_slice(&buffer[..count]);
        if request.ends_with(b"}") {
            connection.write_all(response).unwrap();
            ask.send(()).unwrap();
        }
    }
    close.send(Instant::now()).unwrap();
}
