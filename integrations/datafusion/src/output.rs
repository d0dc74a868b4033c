//! Columns of errors.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::Result;

/// The key in the metadata of a field whose function returns its errors.
pub(crate) const TRY: &str = "imagine_try";

/// Replaces each column of a function that returns its errors, such as `imagine_try_embed`, by two: the values under the
/// name of the column, and the errors under that name with `_error` appended. Other columns stay.
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
