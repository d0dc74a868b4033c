//! Plain calls over a connection that is kept.

use imagine_sdk::Client;

use crate::by_hand::{self, lossless, lossy};
use crate::{measure, recorded, sdk, server};

const CALLS: usize = 300;
const ROUNDS: usize = 149;

/// Prints what a call takes.
pub fn run() {
    let names = [
        "a plain call",
        "by hand",
        "with care",
        "SDK",
        "SDK : by hand",
        "SDK : care",
    ];
    measure::head(&names);
    let endpoint = format!("http://{}", server::start(server::json(recorded::ANSWER)));
    let client = by_hand::Client::new(&endpoint);
    let careful = by_hand::Client::careful(&endpoint);
    let ours = sdk::over_sockets(&endpoint);
    let runtime = measure::runtime();
    let times = measure::median(
        ROUNDS,
        &mut [
            &mut || runtime.block_on(ask_by_hand::<lossy::Answer>(&client)),
            &mut || runtime.block_on(ask_by_hand::<lossless::Answer>(&careful)),
            &mut || runtime.block_on(ask(&ours)),
        ],
    );
    let mut cells = vec!["client.chat(..), answered by chat.json".to_owned()];
    cells.extend(times.iter().map(|time| measure::each(*time, CALLS)));
    cells.push(measure::share(times[2], times[0]));
    cells.push(measure::share(times[2], times[1]));
    measure::row(&cells);
}

async fn ask_by_hand<T: serde::de::DeserializeOwned>(client: &by_hand::Client) {
    for _ in 0..CALLS {
        std::hint::black_box(client.ask::<T>().await);
    }
}

async fn ask(client: &Client) {
    for _ in 0..CALLS {
        let response = client.chat("Hi").model("m").await.unwrap();
        assert!(std::hint::black_box(response).text().is_some());
    }
}
