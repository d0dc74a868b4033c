//! Results of queries, with columns of errors.

use std::fs::{File, rename};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures_util::{StreamExt, TryStreamExt};

/// The key in the metadata of a field whose function returns its errors.
pub(crate) const TRY: &str = "imagine_try";

/// Replaces each column of a function that returns its errors, such as `imagine_try_embed`, by two: the values under
/// the name of the column, and the errors under that name with `_error` appended. Other columns stay.
///
/// # Errors
///
/// Fails if two columns have one name.
pub fn split_errors(rows: &RecordBatch) -> Result<RecordBatch> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    let schema = rows.schema();
    for (field, column) in schema.fields().iter().zip(rows.columns()) {
        match column.as_struct_opt() {
            Some(results) if field.metadata().contains_key(TRY) => {
                for (part, suffix) in results.columns().iter().zip(["", "_error"]) {
                    let name = format!("{}{suffix}", field.name());
                    fields.push(Arc::new(Field::new(name, part.data_type().clone(), true)));
                    columns.push(Arc::clone(part));
                }
            }
            _ => {
                fields.push(Arc::clone(field));
                columns.push(Arc::clone(column));
            }
        }
    }
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        columns,
    )?)
}

/// Writes the result of a query to a Parquet file, batch by batch, with [errors split](split_errors). Returns the
/// number of rows. The file has the suffix `.part` until it is complete.
///
/// # Errors
///
/// Fails if the query fails, and if the file cannot be written.
pub async fn write_parquet(mut batches: SendableRecordBatchStream, path: &Path) -> Result<usize> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let named = |error: io::Error| {
        let message = format!("cannot write `{}`: {error}", path.display());
        io::Error::new(error.kind(), message)
    };
    let file = File::create(&part).map_err(named)?;
    let schema = batches.schema();
    let split = split_errors(&RecordBatch::new_empty(schema.clone()))?.schema();
    let compression = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(compression);
    let mut writer = ArrowWriter::try_new(file, split, Some(properties.build()))?;
    let mut rows = 0;
    while let Some(batch) = batches.try_next().await? {
        rows += batch.num_rows();
        writer.write(&split_errors(&with_schema(&batch, &schema)?)?)?;
    }
    writer.close()?;
    rename(&part, path).map_err(named)?;
    Ok(rows)
}

/// Formats the result of a query as a table, with [errors split](split_errors).
///
/// # Errors
///
/// Fails if the query fails.
pub async fn format_table(batches: SendableRecordBatchStream) -> Result<String> {
    let schema = batches.schema();
    let split = |batch: RecordBatch| split_errors(&with_schema(&batch, &schema)?);
    let rows: Vec<_> = batches.map(|batch| split(batch?)).try_collect().await?;
    Ok(pretty_format_batches(&rows)?.to_string())
}

/// Returns rows with the schema of their query. Other processes send rows without the metadata of fields.
fn with_schema(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = rows.columns().to_vec();
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}
