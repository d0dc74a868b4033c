//! Embeddings.

use std::sync::OnceLock;

use base64_simd::STANDARD;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::value::{RawValue, to_raw_value};

use super::super::input::Text;
use super::{BulkOperation, Change, missing};
use crate::client::generated::InferenceClient;
use crate::error::Error;
use crate::inference::EmbeddingF32Response;
use crate::inference::builder::Embeddings;
use crate::inference::operations::EMBEDDINGS;
use crate::request::Operation;

/// Embeds strings: [`InferenceClient::embed_all`].
pub struct EmbedAll {
    client: InferenceClient,
    change: Change<Embeddings>,
    /// The number of dimensions of the first vector.
    dimensions: OnceLock<usize>,
}

impl EmbedAll {
    pub(super) fn new(client: InferenceClient) -> Self {
        Self {
            client,
            change: Change::none(),
            dimensions: OnceLock::new(),
        }
    }

    fn builder(&self, texts: Vec<String>) -> Embeddings {
        self.change.apply(self.client.embeddings(texts))
    }
}

impl BulkOperation for EmbedAll {
    type Input = Text;
    type Output = Vec<f32>;
    type Builder = Embeddings;

    fn operation(&self) -> &'static Operation {
        &EMBEDDINGS
    }

    fn configure(&mut self, change: Box<dyn Fn(Embeddings) -> Embeddings + Send + Sync>) {
        self.change.add(change);
    }

    fn settings(&self) -> String {
        self.builder(Vec::new()).0.settings()
    }

    fn check(&self, text: &Text) -> Result<(), Error> {
        let text = text.as_deref();
        text.map(drop).ok_or_else(|| missing("input"))
    }

    fn identity(&self, text: &Text) -> Vec<u8> {
        text.clone().into_string().into_bytes()
    }

    fn send(&self, texts: Vec<Text>) -> BoxFuture<'static, Result<Vec<Vec<f32>>, Error>> {
        let texts = texts.into_iter().map(Text::into_string).collect();
        let response = self.builder(texts).send_f32();
        response
            .map(|response| response.map(EmbeddingF32Response::into_vectors))
            .boxed()
    }

    fn accept(&self, vector: &Vec<f32>) -> Result<(), Error> {
        let found = vector.len();
        let first = *self.dimensions.get_or_init(|| found);
        let problem = match vector {
            _ if found == 0 => "the vector has no dimensions".to_owned(),
            _ if found != first => format!(
                "the vector has {found} dimensions, and the first one of the run {first}; vectors of different models cannot be compared"
            ),
            _ if !vector.iter().all(|value| value.is_finite()) => {
                "the vector has a value that a 32-bit float cannot contain".to_owned()
            }
            _ => return Ok(()),
        };
        Err(Error::unexpected_response(problem).with_operation(EMBEDDINGS.id))
    }

    fn write_json(&self, vector: &Vec<f32>) -> serde_json::Result<Box<RawValue>> {
        let bytes = vector.iter().flat_map(|value| value.to_le_bytes());
        to_raw_value(&STANDARD.encode_to_string(bytes.collect::<Vec<u8>>()))
    }

    fn read_json(&self, json: &RawValue) -> Result<Vec<f32>, String> {
        let text: &str = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
        let bytes = STANDARD
            .decode_to_vec(text)
            .map_err(|error| error.to_string())?;
        let (values, rest) = bytes.as_chunks::<4>();
        match rest {
            [] => Ok(values.iter().copied().map(f32::from_le_bytes).collect()),
            _ => Err("its length is not a multiple of 4".to_owned()),
        }
    }
}
