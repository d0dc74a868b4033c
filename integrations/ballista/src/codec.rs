//! The functions in serialized plans.

use std::sync::Arc;

use ballista_core::serde::BallistaLogicalExtensionCodec;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Extension, LogicalPlan, ScalarUDF};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use imagine_datafusion::Functions;

/// Ballista's codec of logical plans, and the functions: by name, with the dimensions of models, which the scheduler
/// needs to plan a query. Physical plans contain the type of each result, so the name is sufficient there.
#[derive(Debug)]
pub struct Codec {
    functions: Functions,
    inner: BallistaLogicalExtensionCodec,
}

impl Codec {
    /// Creates a codec that encodes the dimensions known to these functions, and decodes copies of them.
    pub fn new(functions: Functions) -> Self {
        Self {
            functions,
            inner: BallistaLogicalExtensionCodec::default(),
        }
    }
}

fn find(functions: &Functions, name: &str) -> Option<ScalarUDF> {
    functions.scalars().find(|function| function.name() == name)
}

fn external(error: serde_json::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

impl LogicalExtensionCodec for Codec {
    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        if find(&self.functions, name).is_none() {
            return self.inner.try_decode_udf(name, buf);
        }
        let dimensions: Vec<_> = serde_json::from_slice(buf).map_err(external)?;
        let functions = self.functions.clone().with_dimensions(dimensions);
        let function = find(&functions, name).map(Arc::new);
        function.ok_or_else(|| DataFusionError::Internal(format!("no function {name}")))
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        match find(&self.functions, node.name()) {
            Some(_) => serde_json::to_writer(buf, &self.functions.dimensions()).map_err(external),
            None => self.inner.try_encode_udf(node, buf),
        }
    }

    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[LogicalPlan],
        context: &TaskContext,
    ) -> Result<Extension> {
        self.inner.try_decode(buf, inputs, context)
    }

    fn try_encode(&self, node: &Extension, buf: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode(node, buf)
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        table: &TableReference,
        schema: SchemaRef,
        context: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        self.inner
            .try_decode_table_provider(buf, table, schema, context)
    }

    fn try_encode_table_provider(
        &self,
        table: &TableReference,
        node: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        self.inner.try_encode_table_provider(table, node, buf)
    }

    fn try_decode_file_format(
        &self,
        buf: &[u8],
        context: &TaskContext,
    ) -> Result<Arc<dyn FileFormatFactory>> {
        self.inner.try_decode_file_format(buf, context)
    }

    fn try_encode_file_format(
        &self,
        buf: &mut Vec<u8>,
        node: Arc<dyn FileFormatFactory>,
    ) -> Result<()> {
        self.inner.try_encode_file_format(buf, node)
    }
}
