//! Validation of responses.

use super::EmbeddingResponse;
use crate::request::ResponseContext;

/// Validates vectors.
pub(crate) fn embeddings(
    response: &mut EmbeddingResponse,
    context: &ResponseContext,
) -> Result<(), String> {
    sort(&mut response.data, |vector| vector.index, context)
}

/// Sorts vectors by the order of the inputs, and rejects a response without one for each.
pub(super) fn sort<T>(
    vectors: &mut [T],
    index: impl FnMut(&T) -> u64,
    context: &ResponseContext,
) -> Result<(), String> {
    let (received, inputs) = (vectors.len(), context.input_count);
    if let Some(inputs) = inputs.filter(|inputs| *inputs != received) {
        return Err(format!(
            "it contains {received} vectors for {inputs} inputs"
        ));
    }
    // Servers without indexes send 0 for all vectors, in order. The sort is stable.
    vectors.sort_by_key(index);
    Ok(())
}
