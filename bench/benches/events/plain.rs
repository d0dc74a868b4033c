//! Benchmarks buffered calls over a kept-alive connection.

use imagine_bench::fixtures;
use imagine_sdk::Client;

use crate::by_hand::{self, lossless, lossy};
use crate::{measure, sdk, server};

const CALLS: usize = 300;
const ROUNDS: usize = 149;

/// Prints the time of a call.
pub fn run() {
    let names = [
        "a buffered call",
        "by hand",
        "careful",
        "SDK",
        "SDK : by hand",
        "SDK : careful",
        "traced : SDK",
    ];
    measure::head(&names);
    let endpoint = format!("http://{}", server::start(server::json(fixtures::CHAT)));
    let client = by_hand::Client::new(&endpoint);
    let careful = by_hand::Client::careful(&endpoint);
    let sdk_client = sdk::over_sockets(&endpoint);
    let runtime = measure::runtime();
    let times = measure::median(
        ROUNDS,
        &mut [
            &mut || runtime.block_on(call_by_hand::<lossy::Response>(&client)),
            &mut || runtime.block_on(call_by_hand::<lossless::Response>(&careful)),
            &mut || runtime.block_on(call(&sdk_client)),
            &mut || measure::traced(|| runtime.block_on(call(&sdk_client))),
        ],
    );
    let mut cells = vec!["client.chat(..) with the response chat.json".to_owned()];
    cells.extend(times[..3].iter().map(|time| measure::each(*time, CALLS)));
    cells.push(measure::ratio(times[2], times[0]));
    cells.push(measure::ratio(times[2], times[1]));
    cells.push(measure::ratio(times[3], times[2]));
    measure::row(&cells);
}

async fn call_by_hand<T: serde::de::DeserializeOwned>(client: &by_hand::Client) {
    for _ in 0..CALLS {
        std::hint::black_box(client.call::<T>().await);
    }
}

async fn call(client: &Client) {
    for _ in 0..CALLS {
        let response = client.chat("Hi").model("m").await.unwrap();
        assert!(std::hint::black_box(response).text().is_some());
    }
}
