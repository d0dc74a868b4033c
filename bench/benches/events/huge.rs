//! Benchmarks one event of many megabytes, such as one that contains an image, in chunks as small as packets.

use bytes::Bytes;
use imagine_sdk::sse::Decoder;

use crate::{measure, sdk};

const CHUNK: usize = 1400;
const MEGABYTE: usize = 1 << 20;
const ROUNDS: usize = 9;

/// Prints the times of 8 and 16 MiB. Linear time shows as a ratio of 2.
pub fn run() {
    measure::head(&[
        "one event, in chunks of 1400 bytes",
        "8 MiB",
        "16 MiB",
        "16 : 8",
    ]);
    let [small, large] = [8, 16].map(|size| chunks(&one_line(size * MEGABYTE)));
    line("decoder alone, one line", &small, &large, decode);
    line("client.images_generate(..).stream()", &small, &large, call);
    let [small, large] = [8, 16].map(|size| chunks(&many_lines(size * MEGABYTE)));
    line("decoder alone, lines of 1000 bytes", &small, &large, decode);
}

fn line(name: &str, small: &[Bytes], large: &[Bytes], read: fn(&[Bytes])) {
    let times = measure::median(ROUNDS, &mut [&mut || read(small), &mut || read(large)]);
    measure::row(&[
        name.to_owned(),
        measure::milliseconds(times[0]),
        measure::milliseconds(times[1]),
        measure::ratio(times[1], times[0]),
    ]);
}

/// Wire case 19.
fn one_line(size: usize) -> Vec<u8> {
    let start = r#"data: {"id":"1","model":"m","object":"text_to_image","created":1.5,"data":[{"b64_json":""#;
    let mut event = start.as_bytes().to_vec();
    event.resize(start.len() + size, b'A');
    event.extend_from_slice(b"\"}]}\n\n");
    event
}

fn many_lines(size: usize) -> Vec<u8> {
    let line = format!("data: {}\n", "A".repeat(993));
    let mut event = line.repeat(size / line.len()).into_bytes();
    event.push(b'\n');
    event
}

fn chunks(event: &[u8]) -> Vec<Bytes> {
    event.chunks(CHUNK).map(Bytes::copy_from_slice).collect()
}

fn decode(chunks: &[Bytes]) {
    let mut decoder = Decoder::new(64 * MEGABYTE);
    let mut events = 0;
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(event) = decoder.next().unwrap() {
            std::hint::black_box(event.data());
            events += 1;
        }
    }
    assert_eq!(events, 1);
}

fn call(chunks: &[Bytes]) {
    let client = sdk::in_memory(chunks);
    measure::runtime().block_on(async {
        let mut stream = client.images_generate("A cat").stream().await.unwrap();
        let image = stream.next().await.unwrap().unwrap();
        assert!(image.data[0].b64_json.as_ref().unwrap().len() >= 8 * MEGABYTE);
    });
}
