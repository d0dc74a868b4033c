//! The table of the README: this SDK compared with a hand-written client and async-openai.

use std::time::Duration;

use imagine_bench::fixtures;
use imagine_sdk::Client;

use crate::by_hand::{self, lossy};
use crate::openai::OpenAi;
use crate::{measure, memory, sdk, server};

/// The numbers of vectors and of their dimensions.
const VECTORS: usize = 512;
const DIMENSIONS: usize = 1024;

/// The size of an image in bytes.
const IMAGE: usize = 4 << 20;

const EVENTS: usize = 10_000;
const CALLS: usize = 100;

/// The clients of one server.
struct Clients {
    by_hand: by_hand::Client,
    openai: OpenAi,
    sdk: Client,
}

impl Clients {
    fn new(response: Vec<u8>) -> Self {
        let endpoint = format!("http://{}", server::start(response));
        Self {
            by_hand: by_hand::Client::new(&endpoint),
            openai: OpenAi::new(&endpoint),
            sdk: sdk::over_sockets(&endpoint),
        }
    }
}

/// Prints the processor time and the peak memory of each client.
pub fn run() {
    measure::head(&[
        "processor time, peak memory",
        "by hand",
        "async-openai",
        "SDK",
        "SDK : by hand",
        "SDK : openai",
        "traced : SDK",
        "by hand",
        "async-openai",
        "SDK",
        "SDK : by hand",
    ]);
    calls();
    events("an event of a stream, one to a write", 1);
    events("an event of a stream, 50 to a write", 50);
    embeddings();
    images();
}

fn calls() {
    let response = fixtures::in_seconds(str::from_utf8(fixtures::CHAT).unwrap());
    let clients = Clients::new(server::json(response.as_bytes()));
    let runtime = measure::runtime();
    let call = || {
        runtime.block_on(async {
            for _ in 0..CALLS {
                let response = clients.sdk.chat("Hi").model("m").await.unwrap();
                assert!(response.text().is_some());
            }
        });
    };
    line(
        "a call",
        CALLS,
        99,
        &mut [
            &mut || {
                runtime.block_on(async {
                    for _ in 0..CALLS {
                        std::hint::black_box(clients.by_hand.call::<lossy::Response>().await);
                    }
                });
            },
            &mut || {
                runtime.block_on(async {
                    for _ in 0..CALLS {
                        clients.openai.chat().await;
                    }
                });
            },
            &mut || call(),
            &mut || measure::traced(call),
        ],
    );
}

fn events(name: &str, together: usize) {
    let event = fixtures::in_seconds(fixtures::event());
    let mut chunks = vec![event.repeat(together).into_bytes(); EVENTS / together];
    chunks.push(fixtures::DONE.into());
    let clients = Clients::new(server::chunked(chunks));
    let runtime = measure::runtime();
    let stream = || {
        let bytes = runtime.block_on(async {
            let mut stream = clients.sdk.chat("Hi").model("m").stream().await.unwrap();
            let mut bytes = 0;
            while let Some(chunk) = stream.next().await {
                bytes += chunk.unwrap().text().map_or(0, |text| text.len());
            }
            bytes
        });
        check(bytes);
    };
    line(
        name,
        EVENTS,
        29,
        &mut [
            &mut || check(runtime.block_on(clients.by_hand.stream::<lossy::Chunk>())),
            &mut || check(runtime.block_on(clients.openai.stream())),
            &mut || stream(),
            &mut || measure::traced(stream),
        ],
    );
}

fn check(bytes: usize) {
    assert_eq!(bytes, EVENTS * fixtures::EVENT_TEXT.len());
}

fn embeddings() {
    let clients = Clients::new(server::json(&fixtures::embeddings(VECTORS, DIMENSIONS)));
    let texts = fixtures::texts(VECTORS);
    let runtime = measure::runtime();
    let check = |vectors: Vec<Vec<f32>>| {
        let numbers: usize = vectors.iter().map(Vec::len).sum();
        assert_eq!(numbers, VECTORS * DIMENSIONS);
    };
    let embed = || {
        let response = runtime.block_on(clients.sdk.embeddings(texts.clone()).send_f32());
        check(response.unwrap().into_vectors());
    };
    line(
        "embeddings, 512 x 1,024, as f32",
        1,
        29,
        &mut [
            &mut || check(runtime.block_on(clients.by_hand.embed(&texts))),
            &mut || check(runtime.block_on(clients.openai.embed(&texts))),
            &mut || embed(),
            &mut || measure::traced(embed),
        ],
    );
}

fn images() {
    let file = fixtures::file(IMAGE);
    let clients = Clients::new(server::json(&fixtures::image(&file)));
    let runtime = measure::runtime();
    let check = |bytes: &[u8]| assert!(bytes == file);
    let generate = || {
        let images = runtime.block_on(clients.sdk.images_generate("A cat").send());
        let image = images.unwrap().data.remove(0);
        check(&image.into_bytes().unwrap());
    };
    line(
        "an image of 4 MiB to bytes",
        1,
        29,
        &mut [
            &mut || check(&runtime.block_on(clients.by_hand.image())),
            &mut || check(&runtime.block_on(clients.openai.image())),
            &mut || generate(),
            &mut || measure::traced(generate),
        ],
    );
}

/// Prints a row.
fn line(name: &str, count: usize, rounds: usize, candidates: &mut [&mut dyn FnMut()]) {
    let times = measure::median(rounds, candidates);
    let peaks: Vec<usize> = candidates.iter_mut().map(memory::peak).collect();
    let each = |time: &Duration| measure::each(*time, count);
    let mut cells = vec![name.to_owned()];
    cells.extend(times[..3].iter().map(each));
    cells.push(measure::ratio(times[2], times[0]));
    cells.push(measure::ratio(times[2], times[1]));
    cells.push(measure::ratio(times[3], times[2]));
    cells.extend(
        peaks[..3]
            .iter()
            .map(|bytes| format!("{} KiB", bytes >> 10)),
    );
    cells.push(format!("{:.2} x", peaks[2] as f64 / peaks[0] as f64));
    measure::row(&cells);
}
