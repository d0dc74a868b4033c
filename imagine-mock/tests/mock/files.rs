//! Images are real files, and recordings are really read.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Service, answered, refused, wav, with};

const IMAGES: &str = "/images/generations";

fn picture(prompt: &str) -> Value {
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
async fn an_image_is_a_png_of_the_asked_size() {
    let service = Service::start().await;
    for size in ["1x1", "24x16", "512x512"] {
        let request = with(picture("a cat"), json!({"size": size}));
        let response = service.post(IMAGES, &request).await;
        let (width, height) = size_of(&file(&response["data"][0]));
        assert_eq!(format!("{width}x{height}"), size);
    }
}

#[tokio::test]
async fn prompt_and_seed_pick_the_picture() {
    let service = Service::start().await;
    let paint = async |request| {
        let response = service.post(IMAGES, &request).await;
        let images = response["data"].as_array().unwrap().iter();
        images.map(file).collect::<Vec<_>>()
    };
    let two = json!({"n": 2, "seed": 1, "seed_increment": 5});
    let two = paint(with(picture("a cat"), two)).await;
    assert_eq!(two.len(), 2);
    assert_ne!(two[0], two[1]);
    // The second image is the first one of the seed that the increment leads to.
    assert_eq!(
        paint(with(picture("a cat"), json!({"seed": 6}))).await,
        two[1..]
    );
    assert_ne!(
        paint(with(picture("a dog"), json!({"seed": 6}))).await,
        two[1..]
    );
}

#[tokio::test]
async fn a_linked_image_can_be_fetched_without_a_key() {
    let service = Service::start().await;
    let request = with(picture("a cat"), json!({"response_format": "url"}));
    let response = service.post(IMAGES, &request).await;
    let url = response["data"][0]["url"].as_str().unwrap();
    let path = url.strip_prefix(service.server.endpoint()).unwrap();
    let response = service.bare(Method::GET, path).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(size_of(&response.bytes().await.unwrap()), (24, 16));
}

#[tokio::test]
async fn a_stream_carries_one_image_in_each_event() {
    let service = Service::start().await;
    let request = with(picture("a cat"), json!({"n": 3, "stream": true}));
    let events = service.events(IMAGES, &request).await;
    assert_eq!(events.len(), 3);
    for event in events {
        assert_eq!(event["data"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn impossible_images_are_refused() {
    let service = Service::start().await;
    for (field, value) in [
        ("size", json!("0x16")),
        ("size", json!("16")),
        ("size", json!("4096x16")),
        ("size", json!("99999999999x1")),
        ("n", json!(0)),
        ("n", json!(1_000_000)),
    ] {
        let request = with(picture("a cat"), json!({field: value}));
        let request = service.request(Method::POST, IMAGES).json(&request);
        let (status, message) = refused(request).await;
        assert_eq!(status, 422);
        assert!(message.contains(&format!("body/{field}")), "{message}");
    }
}

#[tokio::test]
async fn a_recording_is_described() {
    let service = Service::start().await;
    let response = answered(service.upload(wav(2, 16_000, 24_000)).await).await;
    let expected = "A recording of 1.50 seconds, sampled at 16000 Hz on 2 channels.";
    assert_eq!(response["text"], expected);
}

#[tokio::test]
async fn a_file_that_is_no_recording_is_refused() {
    let service = Service::start().await;
    for file in [
        Vec::new(),
        b"RIFF".to_vec(),
        wav(1, 0, 0),
        b"\xff\xfb mp3".to_vec(),
    ] {
        let (status, message) = refused(service.upload(file).await).await;
        assert_eq!(status, 422);
        assert!(message.contains("WAV"), "{message}");
    }
}
