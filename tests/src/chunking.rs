//! The ways in which bytes can arrive.

use bytes::Bytes;

/// The bytes in one piece, byte by byte, and under 50 cuts that are random and always the same.
pub fn all_chunkings(bytes: &[u8]) -> Vec<Vec<Bytes>> {
    let whole = vec![Bytes::copy_from_slice(bytes)];
    let single = bytes.chunks(1).map(Bytes::copy_from_slice).collect();
    let mut random = fastrand::Rng::with_seed(7);
    let cut = (0..50).map(|_| cut(bytes, &mut random));
    [whole, single].into_iter().chain(cut).collect()
}

fn cut(mut rest: &[u8], random: &mut fastrand::Rng) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, tail) = rest.split_at(random.usize(1..=rest.len()));
        pieces.push(Bytes::copy_from_slice(piece));
        rest = tail;
    }
    pieces
}
