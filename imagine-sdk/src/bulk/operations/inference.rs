//! The operations of the inference API.

use super::super::builder::Bulk;
use super::super::input::{Inputs, Text};
use super::each::Each;
use super::embed::EmbedAll;
use super::rerank::{Pair, RerankAll};
use super::{Change, missing};
use crate::client::generated::InferenceClient;
use crate::inference::Messages;
use crate::inference::builder::{Chat, Transcribe, Translate};
use crate::inference::operations::{CHAT, TRANSCRIBE, TRANSLATE};
use crate::request::FilePart;

/// Completes conversations: [`InferenceClient::chat_all`].
pub type ChatAll = Each<Messages, Chat>;

/// Translates strings: [`InferenceClient::translate_all`].
pub type TranslateAll = Each<Text, Translate>;

/// Transcribes files: [`InferenceClient::transcribe_all`].
pub type TranscribeAll = Each<FilePart, Transcribe>;

/// Many inputs. [`bulk`](crate::bulk) describes the runs.
impl InferenceClient {
    /// Embeds any number of strings, in batches of 64 by default. The outputs are vectors of 32-bit floats with equal
    /// dimensions. [`each`](Bulk::each) sets the model.
    ///
    #[cfg_attr(feature = "rustls", doc = "```")]
    #[cfg_attr(not(feature = "rustls"), doc = "```ignore")]
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = imagine_mock::MockServer::start().await?;
    /// # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
    /// let rows = client.embed_all(["Manchego", "", "Mahón"]).await?;
    /// let errors: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
    /// assert_eq!(errors[0].to_string(), "row 1: embeddings: `input` is empty; nothing was sent for it");
    /// # Ok(())
    /// # }
    /// ```
    pub fn embed_all<'a>(
        &self,
        texts: impl Inputs<'a, Item: Into<Text> + 'a>,
    ) -> Bulk<'a, EmbedAll> {
        Bulk::new(&self.connection(), EmbedAll::new(self.clone()), texts)
    }

    /// Scores any number of documents against queries: pairs of a query and a document. Consecutive pairs with the same
    /// query are sent together, by default up to 64. The outputs are scores.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let documents = ["Manchego is of sheep milk", "Madrid is a city"];
    /// for score in client.rerank_all(documents.map(|document| ("cheese", document))).await? {
    ///     println!("{}", score?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn rerank_all<'a>(
        &self,
        pairs: impl Inputs<'a, Item: Into<Pair> + 'a>,
    ) -> Bulk<'a, RerankAll> {
        Bulk::new(&self.connection(), RerankAll::new(self.clone()), pairs)
    }

    /// Translates any number of strings, each in a request. The model determines the languages.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// for response in client.translate_all(["Hello", "Goodbye"], "Helsinki-NLP/opus-mt-en-es").await? {
    ///     println!("{}", response?.text().unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn translate_all<'a>(
        &self,
        texts: impl Inputs<'a, Item: Into<Text> + 'a>,
        model: impl Into<String>,
    ) -> Bulk<'a, TranslateAll> {
        let (client, model) = (self.clone(), model.into());
        let operation = Each {
            operation: &TRANSLATE,
            build: Box::new(move |text: Text| client.translate(text.into_string(), &model)),
            change: Change::none(),
            fields: |builder: &Translate| builder.0.settings(),
            blank: Some(Text::default()),
            check: |text| {
                let text = text.as_deref();
                text.map(drop).ok_or_else(|| missing("prompt"))
            },
            identity: |text| text.clone().into_string().into_bytes(),
        };
        Bulk::new(&self.connection(), operation, texts)
    }

    /// Completes any number of conversations, each in a request. A string is a conversation with one message.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let questions = ["Best Spanish cheese?", "Best Spanish wine?"];
    /// for reply in client.chat_all(questions).each(|call| call.temperature(0.0)).await? {
    ///     println!("{}", reply?.text().unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn chat_all<'a>(
        &self,
        conversations: impl Inputs<'a, Item: Into<Messages> + 'a>,
    ) -> Bulk<'a, ChatAll> {
        let client = self.clone();
        let operation = Each {
            operation: &CHAT,
            build: Box::new(move |messages: Messages| client.chat(messages)),
            change: Change::none(),
            fields: |builder: &Chat| builder.0.settings(),
            blank: Some(Messages::default()),
            check: |messages| match messages.iter().all(|message| message.content.is_none()) {
                true => Err(missing("messages")),
                false => Ok(()),
            },
            identity: |messages| serde_json::to_vec(messages).unwrap_or_default(),
        };
        Bulk::new(&self.connection(), operation, conversations)
    }

    /// Transcribes any number of audio files, each in a request. Files with the same path are equal inputs; files from
    /// readers cannot be resent.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let files = std::fs::read_dir("recordings")?.filter_map(|file| Some(file.ok()?.path()));
    /// for transcript in client.transcribe_all(files).concurrency(2).await? {
    ///     println!("{}", transcript?.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn transcribe_all<'a>(
        &self,
        files: impl Inputs<'a, Item: Into<FilePart> + 'a>,
    ) -> Bulk<'a, TranscribeAll> {
        let client = self.clone();
        let operation = Each {
            operation: &TRANSCRIBE,
            build: Box::new(move |file: FilePart| client.transcribe(file)),
            change: Change::none(),
            fields: |builder: &Transcribe| builder.request().model.clone(),
            blank: Some(FilePart::from(Vec::new())),
            check: |_| Ok(()),
            identity: FilePart::identity,
        };
        Bulk::new(&self.connection(), operation, files)
    }
}
