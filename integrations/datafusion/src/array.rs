//! Arrays of results.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, FixedSizeListArray, Float32Array, Float64Array, StringArray, StructArray,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::{DataFusionError, Result};

use crate::calls::{Kind, Outcomes, Value};

/// The fields of the results of functions that return their errors.
pub(crate) const VALUE: &str = "value";
pub(crate) const ERROR: &str = "error";

/// Returns the type of the values of a function.
pub(crate) fn value_type(kind: Kind, dimensions: Option<usize>) -> Result<DataType> {
    Ok(match (kind, dimensions) {
        (Kind::Embed, Some(dimensions)) => {
            let size = i32::try_from(dimensions);
            let size = size.map_err(|error| DataFusionError::External(Box::new(error)))?;
            DataType::FixedSizeList(item(), size)
        }
        (Kind::Embed, None) => {
            return Err(DataFusionError::Internal(
                "dimensions are missing".to_owned(),
            ));
        }
        (Kind::Rerank, _) => DataType::Float64,
        (Kind::Translate | Kind::Chat, _) => DataType::Utf8,
    })
}

fn item() -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::Float32, true))
}

/// Returns the fields of the struct of a value and its error.
pub(crate) fn try_fields(value: DataType) -> Fields {
    Fields::from(vec![
        Field::new(VALUE, value, true),
        Field::new(ERROR, DataType::Utf8, true),
    ])
}

/// Returns the values of rows, and fails with the error of the first one that failed.
pub(crate) fn values(name: &str, data_type: &DataType, outcomes: Outcomes) -> Result<ArrayRef> {
    let rows = outcomes.into_iter().enumerate().map(|(row, outcome)| {
        let failed =
            |error| DataFusionError::Execution(format!("{name}: row {row} of its batch: {error}"));
        outcome.transpose().map_err(failed)
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    array(data_type, rows)
}

/// Returns the values and the errors of rows.
pub(crate) fn values_and_errors(data_type: &DataType, outcomes: Outcomes) -> Result<ArrayRef> {
    let DataType::Struct(fields) = data_type else {
        return Err(DataFusionError::Internal(format!(
            "{data_type} is no struct"
        )));
    };
    let value_type = fields
        .first()
        .map_or(DataType::Null, |field| field.data_type().clone());
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        let (row, error) = match fits(&value_type, outcome) {
            None => (None, None),
            Some(Ok(value)) => (Some(value), None),
            Some(Err(error)) => (None, Some(error)),
        };
        rows.push(row);
        errors.push(error);
    }
    let columns = vec![
        array(&value_type, rows)?,
        Arc::new(StringArray::from(errors)) as ArrayRef,
    ];
    Ok(Arc::new(StructArray::try_new(
        fields.clone(),
        columns,
        None,
    )?))
}

/// Replaces a vector of the wrong length by an error.
fn fits(
    value_type: &DataType,
    outcome: Option<Result<Value, String>>,
) -> Option<Result<Value, String>> {
    match (value_type, outcome) {
        (DataType::FixedSizeList(_, size), Some(Ok(Value::Vector(vector))))
            if i32::try_from(vector.len()) != Ok(*size) =>
        {
            Some(Err(wrong_length(vector.len(), *size)))
        }
        (_, outcome) => outcome,
    }
}

fn wrong_length(found: usize, expected: i32) -> String {
    format!("the vector has {found} dimensions, and the model {expected}")
}

/// Returns an array of values.
fn array(data_type: &DataType, rows: Vec<Option<Value>>) -> Result<ArrayRef> {
    Ok(match data_type {
        DataType::FixedSizeList(_, size) => Arc::new(vectors(*size, rows)?),
        DataType::Float64 => {
            let scores = rows.into_iter().map(|row| match row {
                Some(Value::Score(score)) => Some(score),
                _ => None,
            });
            Arc::new(scores.collect::<Float64Array>())
        }
        _ => {
            let texts = rows.into_iter().map(|row| match row {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            });
            Arc::new(texts.collect::<StringArray>())
        }
    })
}

fn vectors(size: i32, rows: Vec<Option<Value>>) -> Result<FixedSizeListArray> {
    let length = usize::try_from(size).unwrap_or_default();
    let mut values = Vec::with_capacity(length * rows.len());
    let mut valid = Vec::with_capacity(rows.len());
    for row in rows {
        match row {
            Some(Value::Vector(vector)) if vector.len() == length => {
                values.extend(vector);
                valid.push(true);
            }
            Some(Value::Vector(vector)) => {
                return Err(DataFusionError::Execution(wrong_length(vector.len(), size)));
            }
            _ => {
                values.resize(values.len() + length, 0.0);
                valid.push(false);
            }
        }
    }
    let values = Arc::new(Float32Array::from(values));
    let valid = Some(NullBuffer::from(valid));
    Ok(FixedSizeListArray::try_new(item(), size, values, valid)?)
}
