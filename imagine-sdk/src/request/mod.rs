//! Requests: their traits, options and encoding.

mod body;
mod encoded;
mod encoder;
mod operation;
mod options;
mod stream_event;
mod telemetry;
mod tool_schema_key;
mod validate;
mod value;

use serde::de::DeserializeOwned;

pub use self::body::FilePart;
pub(crate) use self::body::{Body, Form};
pub(crate) use self::encoded::{
    EncodedRequest, ResponseMode, SPAN_LEVEL, SPAN_TARGET, encode, plain,
};
pub use self::encoder::RequestEncoder;
pub(crate) use self::operation::is_segment;
pub use self::operation::{Authentication, BodyEncoding, Operation, RetrySafety};
#[cfg(feature = "media")]
pub(crate) use self::operation::{folder, origin};
pub use self::options::CallOptions;
pub(crate) use self::options::{CallLimits, Overrides, header_field};
pub use self::stream_event::{FinishTracker, StreamEvent};
pub(crate) use self::telemetry::RequestTelemetry;
pub use self::tool_schema_key::ToolSchemaKey;
pub use self::validate::{Check, check_format, check_number, check_value};
pub(crate) use self::value::text_values;
pub use self::value::{Content, WireValue};
use crate::error::InvalidField;
use crate::json::{ExtraFields, Observer};

/// The arguments of an operation. `#[derive(Request)]` implements it.
pub trait Request: Send + Sync + 'static {
    /// What the service answers.
    type Response: DeserializeOwned + ExtraFields + Send + 'static;

    /// The operation.
    const OPERATION: &'static Operation;

    /// Refuses a value that the service's documentation excludes.
    fn check(&self) -> Result<(), InvalidField>;

    /// Rejects a response that decodes and still lacks what the operation promises.
    fn validate_response(_response: &Self::Response) -> Result<(), String> {
        Ok(())
    }

    /// Sets the fields that the caller does not: the choice of a stream, and values of the service.
    fn prepare(&mut self, _streams: bool) {}

    /// Sets the model, if the operation has one.
    fn set_model(&mut self, _model: &str) {}

    /// Reports the fields that spans record.
    fn observe(&self, _observer: &mut dyn Observer) {}

    /// Puts every field into the path, the query or the body.
    fn encode(&self, parts: &mut RequestEncoder) -> Result<(), InvalidField>;
}

/// The arguments of an operation whose response can be a stream.
pub trait StreamRequest: Request {
    /// The type of the stream's events.
    type Chunk: crate::request::StreamEvent;
}
