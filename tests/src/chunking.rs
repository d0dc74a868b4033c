//! Splitting of bytes into chunks.

use bytes::Bytes;

/// Returns the bytes as one chunk, byte by byte, and in 50 pseudorandom splits from a fixed seed.
pub fn all_chunkings(bytes: &[u8]) -> Vec<Vec<Bytes>> {
    let single_chunk = vec![Bytes::copy_from_slice(bytes)];
    let single_bytes = bytes.chunks(1).map(Bytes::copy_from_slice).collect();
    let mut random = fastrand::Rng::with_seed(7);
    let random_splits = (0..50).map(|_| random_chunks(bytes, &mut random));
    [single_chunk, single_bytes]
        .into_iter()
        .chain(random_splits)
        .collect()
}

fn random_chunks(mut rest: &[u8], random: &mut fastrand::Rng) -> Vec<Bytes> {
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(random.usize(1..=rest.len()));
        chunks.push(Bytes::copy_from_slice(chunk));
        rest = tail;
    }
    chunks
}
