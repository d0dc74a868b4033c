//! `imagine-ballista`: a scheduler, executors, and queries that call the Imagine inference API.

use std::net::{IpAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use clap::{Args, Parser, Subcommand};
use datafusion::execution::context::SQLOptions;
use datafusion::physical_plan::{SendableRecordBatchStream, execute_stream};
use imagine_ballista::{Limits, cancel, context, executor, scheduler};
use imagine_datafusion::{Functions, format_table, write_parquet};
use imagine_sdk::Client;

type Error = Box<dyn std::error::Error>;

/// Queries that call the Imagine inference API, on several machines.
///
/// Executors and `sql` read the endpoint and the key from IMAGINE_API_ENDPOINT and IMAGINE_API_KEY. RUST_LOG sets the
/// level of the log.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a scheduler, which plans queries and distributes their tasks. Prints its address.
    Scheduler(Scheduler),
    /// Starts an executor, which runs tasks and calls the service.
    Executor(Box<Executor>),
    /// Runs a query on the executors, with files as tables: SELECT imagine_embed(body) AS vector FROM '/data/docs/'.
    Sql(Sql),
}

#[derive(Args)]
struct Scheduler {
    /// The IP address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 selects a free one.
    #[arg(long, default_value_t = 50050)]
    port: u16,
    /// The name or IP address under which executors connect to the scheduler. Default: that of --host.
    #[arg(long, value_name = "HOST")]
    external_host: Option<String>,
    /// The seconds without a heartbeat after which an executor is lost.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(2..))]
    executor_timeout: u64,
}

#[derive(Args)]
struct Executor {
    /// The host of the scheduler.
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    scheduler_host: String,
    /// The port of the scheduler.
    #[arg(long, value_name = "PORT", default_value_t = 50050)]
    scheduler_port: u16,
    /// The IP address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port for results; 0 selects a free one.
    #[arg(long, default_value_t = 50051)]
    port: u16,
    /// The port for tasks; 0 selects a free one.
    #[arg(long, value_name = "PORT", default_value_t = 50052)]
    task_port: u16,
    /// The directory for results, which are kept for 24 hours.
    #[arg(long, value_name = "DIRECTORY")]
    work_dir: PathBuf,
    /// The largest number of concurrent tasks, each of which reads a part of a table.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..))]
    tasks: u16,
    /// The largest number of rows in a request.
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// The largest number of concurrent requests of this executor.
    #[arg(long, default_value_t = 8)]
    concurrency: usize,
    #[command(flatten)]
    limits: Limits,
}

#[derive(Args)]
struct Sql {
    /// The query. `imagine_try_embed` and the like add a column of errors instead of failing the query.
    query: String,
    /// The scheduler.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    scheduler: String,
    /// The largest number of tasks that read a table. If an executor is lost, smaller tasks repeat fewer rows.
    #[arg(long, value_name = "N", default_value = "64")]
    partitions: NonZeroUsize,
    /// The Parquet file for the result. Without it, the result is printed.
    #[arg(long, short)]
    output: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    let result = match Cli::parse().command {
        Command::Scheduler(arguments) => arguments.run().await,
        Command::Executor(arguments) => arguments.run().await,
        Command::Sql(arguments) => arguments.run().await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns a port, or a free one for 0.
fn select_port(host: IpAddr, port: u16) -> Result<u16, Error> {
    match port {
        0 => Ok(TcpListener::bind((host, 0))?.local_addr()?.port()),
        port => Ok(port),
    }
}

impl Scheduler {
    async fn run(self) -> Result<(), Error> {
        let port = select_port(self.host, self.port)?;
        let external_host = match self.external_host {
            Some(host) => host,
            None if self.host.is_unspecified() => {
                return Err("--host selects all interfaces; set --external-host".into());
            }
            None => self.host.to_string(),
        };
        let config = SchedulerConfig {
            external_host,
            bind_host: self.host.to_string(),
            bind_port: port,
            ..scheduler(self.executor_timeout)
        };
        let cluster = BallistaCluster::new_from_config(&config).await?;
        println!("scheduler {}:{port}", config.external_host);
        start_server(cluster, (self.host, port).into(), Arc::new(config)).await?;
        Ok(())
    }
}

impl Executor {
    async fn run(self) -> Result<(), Error> {
        std::fs::create_dir_all(&self.work_dir)?;
        let client = Client::builder().from_env()?;
        let client = client.max_concurrent_requests(self.concurrency);
        let client = client.rate_limits(self.limits.rate_limits()).build()?;
        let functions = Functions::new(client).batch(self.batch);
        let functions = functions.concurrency(self.concurrency);
        let config = ExecutorProcessConfig {
            scheduler_host: self.scheduler_host,
            scheduler_port: self.scheduler_port,
            scheduler_connect_timeout_seconds: 60,
            bind_host: self.host.to_string(),
            port: select_port(self.host, self.port)?,
            grpc_port: select_port(self.host, self.task_port)?,
            vcores: self.tasks.into(),
            work_dir: Some(self.work_dir.to_string_lossy().into_owned()),
            ..executor(&functions)
        };
        start_executor_process(Arc::new(config)).await?;
        Ok(())
    }
}

impl Sql {
    async fn run(self) -> Result<(), Error> {
        let functions = Functions::new(Client::from_env()?);
        let context = context(&self.scheduler, self.partitions.get(), &functions)?;
        let frame = functions.sql(&context, &self.query).await?;
        // An executor that writes files and is lost leaves some behind, and others write these rows again.
        let reads_only = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false);
        reads_only.verify_plan(frame.logical_plan())?;
        let task = Arc::new(frame.task_ctx());
        let plan = frame.create_physical_plan().await?;
        let batches = execute_stream(Arc::clone(&plan), task)?;
        let result = tokio::select! {
            result = self.print(batches) => result,
            _ = tokio::signal::ctrl_c() => Err("the query is canceled".into()),
        };
        if result.is_err()
            && let Err(error) = cancel(&self.scheduler, plan.as_ref()).await
        {
            eprintln!("warning: cannot cancel the query on the executors: {error}");
        }
        result
    }

    async fn print(&self, batches: SendableRecordBatchStream) -> Result<(), Error> {
        match &self.output {
            Some(path) => {
                let rows = write_parquet(batches, path).await?;
                println!("{}: {rows} rows", path.display());
            }
            None => println!("{}", format_table(batches).await?),
        }
        Ok(())
    }
}
