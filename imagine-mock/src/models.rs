//! The models that the mock offers.

use std::collections::BTreeMap;

use crate::contract::Contract;
use crate::failure::Failure;

/// Models of one type, and the operations that they serve.
struct Family {
    kind: &'static str,
    operations: &'static [&'static str],
    /// Models beside the defaults that the specification names for these operations.
    others: &'static [&'static str],
}

const FAMILIES: &[Family] = &[
    Family {
        kind: "embedding",
        operations: &["embeddings"],
        others: &["BAAI/bge-small-en-v1.5"],
    },
    Family {
        kind: "llm",
        operations: &["chat", "completion"],
        others: &["Llama-3.3-70B"],
    },
    Family {
        kind: "reranker",
        operations: &["reranker"],
        others: &[],
    },
    Family {
        kind: "text_to_image",
        operations: &["images_generate"],
        others: &[],
    },
    Family {
        kind: "transcribe",
        operations: &["transcribe"],
        others: &["whisper-small"],
    },
    Family {
        kind: "translate",
        operations: &["translate"],
        others: &[
            "Helsinki-NLP/opus-mt-en-es",
            "Helsinki-NLP/opus-mt-es-en",
            "Helsinki-NLP/opus-mt-en-de",
            "Helsinki-NLP/opus-mt-en-fr",
        ],
    },
];

/// The models of each type.
pub(crate) fn by_type(contract: &Contract) -> BTreeMap<&'static str, Vec<&str>> {
    FAMILIES
        .iter()
        .map(|family| (family.kind, family.models(contract)))
        .collect()
}

/// Refuses a model that does not serve an operation. What has no models takes any.
pub(crate) fn check(contract: &Contract, operation: &str, model: &str) -> Result<(), Failure> {
    let serving = FAMILIES
        .iter()
        .find(|family| family.operations.contains(&operation));
    match serving {
        Some(family) if !family.models(contract).contains(&model) => {
            let message = format!(
                "model '{model}' not found among the models of type {}; GET /models lists them",
                family.kind
            );
            Err(Failure::not_found(message))
        }
        _ => Ok(()),
    }
}

impl Family {
    fn models<'a>(&self, contract: &'a Contract) -> Vec<&'a str> {
        let defaults = self
            .operations
            .iter()
            .filter_map(|id| contract.operation(id)?.default_model.as_deref());
        let mut models: Vec<&str> = defaults.chain(self.others.iter().copied()).collect();
        // Chat and completion share their default.
        models.dedup();
        models
    }
}
