//! `imagine sql`: queries over files that call the Imagine inference API.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use datafusion::prelude::{SessionConfig, SessionContext};
use imagine_datafusion::{Functions, format_table, write_parquet};
use imagine_sdk::Client;

type Error = Box<dyn std::error::Error>;

/// Programs for the Imagine inference API.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a query, with files as tables: SELECT id, imagine_embed(body) AS vector FROM 'docs.parquet'.
    ///
    /// The endpoint and the key are those of IMAGINE_API_ENDPOINT and IMAGINE_API_KEY.
    Sql(Sql),
}

#[derive(Args)]
struct Sql {
    /// The query. `imagine_try_embed` and the like add a column of errors instead of failing the query.
    query: String,
    /// The Parquet file for the result. Without it, the result is printed.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// The largest number of rows in a request.
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// The largest number of concurrent requests.
    #[arg(long, default_value_t = 8)]
    concurrency: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Sql(arguments) = Cli::parse().command;
    match sql(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn sql(arguments: &Sql) -> Result<(), Error> {
    let client = Client::builder().from_env()?;
    let client = client.max_concurrent_requests(arguments.concurrency);
    let functions = Functions::new(client.build()?).batch(arguments.batch);
    let functions = functions.concurrency(arguments.concurrency);
    let context = SessionContext::new_with_config(SessionConfig::new()).enable_url_table();
    functions.register(&context);
    let frame = functions.sql(&context, &arguments.query).await?;
    let batches = frame.execute_stream().await?;
    match &arguments.output {
        Some(path) => {
            let rows = write_parquet(batches, path).await?;
            println!("{}: {rows} rows", path.display());
        }
        None => println!("{}", format_table(batches).await?),
    }
    Ok(())
}
