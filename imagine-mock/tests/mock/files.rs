//! Generated image files and uploaded recordings.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{TestService, merge, send_err, send_ok, wav};

const IMAGES: &str = "/images/generations";

fn request(prompt: &str) -> Value {
    json!({"model": "sdxl-turbo", "prompt": prompt, "size": "24x16", "stream": false})
}

fn file(image: &Value) -> Vec<u8> {
    STANDARD
        .decode(image["b64_json"].as_str().unwrap())
        .unwrap()
}

pub(crate) fn size_of(file: &[u8]) -> (u32, u32) {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width, frame.height)
}

#[tokio::test]
async fn an_image_is_a_png_of_the_requested_size() {
    let service = TestService::start().await;
    for size in ["1x1", "24x16", "512x512"] {
        let request = merge(self::request("a cat"), json!({"size": size}));
        let response = service.post(IMAGES, &request).await;
        let (width, height) = size_of(&file(&response["data"][0]));
        assert_eq!(format!("{width}x{height}"), size);
    }
}

#[tokio::test]
async fn prompt_and_seed_determine_the_image() {
    let service = TestService::start().await;
    let generate = async |request| {
        let response = service.post(IMAGES, &request).await;
        let images = response["data"].as_array().unwrap().iter();
        images.map(file).collect::<Vec<_>>()
    };
    let two = json!({"n": 2, "seed": 1, "seed_increment": 5});
    let two = generate(merge(request("a cat"), two)).await;
    assert_eq!(two.len(), 2);
    assert_ne!(two[0], two[1]);
    // The second image has the seed 1 + 5.
    assert_eq!(
        generate(merge(request("a cat"), json!({"seed": 6}))).await,
        two[1..]
    );
    assert_ne!(
        generate(merge(request("a dog"), json!({"seed": 6}))).await,
        two[1..]
    );
}

#[tokio::test]
async fn a_linked_image_downloads_without_a_key() {
    let service = TestService::start().await;
    let request = merge(self::request("a cat"), json!({"response_format": "url"}));
    let response = service.post(IMAGES, &request).await;
    let url = response["data"][0]["url"].as_str().unwrap();
    let path = url
        .strip_prefix(service.server.inference_endpoint())
        .unwrap();
    let response = service
        .request_without_key(Method::GET, path)
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(size_of(&response.bytes().await.unwrap()), (24, 16));
}

#[tokio::test]
async fn each_event_of_a_stream_contains_one_image() {
    let service = TestService::start().await;
    let request = merge(self::request("a cat"), json!({"n": 3, "stream": true}));
    let events = service.events(IMAGES, &request).await;
    assert_eq!(events.len(), 3);
    for event in events {
        assert_eq!(event["data"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn accepts_any_size_and_count() {
    // The files and their number have limits, the requests have none.
    let service = TestService::start().await;
    for (size, expected) in [
        ("0x16", (1, 16)),
        ("4096x16", (2048, 16)),
        ("99999999999x1", (2048, 1)),
    ] {
        let request = merge(self::request("a cat"), json!({"size": size}));
        let response = service.post(IMAGES, &request).await;
        assert_eq!(size_of(&file(&response["data"][0])), expected);
    }
    for (count, expected) in [(0, 0), (11, 11), (1_000_000, 100)] {
        let request = merge(
            self::request("a cat"),
            json!({"n": count, "response_format": "url"}),
        );
        let response = service.post(IMAGES, &request).await;
        assert_eq!(response["data"].as_array().unwrap().len(), expected);
    }
}

#[tokio::test]
async fn rejects_malformed_sizes() {
    let service = TestService::start().await;
    for (field, value) in [
        ("size", json!("16")),
        ("size", json!("x16")),
        ("size", json!("-1x16")),
    ] {
        let request = merge(self::request("a cat"), json!({field: value}));
        let request = service.request(Method::POST, IMAGES).json(&request);
        let (status, message) = send_err(request).await;
        assert_eq!(status, 422);
        assert!(message.contains(&format!("body/{field}")), "{message}");
    }
}

#[tokio::test]
async fn describes_a_recording() {
    let service = TestService::start().await;
    let response = send_ok(service.upload(wav(2, 16_000, 24_000)).await).await;
    let expected = "A recording of 1.50 seconds, sampled at 16000 Hz on 2 channels.";
    assert_eq!(response["text"], expected);
}

#[tokio::test]
async fn describes_a_file_that_is_not_a_wav_file_by_its_size() {
    let service = TestService::start().await;
    for file in [Vec::new(), b"RIFF".to_vec(), b"\xff\xfb mp3".to_vec()] {
        let expected = format!("A recording of {} bytes.", file.len());
        let response = send_ok(service.upload(file).await).await;
        assert_eq!(response["text"], expected);
    }
}
