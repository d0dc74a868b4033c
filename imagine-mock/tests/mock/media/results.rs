//! The result files of generations.

use std::io::Cursor;

use gif::DecodeOptions;
use reqwest::Response;
use serde_json::{Value, json};

use super::{TEXT2IMG, generate, start};
use crate::client::{TestService, http, merge};
use crate::files::size_of;

const CAT: &str = "https://example.com/cat.png";

async fn download(status: &Value) -> Response {
    let url = status["primary_media_url"].as_str().unwrap();
    http().get(url).send().await.unwrap()
}

/// Runs a generation and returns its file, which must have this media type.
async fn file(service: &TestService, path: &str, body: &Value, media_type: &str) -> Vec<u8> {
    let response = download(&super::generate(service, path, body).await).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], media_type);
    let length = response.headers()["content-length"].clone();
    let file = response.bytes().await.unwrap().to_vec();
    assert_eq!(length, file.len().to_string());
    file
}

#[tokio::test]
async fn images_are_pngs_of_the_requested_size() {
    let service = start().await;
    for (path, body, size) in [
        (TEXT2IMG, json!({"width": 24, "height": 16}), (24, 16)),
        ("/images/img2img", json!({"width": 1, "height": 1}), (1, 1)),
        ("/images/inpaint", json!({"height": 8}), (1024, 8)),
        ("/images/removebg_mask", json!({"image": CAT}), (1024, 1024)),
        ("/images/upscale", json!({"image": CAT}), (1024, 1024)),
    ] {
        let file = file(&service, path, &body, "image/png").await;
        assert_eq!(size_of(&file), size, "{path}");
    }
}

#[tokio::test]
async fn prompt_and_seed_determine_the_result() {
    let service = start().await;
    let cat = json!({"prompt": "a cat", "width": 24, "height": 16});
    let generate = async |request: &Value| file(&service, TEXT2IMG, request, "image/png").await;
    let first = generate(&cat).await;
    assert_eq!(generate(&cat).await, first);
    assert_ne!(
        generate(&merge(cat.clone(), json!({"seed": 1}))).await,
        first
    );
    assert_ne!(
        generate(&merge(cat, json!({"prompt": "a dog"}))).await,
        first
    );
}

/// Returns the size of an animation, the delays of its frames and its repetition.
fn decode_gif(file: &[u8]) -> ((u16, u16), Vec<u16>, gif::Repeat) {
    let mut decoder = DecodeOptions::new().read_info(Cursor::new(file)).unwrap();
    let size = (decoder.width(), decoder.height());
    let mut delays = Vec::new();
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        delays.push(frame.delay);
        frames.push(frame.buffer.to_vec());
    }
    assert!(frames.windows(2).all(|pair| pair[0] != pair[1]));
    (size, delays, decoder.repeat())
}

#[tokio::test]
async fn animations_are_gifs_of_the_requested_frames() {
    let service = start().await;
    let short = json!({"num_frames": 3, "fps_id": 5, "loop": true, "width": 64, "height": 32});
    for path in ["/images/animate", "/video"] {
        let gif = file(&service, path, &short, "image/gif").await;
        let expected = ((64, 32), vec![20; 3], gif::Repeat::Infinite);
        assert_eq!(decode_gif(&gif), expected);
        let gif = file(&service, path, &json!({"height": 512}), "image/gif").await;
        let expected = ((128, 64), vec![12; 12], gif::Repeat::Finite(0));
        assert_eq!(decode_gif(&gif), expected);
    }
}

/// Returns the duration of a mono WAV file with 16-bit samples.
fn seconds(file: &[u8]) -> f64 {
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    assert_eq!((&file[..4], &file[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
    assert_eq!(&file[20..24], b"\x01\0\x01\0");
    assert_eq!(&file[34..40], b"\x10\0data");
    assert_eq!(
        (number(4) as usize, number(40) as usize),
        (file.len() - 8, file.len() - 44)
    );
    f64::from(number(40)) / f64::from(number(28))
}

#[tokio::test]
async fn audio_files_are_wavs_of_the_requested_length() {
    let service = start().await;
    for (path, body, expected) in [
        ("/foley", json!({"duration": 2}), 2.0),
        ("/foley", json!({}), 4.0),
        ("/tts", json!({"transcript": "0123456789"}), 0.7),
        ("/tts", json!({"transcript": "a".repeat(10_000)}), 300.0),
    ] {
        let file = file(&service, path, &body, "audio/wav").await;
        assert!((seconds(&file) - expected).abs() < 1e-9, "{path}");
        assert!(file[44..].iter().any(|byte| *byte != 0));
    }
}

#[tokio::test]
async fn an_unknown_file_is_not_found() {
    let service = start().await;
    let status = generate(&service, TEXT2IMG, &json!({"width": 8})).await;
    let other = status["primary_media_url"]
        .as_str()
        .unwrap()
        .replace(".png", ".gif");
    let response = http().get(other).header("CH-API-KEY", "k");
    assert_eq!(response.send().await.unwrap().status(), 404);
}
