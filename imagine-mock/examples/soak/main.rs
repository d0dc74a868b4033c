//! Calls a failing service many times, through the SDK, and counts what comes of the calls.
//!
//! Every call must end as exactly one of its response or a typed error. A generation, which costs credits,
//! must be accepted by the service at most once, and one that was must end as its response or as an error
//! that says that it may have been. Without its client no connection may be left open and no memory kept: both are the
//! same after the last call as after the first thousand.
//!
//! ```sh
//! cargo run --release -p imagine-mock --example soak -- --calls 100000 --concurrency 64 --chaos 0.1
//! ```

mod arguments;
mod calls;
mod ledger;
mod process;
mod report;

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use imagine_mock::MockServer;

use self::arguments::Arguments;
use self::calls::{Connection, Tally};
use self::ledger::Ledger;
use self::process::Figures;
use self::report::Report;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The figures at the end are compared with those after so many calls.
const FIRST: usize = 1_000;

/// What the service remembers is none of the client's memory, and must not grow either.
const REMEMBERED: usize = 100;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("soak: {message}\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match soak(&arguments).await {
        Ok(report) => {
            print!("{report}");
            if report.is_good() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn soak(arguments: &Arguments) -> Result<Report, Failure> {
    let ledger = Arc::new(Ledger::new(arguments.calls));
    let server = serve(arguments, &ledger).await?;
    let begun = Instant::now();
    // A short run has at least two parts to compare.
    let first = FIRST.min(arguments.calls / 2);
    let (mut tally, _, then) = part(&server, arguments, 0..first, &ledger).await?;
    let (rest, busy, now) = part(&server, arguments, first..arguments.calls, &ledger).await?;
    tally.add(rest);
    Ok(Report {
        calls: arguments.calls,
        concurrency: arguments.concurrency,
        tally,
        balance: ledger.balance(),
        requests: ledger.requests(),
        busy,
        then,
        now,
        time: begun.elapsed(),
    })
}

/// Makes these calls with clients of their own. Gives what came of them, and what the process held while the clients
/// were there and without them.
async fn part(
    server: &MockServer,
    arguments: &Arguments,
    calls: Range<usize>,
    ledger: &Arc<Ledger>,
) -> Result<(Tally, Figures, Figures), Failure> {
    let connection = Arc::new(Connection::new(server, arguments.concurrency).await?);
    let tally = connection.call(calls, ledger).await;
    let busy = Figures::now(server);
    drop(connection);
    Ok((tally, busy, process::settled(server).await))
}

async fn serve(arguments: &Arguments, ledger: &Arc<Ledger>) -> Result<MockServer, Failure> {
    let ledger = Arc::clone(ledger);
    let builder = MockServer::builder()
        .chaos(arguments.chaos, arguments.seed)
        .credits(u64::MAX)
        .remember(REMEMBERED)
        .observe(move |request| ledger.saw(request));
    Ok(builder.start().await?)
}
