//! The SQL functions of the Imagine inference API in a cluster of [Ballista](https://datafusion.apache.org/ballista/).
//!
//! A scheduler plans queries with [`scheduler`], and needs no key. Executors call the service, with [`executor`] and a
//! client of their own. A program sends queries with [`context`]. A plan contains the names of the functions, their
//! arguments, and the dimensions of models, but never a key.
//!
//! ```no_run
//! use imagine_ballista::context;
//! use imagine_datafusion::{Functions, write_parquet};
//!
//! # async fn run(client: imagine_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let functions = Functions::new(client);
//! let context = context("localhost:50050", 64, &functions)?;
//! let frame = functions.sql(&context, "SELECT id, imagine_embed(body) AS vector FROM '/data/docs/'").await?;
//! write_parquet(frame.execute_stream().await?, "vectors.parquet".as_ref()).await?;
//! # Ok(())
//! # }
//! ```

mod codec;
mod limits;

use std::sync::Arc;

use ballista_core::execution_plans::DistributedQueryExec;
use ballista_core::extension::{SessionConfigExt, SessionStateExt, ballista_scalar_functions};
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::serde::protobuf::CancelJobParams;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use ballista_executor::executor_process::ExecutorProcessConfig;
use ballista_scheduler::config::SchedulerConfig;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::protobuf::LogicalPlanNode;
use imagine_datafusion::Functions;

pub use self::codec::Codec;
pub use self::limits::Limits;

/// The seconds between heartbeats of an executor.
const HEARTBEAT: u64 = 1;

/// The seconds for which executors keep the result of a query.
const KEEP_RESULTS: u64 = 24 * 60 * 60;

/// Returns the configuration of a scheduler that plans queries with the functions. It considers an executor lost if
/// there was no heartbeat for `executor_timeout` seconds, and then runs its tasks on others. Results are kept for 24
/// hours.
pub fn scheduler(executor_timeout: u64) -> SchedulerConfig {
    SchedulerConfig {
        executor_timeout_seconds: executor_timeout,
        expire_dead_executor_interval_seconds: HEARTBEAT,
        finished_job_data_clean_up_interval_seconds: KEEP_RESULTS,
        override_logical_codec: Some(Arc::new(Codec::new(Functions::without_client()))),
        ..SchedulerConfig::default()
    }
}

/// Returns the configuration of an executor that runs the functions. It sends a heartbeat every second.
pub fn executor(functions: &Functions) -> ExecutorProcessConfig {
    let mut registry = BallistaFunctionRegistry::default();
    // The default registry does not contain the functions of lists, which the scheduler plans.
    let lists = ballista_scalar_functions().into_iter();
    for function in lists.chain(functions.scalars().map(Arc::new)) {
        let name = function.name().to_owned();
        registry.scalar_functions.insert(name, function);
    }
    ExecutorProcessConfig {
        executor_heartbeat_interval_seconds: HEARTBEAT,
        override_function_registry: Some(Arc::new(registry)),
        ..ExecutorProcessConfig::default()
    }
}

/// Returns a context whose queries run on the executors of a scheduler, `HOST:PORT`. `FROM '/path'` reads files that
/// the executors have under the same absolute path, in at most `partitions` tasks. Plan queries with
/// [`Functions::sql`].
///
/// # Errors
///
/// Fails if Ballista rejects its configuration.
pub fn context(
    scheduler: &str,
    partitions: usize,
    functions: &Functions,
) -> Result<SessionContext> {
    // If an executor is lost, its tasks run again. With one partition each, they contain the fewest rows. A client that
    // does not pull the status learns the id of the job when the job has finished, and could not cancel it.
    let config = SessionConfig::new_with_ballista()
        .with_target_partitions(partitions)
        .with_ballista_logical_extension_codec(Arc::new(Codec::new(functions.clone())))
        .set_usize("ballista.scheduler.max_partitions_per_task", 1)
        .set_bool("ballista.client.pull", true);
    let state = SessionStateBuilder::new().with_default_features();
    let state = state.with_config(config).build();
    let state = state.upgrade_for_ballista(format!("http://{scheduler}"))?;
    let context = SessionContext::new_with_state(state).enable_url_table();
    functions.register_scalars(&context);
    Ok(context)
}

/// Cancels a query of a [`context`] by its physical plan. Executors continue with a query whose result is dropped,
/// unless it is canceled.
///
/// # Errors
///
/// Fails if the scheduler cannot be reached.
pub async fn cancel(scheduler: &str, plan: &dyn ExecutionPlan) -> Result<()> {
    let query = plan.downcast_ref::<DistributedQueryExec<LogicalPlanNode>>();
    let Some(job) = query.and_then(DistributedQueryExec::job_id) else {
        return Ok(());
    };
    let client = SchedulerGrpcClient::connect(format!("http://{scheduler}")).await;
    let mut client = client.map_err(|error| DataFusionError::External(Box::new(error)))?;
    let job_id = job.into();
    let response = client.cancel_job(CancelJobParams { job_id }).await;
    response.map_err(|error| DataFusionError::External(Box::new(error)))?;
    Ok(())
}
