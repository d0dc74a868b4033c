//! Uploads of recordings and images to the media API, from URLs, paths, bytes and readers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use imagine_sdk::transport::{RequestBody, ResponseBody, Transport, TransportError};
use imagine_sdk::{Error, FilePart, Image, MediaClient, http};
use imagine_tests::{
    Call, ENDPOINT, HttpService, KEY, MockResponse, MockTransport, PauselessClock, SentRequest,
    TempDir, TestClient, assert_error_line, fixtures, wav,
};

/// An operation with a recording: its name, its response, and its call.
type Upload = (
    &'static str,
    &'static str,
    fn(&MediaClient, FilePart) -> Box<dyn Call>,
);

const UPLOADS: [Upload; 2] = [
    ("stt", "media/stt.json", |client, file| {
        Box::new(client.stt(file))
    }),
    ("voice_clone", "media/voice_clone.json", |client, file| {
        Box::new(client.voice_clone().sample(file).name("Me"))
    }),
];

/// The documented formats.
const FORMATS: [&str; 8] = ["mp3", "flv", "ogg", "wav", "raw", "m4a", "mp4", "wave"];

fn reader(name: &str) -> FilePart {
    FilePart::reader(name, std::io::Cursor::new(wav()), wav().len() as u64)
}

/// Returns the file name, the media type and the bytes of the recording in a request.
fn sample(request: &SentRequest) -> (Option<String>, Option<String>, Bytes) {
    let form = request.form();
    let mut samples = form.into_iter().filter(|part| part.name == "sample");
    let sample = samples.next().expect("a part with the recording");
    assert!(samples.next().is_none(), "one recording");
    (sample.file_name, sample.content_type, sample.data)
}

/// Sends a recording to an HTTP server, and returns the received part.
async fn received((name, response, upload): Upload, file: FilePart) -> SentRequest {
    let service = HttpService::ok("application/json", fixtures::bytes(response));
    upload(&service.clients().media, file).send().await.unwrap();
    let request = service.single_request();
    assert_eq!(request.operation(), name);
    request
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_is_uploaded_from_path_bytes_and_reader() {
    let dir = TempDir::new();
    let path = dir.file("my voice.wav", &wav());
    for upload in UPLOADS {
        let files = [
            FilePart::from(path.clone()),
            FilePart::bytes("my voice.wav", wav()),
            FilePart::from(wav()).file_name("my voice.wav"),
            reader("my voice.wav"),
        ];
        for file in files {
            let request = received(upload, file).await;
            let (name, kind, data) = sample(&request);
            assert_eq!(name.as_deref(), Some("my voice.wav"));
            assert_eq!(kind.as_deref(), Some("audio/x-wav"));
            assert_eq!(data, wav());
            let length = request.body.len().to_string();
            assert_eq!(request.header("content-length"), Some(&*length));
            assert_eq!(request.header("transfer-encoding"), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_given_content_type_is_kept() {
    for upload in UPLOADS {
        let file = FilePart::bytes("a.raw", wav()).content_type("audio/l16;rate=8000");
        let (name, kind, _) = sample(&received(upload, file).await);
        assert_eq!(name.as_deref(), Some("a.raw"));
        assert_eq!(kind.as_deref(), Some("audio/l16;rate=8000"));
    }
}

/// A pipe would block for ever, and a device never ends (F9).
#[cfg(unix)]
#[test]
fn an_image_is_read_only_from_a_file() {
    let directory = imagine_tests::TempDir::new();
    let pipe = directory.path("pipe.png");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()));
    for path in [pipe, "/dev/zero".into(), directory.path("")] {
        let error = imagine_sdk::Image::path(&path).unwrap_err();
        assert!(
            error.is_file_read() && error.to_string().contains("is not a file"),
            "{error}"
        );
    }
    // A large file of another type is not read to its end.
    let path = directory.path("sparse.png");
    let sparse = std::fs::File::create(&path).unwrap();
    sparse.set_len(1 << 40).unwrap();
    let error = imagine_sdk::Image::path(&path).unwrap_err();
    assert!(error.to_string().contains("PNG"), "{error}");
}

#[tokio::test]
async fn documented_formats_are_accepted_case_insensitively() {
    for (_, _, upload) in UPLOADS {
        for format in FORMATS {
            for name in [
                format!("a.{format}"),
                format!("A.B.{}", format.to_uppercase()),
            ] {
                let test = TestClient::new([MockResponse::status(200)]);
                let file = FilePart::bytes(name.as_str(), wav());
                upload(&test.media, file).send_raw().await.unwrap();
                assert_eq!(sample(&test.single_request()).0, Some(name));
            }
        }
    }
}

/// Returns the error of a recording that must not be sent.
async fn call_error((name, _, upload): Upload, file: FilePart) -> Error {
    let test = TestClient::new([]);
    let error = upload(&test.media, file).send().await.unwrap_err();
    assert_error_line(&error, name);
    assert!(error.is_invalid_argument(), "{error}");
    assert_eq!(
        (error.invalid_field(), error.attempts()),
        (Some("sample"), 0)
    );
    assert_eq!(test.requests().len(), 0, "{name}");
    error
}

#[tokio::test]
async fn an_unknown_format_is_rejected_with_the_known_formats() {
    for upload in UPLOADS {
        for name in ["a.txt", "a.opus", "wav", "a.", "a.wav.zip", ""] {
            for file in [
                FilePart::bytes(name, wav()),
                reader(name),
                FilePart::path(name),
            ] {
                let text = call_error(upload, file).await.to_string();
                assert!(text.contains(&FORMATS.join(", ")), "{name}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn bytes_without_a_file_name_are_rejected_with_a_fix() {
    for upload in UPLOADS {
        for file in [FilePart::from(wav()), FilePart::from(Bytes::from(wav()))] {
            let text = call_error(upload, file).await.to_string();
            assert!(text.contains("file_name"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_missing_file_is_named() {
    for (name, _, upload) in UPLOADS {
        let test = TestClient::with_media_settings([], |builder| builder.clock(PauselessClock));
        let error = upload(&test.media, "no/such/voice.wav".into())
            .send()
            .await
            .unwrap_err();
        assert_error_line(&error, name);
        assert!(
            error.is_file_read() && error.to_string().contains("no/such/voice.wav"),
            "{error}"
        );
        assert_eq!(test.requests().len(), 0);
    }
}

/// Opening a pipe would wait for a writer, and a pipe has no length.
#[cfg(unix)]
#[tokio::test]
async fn a_path_that_is_not_a_file_is_rejected_immediately() {
    let dir = TempDir::new();
    let pipe = dir.path("pipe.wav");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let directory = dir.path("dir.wav");
    std::fs::create_dir(&directory).unwrap();
    for place in [pipe, directory] {
        for (name, _, upload) in UPLOADS {
            let test = TestClient::with_media_settings([], |builder| builder.clock(PauselessClock));
            let error = upload(&test.media, place.clone().into()).send().await;
            let error = error.unwrap_err();
            assert_error_line(&error, name);
            assert!(
                error.is_file_read() && error.to_string().contains("not a file"),
                "{error}"
            );
            assert_eq!(test.requests().len(), 0, "{name}");
        }
    }
}

/// Asserts that both attempts contain the same parts.
fn assert_replayed(requests: &[SentRequest]) {
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].form(), requests[1].form());
    assert_eq!(sample(&requests[1]).2, wav());
}

#[tokio::test]
async fn bytes_are_retried_completely() {
    for (_, response, upload) in UPLOADS {
        for status in [429, 503] {
            let response = MockResponse::bytes("application/json", fixtures::bytes(response));
            let test = TestClient::new([MockResponse::status(status), response]);
            let file = FilePart::bytes("a.wav", wav());
            upload(&test.media, file).send().await.unwrap();
            assert_replayed(&test.requests());
        }
    }
}

/// Reading a file takes real time, so this test uses tokio's paused clock instead of the manual clock.
#[tokio::test(start_paused = true)]
async fn a_file_on_disk_is_retried_completely() {
    let dir = TempDir::new();
    let path = dir.file("a.wav", &wav());
    for (_, response, upload) in UPLOADS {
        let response = MockResponse::bytes("application/json", fixtures::bytes(response));
        let transport = MockTransport::new(ENDPOINT, [MockResponse::status(429), response]);
        let builder = MediaClient::builder().endpoint(ENDPOINT).api_key(KEY);
        let client = builder.transport(transport.clone()).build().unwrap();
        upload(&client, path.clone().into()).send().await.unwrap();
        assert_replayed(&transport.requests());
    }
}

#[tokio::test]
async fn a_reader_is_sent_once() {
    for (_, _, upload) in UPLOADS {
        for status in [429, 500, 503] {
            let test = TestClient::new([MockResponse::status(status)]);
            let error = upload(&test.media, reader("a.wav"))
                .send()
                .await
                .unwrap_err();
            assert_eq!(error.status().unwrap(), status);
            assert_eq!(error.attempts(), 1);
            assert_eq!(sample(&test.single_request()).2, wav());
        }
    }
}

#[tokio::test]
async fn a_reader_of_a_wrong_length_is_an_error() {
    for (_, _, upload) in UPLOADS {
        for length in [1, 1000] {
            let file = FilePart::reader("a.wav", std::io::Cursor::new(wav()), length);
            let error = upload(&TestClient::new([]).media, file)
                .send()
                .await
                .unwrap_err();
            assert!(error.is_file_read(), "{error}");
        }
    }
}

#[tokio::test]
async fn every_string_of_a_voice_is_sent_in_the_form() {
    let test = TestClient::new([MockResponse::status(200)]);
    let call = test.media.voice_clone();
    let call = call
        .transcript("Read \"this\"\r\n")
        .model("all")
        .reference_text("Said");
    let call = call.character_id_str("c1").name("Mé").existing_id("v1");
    call.send_raw().await.unwrap();
    let form = test.single_request().form();
    let mut texts: Vec<_> = form
        .iter()
        .map(|part| (part.name.as_str(), part.text()))
        .collect();
    texts.sort();
    let expected = [
        ("character_id_str", "c1"),
        ("existing_id", "v1"),
        ("model", "all"),
        ("name", "Mé"),
        ("reference_text", "Said"),
        ("transcript", "Read \"this\"\r\n"),
    ];
    assert_eq!(texts, expected.map(|(name, text)| (name, text.to_owned())));
}

/// A call with an image, and the name of the image's field.
type WithImage = (&'static str, fn(&MediaClient, Image) -> Box<dyn Call>);

/// Every field with an image.
const IMAGES: [WithImage; 9] = [
    ("init_image", |client, image| {
        Box::new(client.img2img("x", image))
    }),
    ("init_image", |client, image| {
        Box::new(client.inpaint("x").init_image(image))
    }),
    ("mask_image", |client, image| {
        Box::new(client.inpaint("x").mask_image(image))
    }),
    ("image", |client, image| {
        Box::new(client.remove_background(image))
    }),
    ("image", |client, image| Box::new(client.upscale(image))),
    ("init_image", |client, image| {
        Box::new(client.animate(image))
    }),
    ("end_image", |client, image| {
        Box::new(client.animate("https://h/x").end_image(image))
    }),
    ("init_image", |client, image| {
        Box::new(client.video("x").init_image(image))
    }),
    ("end_image", |client, image| {
        Box::new(client.video("x").end_image(image))
    }),
];

/// The bytes are not a valid image, so a re-encoding would fail.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n?>~";

#[tokio::test]
async fn an_image_is_sent_unchanged() {
    let dir = TempDir::new();
    let path = dir.file("no matter.jpg", PNG);
    let data = "data:image/png;base64,iVBORw0KGgo/Pn4=";
    for (field, call) in IMAGES {
        let images = [
            (Image::url("https://h/x.png?a=b"), "https://h/x.png?a=b"),
            (Image::bytes(PNG).unwrap(), data),
            (Image::path(&path).unwrap(), data),
            (Image::url(data), data),
        ];
        for (image, expected) in images {
            let test = TestClient::new([MockResponse::status(200)]);
            call(&test.media, image).send_raw().await.unwrap();
            let request = test.single_request();
            request.operation();
            assert_eq!(request.json()[field], expected, "{}", request.path);
        }
    }
}

/// A transport that records the sizes of the chunks of a body.
#[derive(Clone, Debug, Default)]
struct ChunkSizes(Arc<Mutex<Vec<usize>>>);

impl Transport for ChunkSizes {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<ResponseBody>, TransportError>> {
        let sizes = Arc::clone(&self.0);
        Box::pin(async move {
            if let RequestBody::Stream { mut chunks, .. } = request.into_body() {
                while let Some(chunk) = chunks.next().await {
                    sizes.lock().unwrap().push(chunk.unwrap().len());
                }
            }
            let response = fixtures::bytes("media/stt.json");
            Ok(http::Response::new(ResponseBody::from(response)))
        })
    }
}

/// F4. Small reads would cost more than sending.
#[tokio::test]
async fn a_file_is_read_in_steps_of_256_kib() {
    const STEP: usize = 256 * 1024;
    let dir = TempDir::new();
    let path = dir.path("speech.wav");
    std::fs::write(&path, [wav(), vec![0; 4 * STEP]].concat()).unwrap();
    let transport = ChunkSizes::default();
    let client = MediaClient::builder().endpoint(ENDPOINT).api_key(KEY);
    let client = client.transport(transport.clone()).build().unwrap();
    client.stt(path).await.unwrap();
    let sizes = transport.0.lock().unwrap();
    assert_eq!(
        sizes.iter().filter(|size| **size == STEP).count(),
        4,
        "{sizes:?}"
    );
}
