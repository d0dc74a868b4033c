//! SQL functions of the Imagine inference API for [Apache DataFusion](https://datafusion.apache.org).
//!
//! | function | result |
//! |---|---|
//! | `imagine_embed(text [, model])` | `FixedSizeList<Float32>` |
//! | `imagine_rerank(query, document [, model])` | `Float64` |
//! | `imagine_translate(text, model)` | `Utf8` |
//! | `imagine_chat(prompt [, model])` | `Utf8` |
//! | `imagine_models()` | a table of models: `model_type`, `model` |
//! | `imagine_usage()` | a table of the usage by model |
//!
//! The first four call the service with the rows of each batch, by [`imagine_sdk::bulk`]: grouped, concurrently, with
//! retries, and equal rows once. A row with a NULL argument results in NULL. If a row fails, the query fails.
//! `imagine_try_embed` and the others return a struct instead, with the fields `value`, which is NULL for a row that
//! failed, and `error`, the reason. [`split_errors`] splits it into two columns.
//!
//! ```no_run
//! use datafusion::prelude::SessionContext;
//! use imagine_datafusion::Functions;
//!
//! # async fn run(client: imagine_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let context = SessionContext::new();
//! let functions = Functions::new(client).batch(64).concurrency(8);
//! functions.register(&context);
//! let rows = functions.sql(&context, "SELECT imagine_embed('Manchego') AS vector").await?.collect().await?;
//! assert_eq!(rows[0].num_rows(), 1);
//! # Ok(())
//! # }
//! ```

mod array;
mod calls;
mod function;
mod output;
mod tables;

use std::sync::{Arc, Mutex};

use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ScalarUDF;
use datafusion::logical_expr::async_udf::AsyncScalarUDF;
use datafusion::prelude::{DataFrame, SessionContext};
use imagine_sdk::Client;

use self::calls::{Calls, Kind, UnknownDimensions};
use self::function::Function;
pub use self::output::{format_table, split_errors, write_parquet};
use self::tables::{Models, RemoteFunction, Usage};

/// The SQL functions of a client.
#[derive(Clone, Debug)]
pub struct Functions(Calls);

impl Functions {
    /// Creates the functions of a client. Its rate limits, budget and `max_concurrent_requests` apply to all of them.
    pub fn new(client: Client) -> Self {
        Self(Calls::new(Some(client)))
    }

    /// Creates functions for planning, which fail when they are called: those of a scheduler, which needs no key. It
    /// gets the [dimensions](Functions::dimensions) of models from a process with a client.
    pub fn without_client() -> Self {
        Self(Calls::new(None))
    }

    /// Sets the largest number of rows in a request, at least 1. Default: 64.
    pub fn batch(mut self, rows: usize) -> Self {
        self.0.batch = rows;
        self
    }

    /// Sets the largest number of concurrent requests of each partition, at least 1. Default: 8.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.0.concurrency = requests;
        self
    }

    /// Returns the known numbers of dimensions by model, for [`Functions::with_dimensions`] in another process. `None`
    /// is the default model.
    pub fn dimensions(&self) -> Vec<(Option<String>, usize)> {
        let known = self.0.known_dimensions();
        let known = known.iter();
        known
            .map(|(model, count)| (model.clone(), *count))
            .collect()
    }

    /// Replaces the known numbers of dimensions. Copies of these functions keep theirs.
    pub fn with_dimensions(
        mut self,
        dimensions: impl IntoIterator<Item = (Option<String>, usize)>,
    ) -> Self {
        self.0.dimensions = Arc::new(Mutex::new(dimensions.into_iter().collect()));
        self
    }

    /// Returns the scalar functions.
    pub fn scalars(&self) -> impl Iterator<Item = ScalarUDF> {
        let kinds = Kind::ALL.into_iter();
        let functions = kinds.flat_map(|kind| [(kind, false), (kind, true)]);
        functions.map(|(kind, is_try)| {
            let function = Function::new(kind, is_try, self.0.clone());
            AsyncScalarUDF::new(Arc::new(function)).into_scalar_udf()
        })
    }

    /// Registers the functions.
    pub fn register(&self, context: &SessionContext) {
        self.register_scalars(context);
        if let Some(client) = &self.0.client {
            let models = RemoteFunction(Models(client.clone()));
            context.register_udtf("imagine_models", Arc::new(models));
            let usage = RemoteFunction(Usage(client.clone()));
            context.register_udtf("imagine_usage", Arc::new(usage));
        }
    }

    /// Registers the scalar functions. Disables the optimizer's `enable_leaf_expression_pushdown`, which would call a
    /// function once for each field of its struct.
    pub fn register_scalars(&self, context: &SessionContext) {
        let state = context.state_ref();
        let mut state = state.write();
        let optimizer = &mut state.config_mut().options_mut().optimizer;
        optimizer.enable_leaf_expression_pushdown = false;
        drop(state);
        for function in self.scalars() {
            context.register_udf(function);
        }
    }

    /// Plans a query. The type of an embedding contains its number of dimensions, so the first query with a model
    /// embeds a word to determine it.
    ///
    /// # Errors
    ///
    /// Fails if the query is invalid, and if that request fails.
    pub async fn sql(&self, context: &SessionContext, query: &str) -> Result<DataFrame> {
        loop {
            let error = match context.sql(query).await {
                Ok(frame) => return Ok(frame),
                Err(error) => error,
            };
            let model = match error.find_root() {
                DataFusionError::External(cause) => cause.downcast_ref::<UnknownDimensions>(),
                _ => None,
            };
            match model {
                Some(unknown) => self.0.find_dimensions(unknown).await?,
                None => return Err(error),
            }
        }
    }
}
