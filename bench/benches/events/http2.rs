//! Benchmarks concurrent calls on one HTTP/2 connection over TLS.

use futures_util::future::join_all;
use imagine_bench::fixtures;

use crate::by_hand::{self, lossless, lossy};
use crate::h2_server::Server;
use crate::{measure, memory, sdk};

const CALLS: usize = 2000;
const ROUNDS: usize = 29;

/// Prints the time of a call, and the peak memory of all calls.
pub fn run() {
    measure::head(&[
        "concurrent calls over HTTP/2",
        "by hand",
        "careful",
        "SDK",
        "SDK : by hand",
        "SDK : careful",
        "by hand",
        "careful",
        "SDK",
        "SDK : by hand",
    ]);
    let server = Server::start(fixtures::CHAT, CALLS);
    let (endpoint, certificate) = (&server.endpoint, &server.certificate);
    let client = by_hand::Client::secure(endpoint, certificate);
    let careful = by_hand::Client::secure_and_careful(endpoint, certificate);
    let sdk_client = sdk::over_tls(endpoint, certificate, CALLS);
    let runtime = measure::runtime();
    let by_hand = |calls| {
        let calls = (0..calls).map(|_| client.call::<lossy::Response>());
        std::hint::black_box(runtime.block_on(join_all(calls)));
    };
    let careful = |calls| {
        let calls = (0..calls).map(|_| careful.call::<lossless::Response>());
        std::hint::black_box(runtime.block_on(join_all(calls)));
    };
    let sdk = |calls| {
        let calls = (0..calls).map(|_| sdk_client.chat("Hi").model("m").send());
        for response in runtime.block_on(join_all(calls)) {
            assert!(response.unwrap().text().is_some());
        }
    };
    // Each client opens its connection with a call, which the others then share.
    by_hand(1);
    careful(1);
    sdk(1);
    let candidates: &mut [&mut dyn FnMut()] =
        &mut [&mut || by_hand(CALLS), &mut || careful(CALLS), &mut || {
            sdk(CALLS)
        }];
    let times = measure::median(ROUNDS, candidates);
    let peaks: Vec<usize> = candidates.iter_mut().map(memory::peak).collect();
    assert_eq!(server.connections(), 3, "one for each client");

    let mut cells = vec![format!("{CALLS} times client.chat(..) with chat.json")];
    cells.extend(times.iter().map(|time| measure::each(*time, CALLS)));
    cells.push(measure::ratio(times[2], times[0]));
    cells.push(measure::ratio(times[2], times[1]));
    cells.extend(peaks.iter().map(|bytes| format!("{} KiB", bytes >> 10)));
    cells.push(format!("{:.2} x", peaks[2] as f64 / peaks[0] as f64));
    measure::row(&cells);
}
