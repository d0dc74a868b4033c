//! Chat requests of both APIs as one trait.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::chat::{
    ChatStream,
    structured::{OutputMode, Schema},
    validate,
};
use crate::client::RequestBuilder;
use crate::error::{Error, InvalidField};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionStreamResponse, Tool,
};
use crate::request::StreamRequest;
use crate::response::Response;
use crate::types::Messages;

/// A chat request that can continue a conversation and offer tools.
pub(crate) trait ChatRequest:
    StreamRequest<Chunk = ChatCompletionStreamResponse> + Clone
{
    /// Returns the conversation.
    fn messages(&mut self) -> &mut Messages;

    /// Returns the tools.
    fn tools(&mut self) -> &mut Option<Vec<Tool>>;

    /// Allows the model to call tools, if the service requires a field for that.
    fn allow_calls(&mut self) {}

    /// Requires a call of the tool with this name, if the service has a field for that.
    fn require_call(&mut self, _name: &str) {}
}

/// A chat of either API that can be continued. Responses of both are decoded as those of the inference API, which keep
/// unknown fields.
pub(crate) trait Model: Send + Sync {
    /// Takes the conversation out of the request.
    fn take_messages(&mut self) -> Messages;

    /// Sets the tools. Fails if the request already has tools, because those have no handlers.
    fn set_tools(&mut self, tools: Vec<Tool>) -> Result<(), Error>;

    /// Requests a response that matches a schema.
    fn set_output(&mut self, schema: &Schema, output_mode: OutputMode);

    /// Sends the conversation and returns the buffered response.
    fn send(
        &self,
        messages: &Messages,
    ) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>>;

    /// Sends the conversation and returns the streaming response.
    fn stream(&self, messages: &Messages) -> BoxFuture<'static, Result<ChatStream, Error>>;
}

impl<R: ChatRequest> Model for RequestBuilder<R> {
    fn take_messages(&mut self) -> Messages {
        std::mem::take(self.request.messages())
    }

    fn set_tools(&mut self, tools: Vec<Tool>) -> Result<(), Error> {
        let existing = self.request.tools();
        if existing.as_ref().is_some_and(|tools| !tools.is_empty()) {
            let problem =
                "are set in addition to a toolbox; add them to the toolbox with their handlers";
            return Err(Error::invalid_argument(InvalidField::new("tools", problem))
                .with_operation(R::OPERATION.id));
        }
        if !tools.is_empty() {
            *existing = Some(tools);
            self.request.allow_calls();
        }
        Ok(())
    }

    fn set_output(&mut self, schema: &Schema, output_mode: OutputMode) {
        match output_mode {
            OutputMode::ResponseFormat => {
                let format = Value::from(schema.response_format());
                self.options
                    .with_extra_field("response_format".to_owned(), format);
            }
            OutputMode::Tool => {
                let tools = self.request.tools().get_or_insert_default();
                tools.push(schema.tool());
                self.request.require_call(schema.name());
            }
        }
    }

    fn send(
        &self,
        messages: &Messages,
    ) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>> {
        let response = with_messages(self, messages).send_as(validate::chat);
        response
            .map(|response| response.map(Response::into_inner))
            .boxed()
    }

    fn stream(&self, messages: &Messages) -> BoxFuture<'static, Result<ChatStream, Error>> {
        with_messages(self, messages).stream().boxed()
    }
}

fn with_messages<R: ChatRequest>(
    builder: &RequestBuilder<R>,
    messages: &Messages,
) -> RequestBuilder<R> {
    let mut builder = builder.clone();
    builder.request.messages().clone_from(messages);
    builder
}
