//! The published media API with a mock transport: every form of a generation, from submission to download, and
//! every failure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::MediaClient;
use imagine_sdk::media::{
    AspectRatio, Generation, GenerationType, MusicType, PollWith, Rejection, RejectionReason,
    WaitError,
};
use imagine_sdk::{Error, Image, OneOrMany};
use imagine_tests::{Api, KEY, ManualClock, MockResponse, MockTransport, SentRequest};
use serde_json::{Value, json};

const ORIGIN: &str = "https://service.test";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const ID: &str = "b9ae-6f64957f986a";

/// A client with a response function, and its requests.
struct Published {
    client: MediaClient,
    transport: MockTransport,
}

impl Published {
    fn new(rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static) -> Self {
        Self::with_base(rule, None)
    }

    fn with_base(
        rule: impl FnMut(&SentRequest) -> MockResponse + Send + 'static,
        media_base_url: Option<&str>,
    ) -> Self {
        let transport = MockTransport::from_fn(ORIGIN, rule);
        let builder = MediaClient::builder()
            .endpoint(format!("{ORIGIN}/api/v1"))
            .api_key(KEY)
            .max_retries(0)
            .transport(transport.clone())
            .clock(ManualClock::new());
        let client = match media_base_url {
            Some(base) => builder.media_base_url(base).build().unwrap(),
            None => builder.build().unwrap(),
        };
        Self { client, transport }
    }

    /// Returns the paths of the requests so far.
    fn paths(&self) -> Vec<String> {
        let requests = self.transport.requests();
        requests.into_iter().map(|request| request.path).collect()
    }
}

/// Creates a response with JSON that the specification describes.
fn respond(operation: &str, body: &Value) -> MockResponse {
    let checked = Api::Media.contract().check_response(operation, body);
    checked.unwrap_or_else(|violations| panic!("{operation}: {violations:?}"));
    MockResponse::json(body)
}

fn handle() -> Value {
    json!({"generation_uuid": ID, "cost": 25.0})
}

/// A finished `GalleryItem` with this media path.
fn gallery_item(path: &str) -> Value {
    json!({
        "uuid": "item-1", "is_done": true, "is_failed": false, "primary_image_path": path, "name": "Cat",
        "user_owned": true, "nsfw_image": false, "info": {"width": 8, "height": 8},
    })
}

/// A finished `ImagineItem` with this media URL.
fn imagined_item(url: &str) -> Value {
    json!({
        "uuid": "item-2", "generation_uuid": ID, "is_done": true, "is_failed": false, "primary_media_url": url,
        "secondary_media_urls": {"base_color": "https://files.test/base.png"}, "prompt": {"prompt": "a cat"},
    })
}

/// A service with these responses to polls, and the file at every other path.
fn service_with_polls(check: Value, imagine_check: Value) -> Published {
    Published::new(move |request| serve(request, &check, &imagine_check))
}

fn serve(request: &SentRequest, check: &Value, imagine_check: &Value) -> MockResponse {
    match request.path.as_str() {
        "/api/v1/images/text2img" => respond("text2img", &handle()),
        "/api/v1/check" => respond("check", check),
        "/api/v1/imagine/check" => respond("imagine_check", imagine_check),
        _ => MockResponse::bytes("image/png", PNG),
    }
}

async fn submit(service: &Published) -> Generation {
    service.client.text2img("a cat").await.unwrap()
}

#[tokio::test]
async fn a_gallery_path_is_resolved_against_the_origin() {
    let service = service_with_polls(gallery_item("/gallery/b9ae.png"), json!({}));
    let job = submit(&service).await;
    let done = service.client.wait(&job).await.unwrap();
    assert_eq!(done.url(), Some("/gallery/b9ae.png"));
    let url = service.client.media_url(&done).unwrap();
    assert_eq!(url, "https://service.test/gallery/b9ae.png");
    assert_eq!(service.client.download(&done).bytes().await.unwrap(), PNG);
    let paths = [
        "/api/v1/images/text2img",
        "/api/v1/check",
        "/gallery/b9ae.png",
    ];
    assert_eq!(service.paths(), paths);
}

#[tokio::test]
async fn a_gallery_path_is_resolved_against_the_configured_base() {
    for (base, path) in [
        ("https://service.test/media", "/media/gallery/b9ae.png"),
        ("https://service.test/media/", "/media/gallery/b9ae.png"),
        ("https://service.test", "/gallery/b9ae.png"),
    ] {
        for location in ["/gallery/b9ae.png", "gallery/b9ae.png"] {
            let rule =
                move |request: &SentRequest| serve(request, &gallery_item(location), &json!({}));
            let service = Published::with_base(rule, Some(base));
            let job = submit(&service).await;
            let done = service.client.wait(&job).await.unwrap();
            assert_eq!(service.client.download(&done).bytes().await.unwrap(), PNG);
            assert_eq!(service.paths()[2], path, "{base}");
        }
    }
}

#[tokio::test]
async fn a_gallery_item_may_have_a_url() {
    let service = service_with_polls(gallery_item("https://service.test/signed/x?k=1"), json!({}));
    let job = submit(&service).await;
    let done = service.client.wait(&job).await.unwrap();
    assert_eq!(service.client.download(done).bytes().await.unwrap(), PNG);
    assert_eq!(service.paths()[2], "/signed/x");
}

/// `check` only returns the handle, so `imagine_check` reports the end.
#[tokio::test]
async fn an_imagined_item_exposes_its_files() {
    let item = imagined_item("https://service.test/files/b9ae.glb");
    let service = service_with_polls(handle(), item);
    let job = submit(&service).await;
    let done = service.client.wait(&job).await.unwrap();
    assert_eq!(done.url(), Some("https://service.test/files/b9ae.glb"));
    assert_eq!(
        done.secondary_urls()["base_color"],
        "https://files.test/base.png"
    );
    assert_eq!(service.client.download(&done).bytes().await.unwrap(), PNG);
    let paths = [
        "/api/v1/images/text2img",
        "/api/v1/check",
        "/api/v1/imagine/check",
        "/files/b9ae.glb",
    ];
    assert_eq!(service.paths(), paths);
}

#[tokio::test]
async fn an_item_finished_immediately_is_downloaded_without_a_poll() {
    for item in [
        gallery_item("/b9ae.png"),
        imagined_item("https://service.test/b9ae.png"),
        json!({"generation_uuid": ID, "cost": 25, "primary_media_url": "https://service.test/b9ae.png"}),
    ] {
        let service = Published::new(move |request| match request.path.as_str() {
            "/api/v1/imagine" => respond("imagine", &item),
            "/b9ae.png" => MockResponse::bytes("image/png", PNG),
            path => panic!("{path}"),
        });
        let imagine = service.client.imagine(GenerationType::TextToImage);
        let job = imagine.prompt("a cat").await.unwrap();
        let done = service.client.wait(&job).await.unwrap();
        assert_eq!(done, job);
        assert_eq!(service.client.download(&job).bytes().await.unwrap(), PNG);
        assert_eq!(service.paths().len(), 2);
        let sent = &service.transport.requests()[0];
        let body = json!({"generation_type": "text_to_image", "prompt": "a cat"});
        assert_eq!(sent.json(), body);
        assert_eq!(sent.query("return_immediate"), ["true"]);
    }
}

#[tokio::test]
async fn each_rejected_poll_reports_a_failed_job() {
    let reasons = [
        ("explicit_text", "change its wording", false),
        ("explicit_image", "another image", false),
        ("malformed_image", "PNG or JPEG", false),
        ("out_of_credits", "no credits left", true),
        ("unknown", "rejected as unknown", false),
    ];
    for (reason, advice, is_quota_exceeded) in reasons {
        let error = json!({"reason": reason, "location": "prompt"});
        let failed =
            json!({"generation_uuid": ID, "is_done": true, "is_failed": true, "error": error});
        for service in [
            service_with_polls(failed.clone(), json!({})),
            service_with_polls(handle(), failed.clone()),
        ] {
            let job = submit(&service).await;
            let error = service.client.wait(&job).await.unwrap_err();
            assert_rejection(error.rejection().unwrap(), reason);
            assert!(error.to_string().contains(advice), "{error}");
            assert_eq!(error.is_quota_exceeded(), is_quota_exceeded, "{error}");
            let WaitError::JobFailed { status, .. } = &error else {
                panic!("{error}");
            };
            let download = service.client.download(&**status).bytes().await;
            assert!(
                download.unwrap_err().is_invalid_output(),
                "the job has no file"
            );
            let error = Error::from(error);
            assert_eq!(
                (error.is_job_failed(), error.is_quota_exceeded()),
                (true, is_quota_exceeded)
            );
            assert_eq!(error.partial_response::<Generation>(), Some(&job));
        }
    }
}

fn assert_rejection(rejection: &Rejection, reason: &str) {
    assert_eq!(rejection.reason, Some(RejectionReason::from(reason)));
    assert_eq!(rejection.location.as_deref(), Some("prompt"));
}

/// An id beside a rejection does not hide the rejection.
#[tokio::test]
async fn a_submission_can_be_rejected_at_once() {
    let rejection = json!({"reason": "out_of_credits", "location": "prompt"});
    for (status, body) in [
        (400, rejection.clone()),
        (400, json!({"error": rejection})),
        (200, json!({"error": rejection})),
        (200, json!({"generation_uuid": ID, "error": rejection})),
    ] {
        let service = Published::new(move |_| {
            MockResponse::status(status)
                .header("content-type", "application/json")
                .chunks([body.to_string().into()])
        });
        let error = service.client.text2img("a cat").await.unwrap_err();
        assert!(error.is_quota_exceeded(), "{error}");
        let text = error.to_string();
        assert!(text.contains("`prompt`"), "{text}");
        assert!(text.contains("no credits left"), "{text}");
        assert_eq!(service.paths().len(), 1, "it is not retried");
    }
}

/// A failed item reports the failure of its job, with the id.
#[tokio::test]
async fn a_submission_can_return_a_failed_item() {
    let failed = json!({
        "generation_uuid": ID, "is_done": true, "is_failed": true,
        "error": {"reason": "explicit_text", "location": "prompt"},
    });
    let service = Published::new(move |_| respond("text2img", &failed));
    let job = submit(&service).await;
    let error = service.client.wait(&job).await.unwrap_err();
    assert_rejection(error.rejection().unwrap(), "explicit_text");
    assert_eq!(error.job().id(), Some(ID));
    assert_eq!(service.paths().len(), 1);
}

#[tokio::test]
async fn a_submission_with_neither_an_id_nor_an_item_is_an_error_with_the_message() {
    let cases = [
        (json!({"message": "the queue is full"}), "the queue is full"),
        (json!({"detail": "no workers"}), "no workers"),
        (json!({"cost": 25}), "neither `generation_uuid` nor"),
        (
            json!({"generation_uuid": ""}),
            "neither `generation_uuid` nor",
        ),
        (json!({}), "neither `generation_uuid` nor"),
    ];
    for (body, message) in cases {
        let service = Published::new(move |_| MockResponse::json(&body));
        let error = service.client.text2img("a cat").await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("text2img: ") && text.contains(message),
            "{text}"
        );
        assert!(
            error.is_outcome_unknown(),
            "it may have been charged: {text}"
        );
    }
}

/// A service without some of the poll operations.
fn service_without(missing: &'static [&'static str], status: u16) -> Published {
    let mut polls = 0;
    Published::new(move |request| {
        let path = request.path.trim_start_matches("/api/v1/").to_owned();
        if missing.contains(&path.as_str()) {
            return MockResponse::status(status);
        }
        polls += 1;
        let is_done = polls % 4 == 0;
        match path.as_str() {
            "images/text2img" => respond("text2img", &handle()),
            "check" => respond("check", &json!({"generation_uuid": ID, "is_done": is_done})),
            "imagine/check" => respond(
                "imagine_check",
                &json!({"generation_uuid": ID, "is_done": is_done}),
            ),
            _ => panic!("{path}"),
        }
    })
}

#[tokio::test]
async fn an_operation_missing_on_a_server_is_remembered() {
    for status in [404, 405] {
        let service = service_without(&["check"], status);
        for _ in 0..5 {
            let job = submit(&service).await;
            // A clone shares the learned operations.
            service.client.clone().wait(&job).await.unwrap();
        }
        let paths = service.paths();
        let calls = |path: &str| {
            paths
                .iter()
                .filter(|request| request.ends_with(path))
                .count()
        };
        assert_eq!(calls("/v1/check"), 3, "{paths:?}");
        assert!(calls("/imagine/check") >= 10, "{paths:?}");
    }
}

#[tokio::test]
async fn a_server_without_imagine_check_is_polled_with_check() {
    for status in [404, 405] {
        let mut polls = 0;
        let service = Published::new(move |request| match request.path.as_str() {
            "/api/v1/images/text2img" => respond("text2img", &handle()),
            "/api/v1/check" => {
                polls += 1;
                let mut status = handle();
                if polls == 20 {
                    status["is_done"] = true.into();
                }
                respond("check", &status)
            }
            _ => MockResponse::status(status),
        });
        let job = submit(&service).await;
        service.client.wait(&job).await.unwrap();
        let paths = service.paths();
        let calls = |path: &str| {
            paths
                .iter()
                .filter(|request| request.ends_with(path))
                .count()
        };
        assert_eq!(calls("/imagine/check"), 3, "{paths:?}");
        assert_eq!(calls("/v1/check"), 20);
    }
}

/// A host that alternates between builds has each operation in every second call.
#[tokio::test]
async fn an_operation_missing_alternately_is_called_again() {
    let mut calls = 0;
    let service = Published::new(move |request| match request.path.as_str() {
        "/api/v1/images/text2img" => respond("text2img", &handle()),
        "/api/v1/check" => respond("check", &handle()),
        "/api/v1/imagine/check" => {
            calls += 1;
            match calls {
                12 => respond(
                    "imagine_check",
                    &imagined_item("https://service.test/x.png"),
                ),
                calls if calls % 2 == 0 => respond("imagine_check", &handle()),
                _ => MockResponse::status(404),
            }
        }
        path => panic!("{path}"),
    });
    let job = submit(&service).await;
    let done = service.client.wait(&job).await.unwrap();
    assert_eq!(done.url(), Some("https://service.test/x.png"));
}

#[tokio::test]
async fn the_caller_chooses_the_poll_operation() {
    for (poll_with, path) in [
        (PollWith::Check, "/api/v1/check"),
        (PollWith::ImagineCheck, "/api/v1/imagine/check"),
    ] {
        let service = service_without(&[], 0);
        let job = submit(&service).await;
        service
            .client
            .wait(&job)
            .poll_with(poll_with)
            .await
            .unwrap();
        let paths = service.paths();
        assert!(
            paths[1..].iter().all(|request| request == path),
            "{paths:?}"
        );
    }
}

/// A poll sends back exactly the service's fields.
#[tokio::test]
async fn a_poll_reports_the_queue_only_if_present() {
    for (submitted, sent) in [
        (handle(), json!({"generation_uuid": ID, "cost": 25.0})),
        (
            json!({"generation_uuid": ID, "cost": 25.0, "queue_length": 2}),
            json!({"generation_uuid": ID, "cost": 25.0, "queue_length": 2}),
        ),
        (
            json!({"generation_uuid": ID, "cost": null, "queue_length": null}),
            json!({"generation_uuid": ID}),
        ),
    ] {
        let service = Published::new(move |request| match request.path.as_str() {
            "/api/v1/images/text2img" => respond("text2img", &submitted),
            _ => respond("check", &json!({"is_done": true})),
        });
        let job = submit(&service).await;
        service.client.wait(&job).await.unwrap();
        assert_eq!(service.transport.requests()[1].json(), sent);
    }
}

/// Asserts an error before sending that names this field.
async fn assert_invalid<T>(
    field: &str,
    fix: &str,
    call: impl IntoFuture<Output = Result<T, Error>>,
) {
    let Err(error) = call.await else {
        panic!("`{field}` is accepted");
    };
    assert!(error.is_invalid_argument(), "{error}");
    assert_eq!(error.invalid_field(), Some(field), "{error}");
    assert!(error.to_string().contains(fix), "{error}");
}

#[tokio::test]
async fn bad_input_is_an_error_before_sending_that_names_the_field_and_the_fix() {
    let service = Published::new(|request| panic!("{request:?}"));
    let client = &service.client;
    assert_invalid(
        "aspect_ratio",
        "must be written as `w16h9`",
        client.text2img("a cat").aspect_ratio("16:9"),
    )
    .await;
    let upscale = || client.upscale("https://files.test/cat.png");
    assert_invalid(
        "aspect_ratio",
        "must be written as `16:9`",
        upscale().aspect_ratio("w16h9"),
    )
    .await;
    assert_invalid(
        "aspect_ratio",
        "must be 1:1, 16:9",
        upscale().aspect_ratio("2:1"),
    )
    .await;
    for music_type in [MusicType::Vocals, MusicType::Mixed] {
        let music = client.music("a waltz").music_type(music_type.clone());
        assert_invalid("lyrics", "MusicType::Instrumental", music).await;
        let music = client.music("a waltz").music_type(music_type.clone());
        assert_invalid("lyrics", "is missing", music.lyrics(" ")).await;
        let imagine = client.imagine(GenerationType::TextToMusic);
        assert_invalid("lyrics", "is missing", imagine.music_type(music_type)).await;
    }
    assert_invalid(
        "duration",
        "is 4.5, must be whole seconds; round it to 4 or 5",
        client.foley("a bell").duration(4.5),
    )
    .await;
    assert_invalid(
        "init_image",
        "is a path",
        client.img2img("a dog", Image::url("/gallery/b9ae.png")),
    )
    .await;
    assert_invalid("source", "is empty", client.download("").bytes()).await;
}

#[tokio::test]
async fn unknown_values_are_sent_and_decoded() {
    let service = Published::new(|_| respond("text2img", &handle()));
    let client = &service.client;
    let ratio = AspectRatio::from("w32h9");
    client.text2img("a cat").aspect_ratio(ratio).await.unwrap();
    let music_type = MusicType::from("whistled");
    client
        .music("a waltz")
        .music_type(music_type)
        .await
        .unwrap();
    client.imagine("TextToSmell").await.unwrap();
    let sent: Vec<_> = service
        .transport
        .requests()
        .iter()
        .map(SentRequest::json)
        .collect();
    assert_eq!(sent[0]["aspect_ratio"], "w32h9");
    assert_eq!(sent[1]["music_type"], "whistled");
    assert_eq!(sent[2]["generation_type"], "TextToSmell");
}

/// Each build finds the field under its own name.
#[tokio::test]
async fn a_field_with_two_names_is_sent_under_both() {
    let service = Published::new(|_| respond("text2img", &handle()));
    let client = &service.client;
    let image = "https://files.test/cat.png";
    client.animate(image).fps(12).await.unwrap();
    client.upscale(image).await.unwrap();
    client.remove_background(image).await.unwrap();
    let sent: Vec<_> = service
        .transport
        .requests()
        .iter()
        .map(SentRequest::json)
        .collect();
    assert_eq!(
        (&sent[0]["fps"], &sent[0]["fps_id"]),
        (&12.into(), &12.into())
    );
    for sent in &sent[1..] {
        assert_eq!(
            (&sent["image"], &sent["init_image"]),
            (&image.into(), &image.into())
        );
    }
}

#[tokio::test]
async fn a_prompt_has_the_published_fields() {
    let service = Published::new(|_| {
        let message = json!({"role": "assistant", "content": "Hi", "annotations": [{"type": "url_citation"}]});
        let choices = json!([{"index": 0, "message": message}]);
        let response = json!({"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices});
        respond("prompt", &response)
    });
    let stops: [OneOrMany<String>; 2] = ["\n".into(), ["\n", "."].into()];
    for stop in stops {
        let prompt = service.client.prompt("Hello").stop(stop);
        let prompt = prompt.guided_json(json!(["any", "JSON"])).do_voice(true);
        let response = prompt.voice_id("v1").tool_choice("auto").await.unwrap();
        let message = response.choices[0].message.as_ref().unwrap();
        let annotations = message.annotations.as_ref().unwrap();
        assert_eq!(annotations.as_slice().len(), 1);
    }
    let sent: Vec<_> = service
        .transport
        .requests()
        .iter()
        .map(SentRequest::json)
        .collect();
    assert_eq!(sent[0]["stop"], "\n");
    assert_eq!(sent[1]["stop"], json!(["\n", "."]));
    assert_eq!(sent[0]["guided_json"], json!(["any", "JSON"]));
    assert_eq!(sent[0]["tool_choice"], "auto");
    assert_eq!(
        (&sent[0]["do_voice"], &sent[0]["voice_id"]),
        (&true.into(), &"v1".into())
    );
}
