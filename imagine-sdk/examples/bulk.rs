//! Embeds the lines of a file, and continues where it was stopped: start it again with the same file.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example bulk -- Cargo.toml
//! ```

mod common;

use std::fs::File;
use std::io::{BufRead, BufReader};

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::Client;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let argument = std::env::args().nth(1);
    let path =
        argument.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").to_owned());
    let lines = BufReader::new(File::open(path)?).lines();
    let journal = std::env::temp_dir().join("imagine-example-bulk.jsonl");

    let run = client.embed_all(lines.map_while(Result::ok));
    let run = run.batch(64).concurrency(4).journal(&journal);
    let mut rows = run.stream().await?;
    let (mut vectors, mut failed) = (0, 0);
    while let Some(row) = rows.next().await {
        match row.result {
            Ok(_vector) => vectors += 1, // a real program writes it
            Err(error) => {
                failed += 1; // an empty line
                eprintln!("{error}");
            }
        }
    }
    println!("{vectors} vectors, {failed} rows without one");
    // The run is complete. The next one starts from the beginning.
    std::fs::remove_file(&journal)?;
    Ok(())
}
