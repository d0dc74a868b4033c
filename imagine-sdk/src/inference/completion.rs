//! Text completions in the place of chats, for structured output.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{
    ChatCompletionRequest, ChatCompletionResponse, ChatCompletionResponseChoice,
    ChatCompletionResponseStreamChoice, ChatCompletionStreamResponse, ChatMessage,
    CompletionRequest, CompletionResponse, CompletionResponseChoice,
    CompletionResponseStreamChoice, CompletionStreamResponse, DeltaMessage,
};
use crate::chat::tools::{ChatChunks, TextCompletion};
use crate::client::RequestBuilder;
use crate::error::Error;

/// The maximum number of tokens of an output whose chat sets none. Services have a default of their own for text
/// completions, which is often too low for an object.
const DEFAULT_MAX_TOKENS: u64 = 1024;

/// Creates a text completion with the model, the sampling parameters and the options of a chat.
pub(super) fn builder(
    chat: &RequestBuilder<ChatCompletionRequest>,
    prompt: String,
) -> RequestBuilder<CompletionRequest> {
    let request = &chat.request;
    RequestBuilder {
        connection: chat.connection.clone(),
        request: CompletionRequest {
            frequency_penalty: request.frequency_penalty,
            ignore_eos: request.ignore_eos,
            max_seconds: request.max_seconds,
            max_tokens: request.max_tokens.or(Some(DEFAULT_MAX_TOKENS)),
            model: request.model.clone(),
            presence_penalty: request.presence_penalty,
            prompt,
            repetition_penalty: request.repetition_penalty,
            skip_special_tokens: request.skip_special_tokens,
            stop: request.stop.clone(),
            stop_token_ids: request.stop_token_ids.clone(),
            stream_options: request.stream_options.clone(),
            temperature: request.temperature,
            top_k: request.top_k,
            top_p: request.top_p,
            extra: request.extra.clone(),
            ..CompletionRequest::new("")
        },
        options: chat.options.clone(),
    }
}

impl TextCompletion for RequestBuilder<CompletionRequest> {
    #[inline]
    fn send(self: Box<Self>) -> BoxFuture<'static, Result<ChatCompletionResponse, Error>> {
        let response = (*self).send();
        response.map(|response| response.map(chat_response)).boxed()
    }

    #[inline]
    fn stream(mut self: Box<Self>) -> BoxFuture<'static, Result<ChatChunks, Error>> {
        let options = self.request.stream_options.get_or_insert_default();
        options.include_usage.get_or_insert(true);
        let events = (*self).stream();
        let chunks = |events| ChatChunks::new(events, chat_chunk);
        events.map(move |events| events.map(chunks)).boxed()
    }
}

fn chat_response(response: CompletionResponse) -> ChatCompletionResponse {
    let choice = |choice: CompletionResponseChoice| ChatCompletionResponseChoice {
        finish_reason: choice.finish_reason,
        index: choice.index,
        message: ChatMessage::assistant(choice.text),
        extra: choice.extra,
    };
    ChatCompletionResponse {
        choices: response.choices.into_iter().map(choice).collect(),
        created: response.created,
        id: response.id,
        model: response.model,
        object: response.object,
        usage: response.usage.unwrap_or_default(),
        extra: response.extra,
        ..ChatCompletionResponse::default()
    }
}

#[allow(
    clippy::needless_update,
    reason = "the document may add fields to the generated types"
)]
fn chat_chunk(chunk: CompletionStreamResponse) -> ChatCompletionStreamResponse {
    let choice = |choice: CompletionResponseStreamChoice| {
        let text = choice.text.map(Into::into);
        let delta = choice.delta.filter(|delta| delta.content.is_some());
        ChatCompletionResponseStreamChoice {
            delta: delta.unwrap_or_else(|| DeltaMessage {
                content: text,
                ..DeltaMessage::default()
            }),
            finish_reason: choice.finish_reason,
            index: choice.index,
            extra: choice.extra,
            ..ChatCompletionResponseStreamChoice::default()
        }
    };
    ChatCompletionStreamResponse {
        choices: chunk.choices.into_iter().map(choice).collect(),
        created: chunk.created,
        id: chunk.id,
        model: chunk.model,
        object: chunk.object,
        usage: chunk.usage,
        extra: chunk.extra,
        ..ChatCompletionStreamResponse::default()
    }
}
