//! Voices and recordings.

use reqwest::Method;
use serde_json::{Value, json};

use super::{post_err, send_err, speech_form, start};
use crate::client::{TestService, send_ok, wav};

fn clone(service: &TestService, form: reqwest::multipart::Form) -> reqwest::RequestBuilder {
    service
        .request(Method::POST, "/voice_clone")
        .multipart(form)
}

async fn cloned(service: &TestService, name: &str) -> Value {
    let form = speech_form("me.wav", wav(1, 8_000, 8_000)).text("name", name.to_owned());
    send_ok(clone(service, form)).await
}

fn delete(service: &TestService, voice: &str) -> reqwest::RequestBuilder {
    service.request(Method::DELETE, &format!("/voices/{voice}"))
}

#[tokio::test]
async fn a_voice_is_created_listed_updated_and_deleted() {
    let service = start().await;
    assert_eq!(service.get("/voices").await, json!({"voices": []}));
    let tone = cloned(&service, "Tone").await;
    assert_eq!(
        (&tone["name"], &tone["version"]),
        (&json!("Tone"), &json!(1))
    );
    assert_eq!(
        (&tone["is_done"], &tone["is_failed"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(tone["sample"], "me.wav");
    let transcript = "A recording of 1.00 seconds, sampled at 8000 Hz on 1 channel.";
    assert_eq!(tone["reference_text"], transcript);
    let other = cloned(&service, "Other").await;
    assert_eq!(
        service.get("/voices").await,
        json!({"voices": [tone, other]})
    );

    let id = tone["uuid"].as_str().unwrap();
    let form = speech_form("new.mp3", b"\xff\xfb".to_vec())
        .text("existing_id", id.to_owned())
        .text("reference_text", "Hello");
    let updated = send_ok(clone(&service, form)).await;
    assert_eq!(
        (&updated["uuid"], &updated["name"]),
        (&tone["uuid"], &tone["name"])
    );
    assert_eq!(
        (&updated["version"], &updated["sample"]),
        (&json!(2), &json!("new.mp3"))
    );
    assert_eq!(updated["reference_text"], "Hello");
    assert_eq!(
        service.get("/voices").await,
        json!({"voices": [updated, other]})
    );

    let done = send_ok(delete(&service, id)).await;
    assert_eq!(done, json!({"message": "success", "success": true}));
    assert_eq!(send_err(delete(&service, id)).await.0, 404);
    assert_eq!(service.get("/voices").await, json!({"voices": [other]}));
}

#[tokio::test]
async fn rejects_unknown_voices_with_404() {
    let service = start().await;
    let form = speech_form("me.wav", wav(1, 8_000, 80)).text("existing_id", "unknown");
    assert_eq!(send_err(clone(&service, form)).await.0, 404);
    let speech = json!({"voice_id": "unknown"});
    let (status, body) = post_err(&service, "/tts", &speech).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &json!("no such voice: unknown"))
    );
    assert_eq!(service.server.accepted(), 0);
    let (status, body) = send_err(delete(&service, "..%2Fx%3Fy")).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &json!("no such voice: ../x?y"))
    );
}

#[tokio::test]
async fn a_deleted_voice_cannot_speak() {
    let service = start().await;
    let voice = cloned(&service, "Tone").await;
    let speech = json!({"transcript": "Hello", "voice_id": voice["uuid"]});
    service.post("/tts", &speech).await;
    send_ok(delete(&service, voice["uuid"].as_str().unwrap())).await;
    assert_eq!(post_err(&service, "/tts", &speech).await.0, 404);
}

#[tokio::test]
async fn describes_a_recording_by_its_length_or_its_size() {
    let service = start().await;
    let transcribe = async |name, file| {
        let request = service.request(Method::POST, "/stt");
        send_ok(request.multipart(speech_form(name, file))).await["reference_text"].clone()
    };
    let transcript = "A recording of 1.50 seconds, sampled at 16000 Hz on 2 channels.";
    assert_eq!(
        transcribe("Me.WAV", wav(2, 16_000, 24_000)).await,
        transcript
    );
    assert_eq!(
        transcribe("me.ogg", vec![0; 5]).await,
        "A recording of 5 bytes of ogg."
    );
}
