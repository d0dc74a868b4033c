//! Cases of the media API.

use http::Method;
use imagine_sdk::FilePart;
use imagine_sdk::media::Generation;
use serde_json::{Value, json};

use super::{Body, Case, ExpectedRequest, Part, RoundTrip, StreamCase, case, get, post, wav};
use crate::clients::factories;
use crate::fixtures;

/// The response of every operation that starts a generation.
const GENERATION: &str = "media/generation.json";

/// The response of every operation that only acknowledges.
const DONE: &str = "media/done.json";

/// One case per method of the client.
pub(super) fn cases() -> Vec<Case> {
    let cases = [
        pictures(),
        films(),
        sounds(),
        voices(),
        jobs(),
        imagine(),
        language(),
    ];
    cases.into_iter().flatten().collect()
}

fn pictures() -> Vec<Case> {
    let link = "https://example.com/cat.png";
    vec![
        Case {
            factory: factories!(Media, |client| client.text2img("x")),
            expected: post("/images/text2img", json!({"prompt": "x"})),
            ..case("text2img", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client
                .img2img("x", "https://example.com/cat.png")),
            expected: post(
                "/images/img2img",
                json!({"prompt": "x", "init_image": link}),
            ),
            ..case("img2img", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client.inpaint("x")),
            expected: post("/images/inpaint", json!({"prompt": "x"})),
            ..case("inpaint", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client
                .remove_background("https://example.com/cat.png")),
            expected: post(
                "/images/removebg_mask",
                json!({"init_image": link, "image": link}),
            ),
            ..case("remove_background", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client
                .upscale("https://example.com/cat.png")),
            expected: post(
                "/images/upscale",
                json!({"init_image": link, "image": link}),
            ),
            ..case("upscale", GENERATION)
        },
    ]
}

fn films() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Media, |client| client
                .animate("https://example.com/cat.png")),
            expected: post(
                "/images/animate",
                json!({"init_image": "https://example.com/cat.png"}),
            ),
            ..case("animate", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client.video("x")),
            expected: post("/video", json!({"prompt": "x"})),
            ..case("video", GENERATION)
        },
    ]
}

fn sounds() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Media, |client| client.music("x")),
            expected: post("/music", json!({"prompt": "x"})),
            ..case("music", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client.foley("x")),
            expected: post("/foley", json!({"prompt": "x"})),
            ..case("foley", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client.tts("Hi")),
            expected: post("/tts", json!({"transcript": "Hi"})),
            ..case("tts", GENERATION)
        },
    ]
}

fn voices() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Media, |client| client.voices()),
            expected: get("/voices", &[]),
            ..case("voices", "media/voices.json")
        },
        Case {
            factory: factories!(Media, |client| client.delete_voice("v1")),
            expected: ExpectedRequest {
                method: Method::DELETE,
                ..get("/voices/v1", &[])
            },
            ..case("delete_voice", DONE)
        },
        Case {
            factory: factories!(Media, |client| client.voice_clone()),
            expected: form("/voice_clone", Vec::new()),
            ..case("voice_clone", "media/voice_clone.json")
        },
        Case {
            factory: factories!(Media, |client| client
                .stt(FilePart::bytes("speech.wav", wav()))),
            expected: form("/stt", vec![sample()]),
            ..case("stt", "media/stt.json")
        },
    ]
}

fn jobs() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Media, |client| client.costs()),
            expected: get("/images/costs", &[]),
            round_trip: RoundTrip::Same { maps: &["/costs"] },
            ..case("costs", "media/costs.json")
        },
        Case {
            factory: factories!(Media, |client| client.my_images()),
            expected: get("/images/mine", &[]),
            ..case("my_images", "media/my_images.json")
        },
        Case {
            factory: factories!(Media, |client| client.check(generation())),
            expected: post("/check", fixtures::json(GENERATION)),
            ..case("check", "media/gallery_item.json")
        },
        Case {
            factory: factories!(Media, |client| client.update_project("p1")),
            expected: ExpectedRequest {
                method: Method::PATCH,
                ..post("/imagine/project/p1", json!({}))
            },
            ..case("update_project", DONE)
        },
    ]
}

fn imagine() -> Vec<Case> {
    vec![
        Case {
            factory: factories!(Media, |client| client.imagine("text_to_image")),
            expected: ExpectedRequest {
                query: &[("return_immediate", "true")],
                ..post("/imagine", json!({"generation_type": "text_to_image"}))
            },
            ..case("imagine", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client.imagine_check(generation())),
            expected: post(
                "/imagine/check",
                json!({"generation_uuid": "b9ae-6f64957f986a", "cost": 25.0}),
            ),
            round_trip: RoundTrip::Same {
                maps: &["/secondary_media_urls"],
            },
            ..case("imagine_check", "media/imagined_item.json")
        },
        Case {
            factory: factories!(Media, |client| client.imagine_history()),
            expected: post("/imagine/history", json!({})),
            ..case("imagine_history", "media/imagined_items.json")
        },
        Case {
            factory: factories!(Media, |client| client.delete_imagine_history(["item-2"])),
            expected: post("/imagine/history/delete", json!({"uuids": ["item-2"]})),
            ..case("delete_imagine_history", "media/deletion.json")
        },
        Case {
            factory: factories!(Media, |client| client.model3d()),
            expected: post("/model3d", json!({})),
            ..case("model3d", GENERATION)
        },
        Case {
            factory: factories!(Media, |client| client.expressions()),
            expected: post("/images/expressions", json!({})),
            ..case("expressions", GENERATION)
        },
    ]
}

fn language() -> Vec<Case> {
    vec![Case {
        factory: factories!(Media, |client| client.prompt("Hi")),
        expected: post("/prompt", prompt_body()),
        round_trip: RoundTrip::Same {
            maps: &["/prompt_logprobs/0"],
        },
        ..case("prompt", "media/prompt.json")
    }]
}

/// One case per streaming method.
pub(super) fn stream_cases() -> Vec<StreamCase> {
    let mut body = prompt_body();
    body["stream"] = true.into();
    vec![StreamCase {
        method: "prompt",
        factory: factories!(Media, |client| client.prompt("Hi")),
        path: "/prompt",
        body,
        fixture: "media/prompt.sse",
        accumulated: json!({
            "id": "chatcmpl-51",
            "object": "chat.completion",
            "created": 1_767_225_600,
            "model": "mobile",
            "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": "Hello, friend."},
                "finish_reason": "stop",
            }],
            "usage": {"prompt_tokens": 4, "completion_tokens": 5, "total_tokens": 9},
        }),
    }]
}

/// The handle in the fixture.
fn generation() -> Generation {
    serde_json::from_slice(&fixtures::bytes(GENERATION)).unwrap()
}

fn prompt_body() -> Value {
    json!({"messages": [{"role": "user", "content": "Hi"}]})
}

fn form(path: &'static str, parts: Vec<Part>) -> ExpectedRequest {
    ExpectedRequest {
        body: Body::Form(parts),
        ..post(path, Value::Null)
    }
}

fn sample() -> Part {
    Part {
        name: "sample",
        file_name: Some("speech.wav"),
        content_type: Some("audio/x-wav"),
        data: wav(),
    }
}
