//! Chat requests of both APIs as one trait.

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use serde_json::Value;

use crate::chat::{
    ChatStream,
    structured::{OutputMode, Schema, WorkingModes},
    validate,
};
use crate::client::RequestBuilder;
use crate::error::{Error, InvalidField};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionStreamResponse, Tool,
};
use crate::request::{ResponseContext, StreamEvent, StreamRequest};
use crate::response::Response;
use crate::stream::EventStream;
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

    /// Requests the token counts of a stream, unless the caller decided about them. They show if the response used
    /// all its tokens, and replace the estimates of rate limits and budgets.
    fn report_usage(&mut self);

    /// The modes of structured output in the order in which they are tried.
    const OUTPUT_MODES: &'static [OutputMode];

    /// Returns the name of the model.
    fn model(&self) -> &str;

    /// Creates the request of a text completion, if the API has text completions.
    fn completion(
        _builder: &RequestBuilder<Self>,
        _prompt: String,
    ) -> Option<Box<dyn TextCompletion>> {
        None
    }
}

/// A text completion whose response is decoded as that of a chat.
pub(crate) trait TextCompletion: Send {
    /// Sends the prompt and returns the buffered response.
    fn send(self: Box<Self>) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>>;

    /// Sends the prompt and returns the streaming response.
    fn stream(self: Box<Self>) -> BoxFuture<'static, Result<ChatChunks, Error>>;
}

/// The chunks of a chat or of a text completion.
pub(crate) struct ChatChunks {
    chunks: BoxStream<'static, Result<ChatCompletionStreamResponse, Error>>,
    context: ResponseContext,
}

impl ChatChunks {
    pub(crate) fn new<T: StreamEvent>(
        events: EventStream<T>,
        convert: fn(T) -> ChatCompletionStreamResponse,
    ) -> Self {
        let context = events.context().clone();
        let chunks = stream::unfold(events, move |mut events| async move {
            let event = events.next_accumulated().await?;
            Some((event.map(convert), events))
        });
        Self {
            chunks: chunks.boxed(),
            context,
        }
    }

    pub(crate) async fn next(&mut self) -> Option<Result<ChatCompletionStreamResponse, Error>> {
        self.chunks.next().await
    }

    /// Completes the response that is accumulated from all chunks.
    pub(crate) fn complete(&self, response: &mut ChatCompletionResponse) {
        ChatCompletionStreamResponse::complete(response, &self.context);
    }
}

/// A chat of either API that can be continued. Responses of both are decoded as those of the inference API, which keep
/// unknown fields.
pub(crate) trait Model: Send + Sync {
    /// Takes the conversation out of the request.
    fn take_messages(&mut self) -> Messages;

    /// Sets the tools. Fails if the request already has tools, because those have no handlers.
    fn set_tools(&mut self, tools: Vec<Tool>) -> Result<(), Error>;

    /// Returns the name of the model.
    fn name(&self) -> &str;

    /// Returns the modes of structured output in the order in which they are tried.
    fn output_modes(&self) -> &'static [OutputMode];

    /// Returns the modes that worked last on the client.
    fn working_modes(&self) -> WorkingModes;

    /// Requests a buffered response that matches a schema, in a mode of chats.
    fn send_for_output(
        &self,
        messages: &Messages,
        schema: &Schema,
        mode: OutputMode,
    ) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>>;

    /// Requests a streaming response that matches a schema, in a mode of chats.
    fn stream_for_output(
        &self,
        messages: &Messages,
        schema: &Schema,
        mode: OutputMode,
    ) -> BoxFuture<'static, Result<ChatChunks, Error>>;

    /// Creates a text completion with the model, the limits and the options of the chat.
    fn completion(&self, prompt: String) -> Option<Box<dyn TextCompletion>>;

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

    fn name(&self) -> &str {
        self.request.model()
    }

    fn output_modes(&self) -> &'static [OutputMode] {
        R::OUTPUT_MODES
    }

    fn working_modes(&self) -> WorkingModes {
        self.connection.state()
    }

    fn send_for_output(
        &self,
        messages: &Messages,
        schema: &Schema,
        mode: OutputMode,
    ) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>> {
        send(with_output(self, messages, schema, mode))
    }

    fn stream_for_output(
        &self,
        messages: &Messages,
        schema: &Schema,
        mode: OutputMode,
    ) -> BoxFuture<'static, Result<ChatChunks, Error>> {
        let mut builder = with_output(self, messages, schema, mode);
        builder.request.report_usage();
        let events = builder.stream();
        let chunks = |events| ChatChunks::new(events, std::convert::identity);
        events.map(move |events| events.map(chunks)).boxed()
    }

    fn completion(&self, prompt: String) -> Option<Box<dyn TextCompletion>> {
        R::completion(self, prompt)
    }

    fn send(
        &self,
        messages: &Messages,
    ) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>> {
        send(with_messages(self, messages))
    }

    fn stream(&self, messages: &Messages) -> BoxFuture<'static, Result<ChatStream, Error>> {
        let mut builder = with_messages(self, messages);
        builder.request.report_usage();
        builder.stream().boxed()
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

/// Adds the request for a response that matches a schema.
fn with_output<R: ChatRequest>(
    builder: &RequestBuilder<R>,
    messages: &Messages,
    schema: &Schema,
    mode: OutputMode,
) -> RequestBuilder<R> {
    let mut builder = with_messages(builder, messages);
    if mode == OutputMode::JsonSchema {
        let format = Value::from(schema.response_format());
        let options = &mut builder.options;
        options.with_extra_field("response_format".to_owned(), format);
    } else {
        let tools = builder.request.tools().get_or_insert_default();
        tools.push(schema.tool());
        builder.request.require_call(schema.name());
    }
    builder
}

fn send<R: ChatRequest>(
    builder: RequestBuilder<R>,
) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>> {
    let response = builder.send_as(validate::chat);
    response
        .map(|response| response.map(Response::into_inner))
        .boxed()
}
