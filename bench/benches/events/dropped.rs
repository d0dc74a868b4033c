//! Measures the time from dropping a call to the server seeing the closed connection.

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

/// The head and the first event of a stream.
const STREAM_START: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n11\r\ndata: {\"id\":\"1\"}\n\r\n";

/// Prints the time from a drop to the closed connection, as the server sees it.
pub fn run() {
    measure::head(&["drop to closed connection", "median", "longest"]);
    row("a call without a response", b"", async |client, events| {
        let mut call = Box::pin(client.chat("Hi").model("m").send());
        select(&mut call, pin!(events.received.recv())).await;
        Some(call)
    });
    row(
        "a stream between two events",
        STREAM_START,
        async |client, events| {
            let stream = client.chat("Hi").model("m").stream().await.unwrap();
            events.received.recv().await.unwrap();
            stream
        },
    );
}

fn row<T>(
    name: &str,
    response: &'static [u8],
    start: impl AsyncFn(&Client, &mut ServerEvents) -> T,
) {
    let (address, mut events) = serve(response);
    let client = sdk::over_sockets(&format!("http://{address}"));
    let mut times: Vec<Duration> = measure::runtime().block_on(async {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let started = start(&client, &mut events).await;
            let dropped = Instant::now();
            drop(started);
            let closed = events.closed.recv().await.unwrap();
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

/// The events of the server: received requests and closed connections.
struct ServerEvents {
    received: UnboundedReceiver<()>,
    closed: UnboundedReceiver<Instant>,
}

fn serve(response: &'static [u8]) -> (SocketAddr, ServerEvents) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (receive, received) = unbounded_channel();
    let (close, closed) = unbounded_channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let (receive, close) = (receive.clone(), close.clone());
            thread::spawn(move || converse(connection.unwrap(), response, &receive, &close));
        }
    });
    (address, ServerEvents { received, closed })
}

fn converse(
    mut connection: TcpStream,
    response: &[u8],
    receive: &UnboundedSender<()>,
    close: &UnboundedSender<Instant>,
) {
    let mut buffer = [0; 4096];
    let mut request = Vec::new();
    // A request ends with the end of its JSON body. A closed connection ends the loop.
    while let Ok(count @ 1..) = connection.read(&mut buffer) {
        request.extend_from_slice(&buffer[..count]);
        if request.ends_with(b"}") {
            connection.write_all(response).unwrap();
            receive.send(()).unwrap();
        }
    }
    close.send(Instant::now()).unwrap();
}
