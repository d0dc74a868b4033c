//! Calls through async-openai.

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::types::chat::{
    ChatCompletionRequestUserMessage, CreateChatCompletionRequest, CreateChatCompletionRequestArgs,
};
use async_openai::types::embeddings::CreateEmbeddingRequestArgs;
use async_openai::types::images::{CreateImageRequestArgs, Image, ImageModel, ImageResponseFormat};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;

/// A client of a server.
pub struct OpenAi(Client<OpenAIConfig>);

impl OpenAi {
    pub fn new(endpoint: &str) -> Self {
        let config = OpenAIConfig::new()
            .with_api_base(endpoint)
            .with_api_key("key");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self(Client::with_config(config).with_http_client(http))
    }

    fn request(stream: bool) -> CreateChatCompletionRequest {
        let message = ChatCompletionRequestUserMessage::from("Hi");
        let mut request = CreateChatCompletionRequestArgs::default();
        request.model("m").messages([message.into()]).stream(stream);
        request.build().unwrap()
    }

    /// Makes a buffered call.
    pub async fn chat(&self) {
        let response = self.0.chat().create(Self::request(false)).await.unwrap();
        assert!(response.choices[0].message.content.is_some());
    }

    /// Reads a stream and returns the number of bytes of its text deltas.
    pub async fn stream(&self) -> usize {
        let request = Self::request(true);
        let mut stream = self.0.chat().create_stream(request).await.unwrap();
        let mut bytes = 0;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.unwrap();
            bytes += chunk.choices[0]
                .delta
                .content
                .as_ref()
                .map_or(0, String::len);
        }
        bytes
    }

    /// Returns the number of vectors.
    pub async fn embed(&self, texts: &[String]) -> Vec<Vec<f32>> {
        let mut request = CreateEmbeddingRequestArgs::default();
        let request = request.model("m").input(texts.to_vec()).build().unwrap();
        let response = self.0.embeddings().create(request).await.unwrap();
        response
            .data
            .into_iter()
            .map(|item| item.embedding)
            .collect()
    }

    /// Returns the bytes of an image.
    pub async fn image(&self) -> Vec<u8> {
        let mut request = CreateImageRequestArgs::default();
        request.prompt("A cat").model(ImageModel::Other("m".into()));
        request.response_format(ImageResponseFormat::B64Json);
        let request = request.build().unwrap();
        let response = self.0.images().generate(request).await.unwrap();
        match &*response.data[0] {
            Image::B64Json { b64_json, .. } => STANDARD.decode(b64_json.as_bytes()).unwrap(),
            Image::Url { .. } => panic!("the response contains bytes"),
        }
    }
}
