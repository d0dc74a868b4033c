//! `imagine sql`: queries over files that call the Imagine inference API.

use std::fs::{File, rename};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures_util::TryStreamExt;
use imagine_datafusion::{Functions, split_errors};
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
    match &arguments.output {
        Some(path) => {
            let rows = write(frame, path).await?;
            println!("{}: {rows} rows", path.display());
        }
        None => {
            let rows = frame.collect().await?;
            let rows = rows
                .iter()
                .map(split_errors)
                .collect::<Result<Vec<_>, _>>()?;
            println!("{}", pretty_format_batches(&rows)?);
        }
    }
    Ok(())
}

/// Writes a result batch by batch. The file has its name only when it is complete.
async fn write(frame: DataFrame, path: &Path) -> Result<usize, Error> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let named = |error: std::io::Error| format!("cannot write `{}`: {error}", path.display());
    let file = File::create(&part).map_err(named)?;
    let empty = RecordBatch::new_empty(frame.schema().inner().clone());
    let schema = split_errors(&empty)?.schema();
    let compression = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(compression);
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties.build()))?;
    let mut batches = frame.execute_stream().await?;
    let mut rows = 0;
    while let Some(batch) = batches.try_next().await? {
        rows += batch.num_rows();
        writer.write(&split_errors(&batch)?)?;
    }
    writer.close()?;
    rename(&part, path).map_err(named)?;
    Ok(rows)
}
