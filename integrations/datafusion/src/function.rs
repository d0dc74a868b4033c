//! The scalar functions.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::StringArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::cast::as_string_array;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::async_udf::AsyncScalarUDFImpl;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature,
    Volatility,
};
use datafusion::scalar::ScalarValue;

use crate::array::{try_fields, value_type, values, values_and_errors};
use crate::calls::{Calls, Kind};
use crate::output::TRY;

/// A function that calls the service.
#[derive(Debug)]
pub(crate) struct Function {
    kind: Kind,
    /// True if it returns its errors.
    is_try: bool,
    name: String,
    signature: Signature,
    calls: Calls,
}

impl Function {
    pub(crate) fn new(kind: Kind, is_try: bool, calls: Calls) -> Self {
        let infix = if is_try { "try_" } else { "" };
        let counts = match kind.needs_model() {
            true => vec![kind.texts() + 1],
            false => vec![kind.texts(), kind.texts() + 1],
        };
        let counts = counts.into_iter().map(TypeSignature::String).collect();
        Self {
            kind,
            is_try,
            name: format!("imagine_{infix}{}", kind.name()),
            // A volatile function is neither evaluated while planning nor evaluated twice.
            signature: Signature::one_of(counts, Volatility::Volatile),
            calls,
        }
    }

    fn model(&self, value: Option<&ScalarValue>) -> Result<Option<String>> {
        match value.map(ScalarValue::try_as_str) {
            Some(Some(Some(model))) => Ok(Some(model.to_owned())),
            _ => Err(DataFusionError::Plan(format!(
                "{}: the model must be a string literal",
                self.name
            ))),
        }
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Err(DataFusionError::Internal(
            "the type depends on the model".to_owned(),
        ))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let model = match args.scalar_arguments.get(self.kind.texts()) {
            Some(model) => self.model(*model)?,
            None => None,
        };
        let dimensions = match self.kind {
            Kind::Embed => Some(self.calls.dimensions(model.as_deref())?),
            _ => None,
        };
        let value = value_type(self.kind, dimensions)?;
        Ok(Arc::new(match self.is_try {
            true => {
                let field = Field::new_struct(&self.name, try_fields(value), true);
                field.with_metadata([(TRY.to_owned(), self.name.clone())].into())
            }
            false => Field::new(&self.name, value, true),
        }))
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(DataFusionError::Internal(format!(
            "{} is asynchronous",
            self.name
        )))
    }
}

#[async_trait]
impl AsyncScalarUDFImpl for Function {
    async fn invoke_async_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = self.kind.texts();
        let columns = args.args.iter().take(texts);
        let columns = columns.map(|column| strings(column, args.number_rows));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let model = match args.args.get(texts) {
            Some(ColumnarValue::Scalar(model)) => self.model(Some(model))?,
            Some(ColumnarValue::Array(_)) => self.model(None)?,
            None => None,
        };
        let outcomes = self.calls.call(self.kind, &columns, model).await?;
        let data_type = args.return_field.data_type();
        let array = match self.is_try {
            true => values_and_errors(data_type, outcomes)?,
            false => values(&self.name, data_type, outcomes)?,
        };
        Ok(ColumnarValue::Array(array))
    }
}

/// Returns an argument as an array of strings.
fn strings(column: &ColumnarValue, rows: usize) -> Result<StringArray> {
    let array = column.to_array(rows)?;
    let array = cast(&array, &DataType::Utf8)?;
    Ok(as_string_array(&array)?.clone())
}
