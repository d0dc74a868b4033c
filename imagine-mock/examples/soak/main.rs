//! A soak test of the SDK against a mock with random faults.
//!
//! Every call must end with exactly one result: its response or a typed error. The service must accept a generation,
//! which is billable, at most once. The caller of an accepted generation must get its response or an error that reports
//! an unknown outcome. After the clients are dropped, no connection may be open, and memory must not have grown since
//! the first thousand calls.
//!
//! ```sh
//! cargo run --release -p imagine-mock --example soak -- --calls 100000 --concurrency 64 --chaos 0.1
//! cargo run --release -p imagine-mock --features tls --example soak -- --h2-requests 20
//! ```

mod args;
mod call_log;
mod calls;
mod report;
mod resources;

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use imagine_mock::{MockServer, MockServerBuilder};

use self::args::Args;
use self::call_log::CallLog;
use self::calls::{Tally, Workload};
use self::report::Report;
use self::resources::Resources;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The number of calls before the baseline of the resources.
const BASELINE_CALLS: usize = 1_000;

/// The retention limit of the mock. Its memory is part of the process and must not grow either.
const RETENTION_LIMIT: usize = 100;

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("soak: {message}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match soak(&args).await {
        Ok(report) => {
            print!("{report}");
            if report.is_success() {
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

async fn soak(args: &Args) -> Result<Report, BoxError> {
    let log = Arc::new(CallLog::new(args.calls));
    let server = serve(args, &log).await?;
    let start = Instant::now();
    // Even a short run has two parts to compare.
    let first = BASELINE_CALLS.min(args.calls / 2);
    let (mut tally, _, baseline) = run_calls(&server, args, 0..first, &log).await?;
    let (rest, busy, last) = run_calls(&server, args, first..args.calls, &log).await?;
    tally.add(rest);
    Ok(Report {
        calls: args.calls,
        concurrency: args.concurrency,
        tally,
        totals: log.totals(),
        requests: log.requests(),
        busy,
        baseline,
        last,
        time: start.elapsed(),
    })
}

/// Runs a range of calls with new clients.
///
/// Returns their tally, and the resources of the process before and after the clients are dropped.
async fn run_calls(
    server: &MockServer,
    args: &Args,
    calls: Range<usize>,
    log: &Arc<CallLog>,
) -> Result<(Tally, Resources, Resources), BoxError> {
    let workload = Arc::new(Workload::new(server, args.concurrency).await?);
    let tally = workload.run(calls, log).await;
    let busy = Resources::now(server);
    drop(workload);
    Ok((tally, busy, resources::settled(server).await))
}

async fn serve(args: &Args, log: &Arc<CallLog>) -> Result<MockServer, BoxError> {
    let log = Arc::clone(log);
    let builder = MockServer::builder()
        .chaos(args.chaos, args.seed)
        .credits(u64::MAX)
        .retention_limit(RETENTION_LIMIT)
        .observe(move |request| log.record_request(request));
    Ok(with_protocol(builder, args).start().await?)
}

/// Serves HTTP/2 with connections that end and streams that are refused, if the arguments ask for it.
#[cfg(feature = "tls")]
fn with_protocol(builder: MockServerBuilder, args: &Args) -> MockServerBuilder {
    let http2 = |requests| imagine_mock::Http2::new().requests_per_connection(requests);
    match args.http2_requests {
        Some(requests) => builder.http2(http2(requests).refuse_each(11)),
        None => builder,
    }
}

#[cfg(not(feature = "tls"))]
fn with_protocol(builder: MockServerBuilder, _: &Args) -> MockServerBuilder {
    builder
}
