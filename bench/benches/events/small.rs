//! Benchmarks streams of many small events, in memory and over a socket.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use imagine_bench::fixtures;
use imagine_sdk::Client;

use crate::by_hand::{self, Text, lossless, lossy};
use crate::{measure, sdk, server};

const EVENTS: usize = 10_000;
const ROUNDS: usize = 29;

/// The numbers of events in one chunk.
const WRITES: [(&str, usize); 2] = [("one to a chunk", 1), ("50 to a chunk", 50)];

/// Prints the time of an event.
pub fn run() {
    measure::head(&[
        "an event of a chat",
        "bytes only",
        "by hand",
        "careful",
        "SDK",
        "SDK : by hand",
        "SDK : careful",
        "traced : SDK",
    ]);
    for (shape, event) in [
        ("fixture", fixtures::event().to_owned()),
        ("with nulls", with_nulls()),
    ] {
        for (name, together) in WRITES {
            let chunks = chunks(&event, together);
            in_memory(&format!("{shape}, in memory, {name}"), &chunks);
            over_a_socket(&format!("{shape}, by socket, {name}"), &chunks);
        }
    }
}

/// Returns the event of a server that writes absent fields as null.
fn with_nulls() -> String {
    fixtures::event().replace(
        r#""finish_reason": null}]}"#,
        r#""logprobs": null, "finish_reason": null}], "usage": null}"#,
    )
}

fn chunks(event: &str, together: usize) -> Vec<Bytes> {
    let full = Bytes::from(event.repeat(together));
    let mut chunks = vec![full; EVENTS / together];
    chunks.push(fixtures::DONE.into());
    chunks
}

fn in_memory(name: &str, chunks: &[Bytes]) {
    line(
        name,
        &mut [
            &mut || measure::runtime().block_on(read_by_hand::<lossy::Chunk>(chunks)),
            &mut || measure::runtime().block_on(read_by_hand::<lossless::Chunk>(chunks)),
            &mut || read_from_memory(chunks),
            &mut || measure::traced(|| read_from_memory(chunks)),
        ],
    );
}

fn read_from_memory(chunks: &[Bytes]) {
    let client = sdk::in_memory(chunks);
    measure::runtime().block_on(read(&client));
}

fn over_a_socket(name: &str, chunks: &[Bytes]) {
    let address = server::start(server::chunked(chunks.iter().map(|chunk| chunk.to_vec())));
    let endpoint = format!("http://{address}");
    let client = by_hand::Client::new(&endpoint);
    let careful = by_hand::Client::careful(&endpoint);
    let sdk_client = sdk::over_sockets(&endpoint);
    let runtime = measure::runtime();
    line(
        name,
        &mut [
            &mut || check(runtime.block_on(client.stream::<lossy::Chunk>())),
            &mut || check(runtime.block_on(careful.stream::<lossless::Chunk>())),
            &mut || runtime.block_on(read(&sdk_client)),
            &mut || measure::traced(|| runtime.block_on(read(&sdk_client))),
            &mut || runtime.block_on(client.receive()),
        ],
    );
}

/// Prints a row: the hand-written client, the careful one, the SDK, the SDK with a subscriber, and a client that only
/// receives the bytes, which is the lower bound for all. In memory the bound is zero and left out.
fn line(name: &str, candidates: &mut [&mut dyn FnMut()]) {
    let times = measure::median(ROUNDS, candidates);
    let each = |time: &Duration| measure::each(*time, EVENTS);
    let mut cells = vec![name.to_owned()];
    cells.push(times.get(4).map(each).unwrap_or_default());
    cells.extend(times[..3].iter().map(each));
    cells.push(measure::ratio(times[2], times[0]));
    cells.push(measure::ratio(times[2], times[1]));
    cells.push(measure::ratio(times[3], times[2]));
    measure::row(&cells);
}

async fn read_by_hand<T: Text>(chunks: &[Bytes]) {
    let body = stream::iter(chunks.iter().cloned().map(Ok::<_, std::io::Error>));
    check(by_hand::read::<T, _, _, _>(body).await);
}

async fn read(client: &Client) {
    let mut stream = client.chat("Hi").model("m").stream().await.unwrap();
    let mut bytes = 0;
    while let Some(chunk) = stream.next().await {
        bytes += chunk.unwrap().text().map_or(0, |text| text.len());
    }
    check(bytes);
}

fn check(bytes: usize) {
    assert_eq!(bytes, EVENTS * fixtures::EVENT_TEXT.len());
}
