//! A chat that can be asked again.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::chat::{
    ChatStream,
    structured::{OutputMode, Schema},
};
use crate::client::RequestBuilder;
use crate::error::{Error, InvalidField};
use crate::generated::inference::types::{
    ChatCompletionResponse, ChatCompletionStreamResponse, Tool,
};
use crate::request::StreamRequest;
use crate::response::Response;
use crate::types::Messages;

/// A request that goes on with a conversation and can offer tools.
pub(crate) trait ChatRequest:
    StreamRequest<Chunk = ChatCompletionStreamResponse> + Clone
{
    /// The conversation.
    fn messages(&mut self) -> &mut Messages;

    /// The tools that are offered.
    fn tools(&mut self) -> &mut Option<Vec<Tool>>;

    /// Lets the model call tools, where the service would not unless asked to.
    fn allow_calls(&mut self) {}

    /// Has the response given by a call of the tool of this name, where the service has a way to say so.
    fn require_call(&mut self, _name: &str) {}
}

/// A chat that can be asked again, whichever API it is of. Answers of both are read as those of the
/// inference API, which keep what they do not name.
pub(crate) trait Model: Send + Sync {
    /// Takes the conversation so far.
    fn take_messages(&mut self) -> Messages;

    /// Offers tools. None may be offered yet, because there is nothing that does the work of those.
    fn offer(&mut self, tools: Vec<Tool>) -> Result<(), Error>;

    /// Asks for a response that fits a schema.
    fn shape(&mut self, schema: &Schema, through: OutputMode);

    /// Asks for the next message.
    fn ask(&self, messages: &Messages)
    -> BoxFuture<'static, Result<ChatCompletionResponse, Error>>;

    /// Asks for the next message, in pieces.
    fn listen(&self, messages: &Messages) -> BoxFuture<'static, Result<ChatStream, Error>>;
}

impl<R: ChatRequest> Model for RequestBuilder<R> {
    fn take_messages(&mut self) -> Messages {
        std::mem::take(self.request.messages())
    }

    fn offer(&mut self, tools: Vec<Tool>) -> Result<(), Error> {
        let offered = self.request.tools();
        if offered.as_ref().is_some_and(|tools| !tools.is_empty()) {
            let problem =
                "are set beside a toolbox; put them into it, each with what does its work";
            return Err(Error::invalid_argument(InvalidField::new("tools", problem))
                .with_operation(R::OPERATION.id));
        }
        if !tools.is_empty() {
            *offered = Some(tools);
            self.request.allow_calls();
        }
        Ok(())
    }

    fn shape(&mut self, schema: &Schema, through: OutputMode) {
        match through {
            OutputMode::ResponseFormat => {
                let format = Value::from(schema.response_format());
                self.options
                    .with_extra_field("response_format".to_owned(), format);
            }
            OutputMode::Tool => {
                let offered = self.request.tools().get_or_insert_default();
                offered.push(schema.tool());
                self.request.require_call(schema.name());
            }
        }
    }

    fn ask(
        &self,
        messages: &Messages,
    ) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>> {
        let response = with(self, messages).send_as();
        response
            .map(|response| response.map(Response::into_inner))
            .boxed()
    }

    fn listen(&self, messages: &Messages) -> BoxFuture<'static, Result<ChatStream, Error>> {
        with(self, messages).stream().boxed()
    }
}

/// The request with this conversation.
fn with<R: ChatRequest>(pending: &RequestBuilder<R>, messages: &Messages) -> RequestBuilder<R> {
    let mut asked = pending.clone();
    asked.request.messages().clone_from(messages);
    asked
}
