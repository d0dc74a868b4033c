//! The table functions.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemTable, Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use imagine_sdk::Client;

use crate::calls::external;

/// The models.
#[derive(Clone, Debug)]
pub(crate) struct Models(pub(crate) Client);

/// The usage by model.
#[derive(Clone, Debug)]
pub(crate) struct Usage(pub(crate) Client);

/// Rows that the service returns.
#[async_trait]
pub(crate) trait Remote: Clone + std::fmt::Debug + Send + Sync + 'static {
    fn columns() -> Vec<(&'static str, DataType)>;

    async fn load(&self) -> Result<Vec<ArrayRef>>;
}

#[async_trait]
impl Remote for Models {
    fn columns() -> Vec<(&'static str, DataType)> {
        vec![("model_type", DataType::Utf8), ("model", DataType::Utf8)]
    }

    async fn load(&self) -> Result<Vec<ArrayRef>> {
        let models = self.0.available_models_by_type().await.map_err(external)?;
        let rows = models.iter().flat_map(|(kind, names)| {
            names
                .iter()
                .map(|name| (kind.as_str().to_owned(), name.clone()))
        });
        let (kinds, names): (Vec<_>, Vec<_>) = rows.unzip();
        Ok(vec![strings(kinds), strings(names)])
    }
}

#[async_trait]
impl Remote for Usage {
    fn columns() -> Vec<(&'static str, DataType)> {
        vec![
            ("model", DataType::Utf8),
            ("total_input_tokens", DataType::UInt64),
            ("total_output_tokens", DataType::UInt64),
            ("total_tokens", DataType::UInt64),
            ("total_generation_time", DataType::Float64),
        ]
    }

    async fn load(&self) -> Result<Vec<ArrayRef>> {
        let usage = self.0.usage().await.map_err(external)?.overall;
        let models = usage.iter().map(|row| row.model.clone()).collect();
        let input = usage.iter().map(|row| row.total_input_tokens).collect();
        let output = usage.iter().map(|row| row.total_output_tokens).collect();
        let total = usage.iter().map(|row| row.total_tokens).collect();
        let times = usage.iter().map(|row| row.total_generation_time);
        let times: Float64Array = times.map(Some).collect();
        let counts = [input, output, total].map(counts);
        let mut columns = vec![strings(models)];
        columns.extend(counts);
        columns.push(Arc::new(times));
        Ok(columns)
    }
}

fn strings(values: Vec<String>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

fn counts(values: Vec<u64>) -> ArrayRef {
    Arc::new(UInt64Array::from(values))
}

/// A table function without arguments.
#[derive(Debug)]
pub(crate) struct RemoteFunction<T>(pub(crate) T);

/// A table whose rows are loaded when it is scanned.
#[derive(Debug)]
struct RemoteTable<T>(T);

impl<T: Remote> TableFunctionImpl for RemoteFunction<T> {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        match args.exprs() {
            [] => Ok(Arc::new(RemoteTable(self.0.clone()))),
            _ => Err(DataFusionError::Plan(
                "the function has no arguments".to_owned(),
            )),
        }
    }
}

#[async_trait]
impl<T: Remote> TableProvider for RemoteTable<T> {
    fn schema(&self) -> SchemaRef {
        let columns = T::columns().into_iter();
        let fields = columns.map(|(name, data_type)| Field::new(name, data_type, false));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = RecordBatch::try_new(self.schema(), self.0.load().await?)?;
        let table = MemTable::try_new(self.schema(), vec![vec![rows]])?;
        table.scan(session, projection, filters, limit).await
    }
}
