//! Validation of responses.

use super::EmbeddingResponse;
use crate::request::ResponseContext;

/// Sorts the vectors by the order of the inputs, and rejects a response without a vector for each input.
pub(crate) fn embeddings(
    response: &mut EmbeddingResponse,
    context: &ResponseContext,
) -> Result<(), String> {
    let (vectors, inputs) = (response.data.len(), context.input_count);
    if let Some(inputs) = inputs.filter(|inputs| *inputs != vectors) {
        return Err(format!("it contains {vectors} vectors for {inputs} inputs"));
    }
    // Servers without indexes send 0 for all vectors, in order. The sort is stable.
    response.data.sort_by_key(|vector| vector.index);
    Ok(())
}
