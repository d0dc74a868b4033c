//! GLB files: a triangle in binary glTF 2.0, which VRM extends.

use serde_json::json;

use crate::hash::hash;

/// The vertices of the triangle, each with three coordinates of four bytes.
const VERTICES: usize = 3;
const BYTES: usize = VERTICES * 3 * 4;

/// Renders a model whose height the seed determines.
pub(super) fn render(seed: u64) -> Vec<u8> {
    let height = 1.0 + (hash(seed.to_le_bytes()) % 100) as f32 / 100.0;
    let positions = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.5, height, 0.0];
    let scene = json!({
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{
            "bufferView": 0,
            "componentType": 5126,
            "count": VERTICES,
            "type": "VEC3",
            "min": [0.0, 0.0, 0.0],
            "max": [1.0, height, 0.0],
        }],
        "bufferViews": [{"buffer": 0, "byteLength": BYTES}],
        "buffers": [{"byteLength": BYTES}],
    });
    let mut scene = scene.to_string().into_bytes();
    scene.resize(scene.len().next_multiple_of(4), b' ');
    let positions: Vec<u8> = positions.into_iter().flat_map(f32::to_le_bytes).collect();
    let chunks = [chunk(b"JSON", &scene), chunk(b"BIN\0", &positions)].concat();
    let mut file = b"glTF\x02\0\0\0".to_vec();
    file.extend(length(file.len() + 4 + chunks.len()));
    file.extend(chunks);
    file
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&length(data.len()), kind.as_slice(), data].concat()
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn header_lengths_match_the_chunks() {
        let file = render(7);
        let length = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(&file[..4], b"glTF");
        assert_eq!(length(8), file.len());
        let json = length(12);
        let scene: serde_json::Value = serde_json::from_slice(&file[20..20 + json]).unwrap();
        let binary = 20 + json;
        assert_eq!(&file[binary + 4..binary + 8], b"BIN\0");
        assert_eq!(scene["buffers"][0]["byteLength"], length(binary));
        assert_eq!(file.len(), binary + 8 + length(binary));
    }
}
