//! Requests: traits, options and encoding.

mod body;
mod context;
mod encoded;
mod encoder;
mod message;
mod operation;
mod options;
mod pages;
mod path;
mod stream_event;
mod telemetry;
mod tool_schema_key;
mod validate;
mod value;

use serde::de::DeserializeOwned;

pub use self::body::FilePart;
pub(crate) use self::body::{Body, BodyContent, Chunks, Form, Reader, Section, Source};
pub use self::context::ResponseContext;
pub(crate) use self::encoded::{EncodedRequest, ResponseMode, default_headers, encode};
pub use self::encoder::{ListStyle, RequestEncoder};
pub(crate) use self::message::context_of;
pub use self::message::{encode_message, encode_stream_message};
pub(crate) use self::operation::is_json_lines;
pub use self::operation::{Authentication, BodyEncoding, Operation, RetrySafety};
pub use self::options::CallOptions;
pub(crate) use self::options::{CallLimits, Overrides, header_field};
pub use self::pages::{PageInfo, PagePosition, PageRequest};
pub(crate) use self::path::is_path_segment;
#[cfg(feature = "media")]
pub(crate) use self::path::{host_root, with_trailing_slash};
pub use self::stream_event::{FinishTracker, StreamEvent};
pub(crate) use self::telemetry::RequestTelemetry;
pub use self::tool_schema_key::ToolSchemaKey;
pub use self::validate::{Check, check_format, check_length, check_number, check_value};
pub(crate) use self::value::wire_value_via_display;
pub use self::value::{Content, WireValue, json_contents};
use crate::error::InvalidField;
use crate::json::{ExtraFields, Observer};

/// The arguments of an operation. Implemented by `#[derive(Request)]`.
pub trait Request: Send + Sync + 'static {
    /// The response of the service.
    type Response: DeserializeOwned + ExtraFields + Send + Sync + 'static;

    /// The operation.
    const OPERATION: &'static Operation;

    /// Rejects values that the documentation of the service excludes.
    ///
    /// # Errors
    ///
    /// Fails with the name of the first invalid field.
    fn check(&self) -> Result<(), InvalidField>;

    /// Completes a decoded response, and rejects one that lacks required data.
    ///
    /// # Errors
    ///
    /// Fails with a description of the problem.
    fn validate_response(
        _response: &mut Self::Response,
        _context: &ResponseContext,
    ) -> Result<(), String> {
        Ok(())
    }

    /// Returns the number of inputs, if the response has an item for each of them.
    fn input_count(&self) -> Option<usize> {
        None
    }

    /// Sets the fields that the caller does not set, such as `stream`.
    fn prepare(&mut self, _streams: bool) {}

    /// Sets the model, if the operation has one.
    fn set_model(&mut self, _model: &str) {}

    /// Reports those fields that spans record.
    fn observe(&self, _observer: &mut dyn Observer) {}

    /// Encodes every field into the path, the query or the body.
    ///
    /// # Errors
    ///
    /// Fails with the name of the first field that cannot be encoded.
    fn encode(&self, encoder: &mut RequestEncoder) -> Result<(), InvalidField>;
}

/// The arguments of an operation with a streaming response.
pub trait StreamRequest: Request {
    /// The type of the events of the stream.
    type Chunk: StreamEvent;
}
