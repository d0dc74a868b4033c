//! Calls a failing service many times, through the SDK, and counts what comes of the calls.
//!
//! Every call must end as exactly one of its answer or a typed error. A generation, which costs credits,
//! must be accepted by the service at most once, and one that was must end as its answer or as an error
//! that says that it may have been. No connection may be left open, and no memory kept.
//!
//! ```sh
//! cargo run --release -p imagine-mock --example soak -- --calls 100000 --concurrency 64 --chaos 0.1
//! ```

mod arguments;
mod calls;
mod ledger;
mod process;
mod report;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use imagine_mock::MockServer;

use self::arguments::Arguments;
use self::calls::Caller;
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
    let unused = Figures::now(&server);
    let caller = Arc::new(Caller::new(&server, arguments.concurrency).await?);
    let begun = Instant::now();
    let first = FIRST.min(arguments.calls);
    let mut tally = caller.call(0..first, &ledger).await;
    let then = Figures::now(&server);
    tally.add(caller.call(first..arguments.calls, &ledger).await);
    let time = begun.elapsed();
    let now = Figures::now(&server);
    drop(caller);
    let closed = process::settled(&server).await;
    Ok(Report {
        calls: arguments.calls,
        concurrency: arguments.concurrency,
        tally,
        balance: ledger.balance(),
        requests: ledger.requests(),
        figures: [unused, then, now, closed],
        time,
    })
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
