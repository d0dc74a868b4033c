//! The models that the mock offers.

use std::collections::BTreeMap;

use crate::contract::Contract;
use crate::response::ErrorResponse;

/// The models of one type and the operations that they serve.
struct ModelGroup {
    model_type: &'static str,
    operations: &'static [&'static str],
    /// The models in addition to the default models of the operations in the specification.
    additional: &'static [&'static str],
}

const MODEL_GROUPS: &[ModelGroup] = &[
    ModelGroup {
        model_type: "embedding",
        operations: &["embeddings"],
        additional: &["BAAI/bge-small-en-v1.5"],
    },
    ModelGroup {
        model_type: "llm",
        operations: &["chat", "completion"],
        additional: &[
            "Llama-3.1-70B",
            "Llama-3.2-1B",
            "Llama-3.3-70B",
            "Mistral-7B",
            "Sarvam-m",
        ],
    },
    ModelGroup {
        model_type: "reranker",
        operations: &["reranker"],
        additional: &[],
    },
    ModelGroup {
        model_type: "text_to_image",
        operations: &["images_generate"],
        additional: &[],
    },
    ModelGroup {
        model_type: "transcribe",
        operations: &["transcribe"],
        additional: &["whisper-small"],
    },
    ModelGroup {
        model_type: "translate",
        operations: &["translate"],
        additional: &[
            "Helsinki-NLP/opus-mt-en-es",
            "Helsinki-NLP/opus-mt-es-en",
            "Helsinki-NLP/opus-mt-en-de",
            "Helsinki-NLP/opus-mt-en-fr",
        ],
    },
];

/// Returns the models of each type.
pub(crate) fn by_type(contract: &Contract) -> BTreeMap<&'static str, Vec<&str>> {
    MODEL_GROUPS
        .iter()
        .map(|group| (group.model_type, group.models(contract)))
        .collect()
}

/// Rejects a model that does not serve an operation. An operation without models accepts any.
pub(crate) fn check(operation: &str, model: &str) -> Result<(), ErrorResponse> {
    let serving = MODEL_GROUPS
        .iter()
        .find(|group| group.operations.contains(&operation));
    match serving {
        Some(group) if !group.models(Contract::inference()).contains(&model) => {
            let message = format!(
                "model '{model}' not found among models of type {}; GET /models lists them",
                group.model_type
            );
            Err(ErrorResponse::unknown_model(message))
        }
        _ => Ok(()),
    }
}

/// Returns the error for a model that the mock does not have.
pub(crate) fn unknown(model: &str) -> ErrorResponse {
    ErrorResponse::unknown_model(format!(
        "model '{model}' not found; GET /models lists the models"
    ))
}

impl ModelGroup {
    fn models<'a>(&self, contract: &'a Contract) -> Vec<&'a str> {
        let defaults = self
            .operations
            .iter()
            .filter_map(|id| contract.operation(id)?.default_model.as_deref());
        let mut models: Vec<&str> = defaults.chain(self.additional.iter().copied()).collect();
        // Chat and completion share their default.
        models.dedup();
        models
    }
}
