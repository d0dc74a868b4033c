//! Voices stay until they are deleted.

use reqwest::Method;
use serde_json::{Value, json};

use super::{refused, refused_body, sample, start};
use crate::client::{Service, answered, wav};

fn clone(service: &Service, form: reqwest::multipart::Form) -> reqwest::RequestBuilder {
    service
        .request(Method::POST, "/voice_clone")
        .multipart(form)
}

async fn cloned(service: &Service, name: &str) -> Value {
    let form = sample("me.wav", wav(1, 8_000, 8_000)).text("name", name.to_owned());
    answered(clone(service, form)).await
}

fn delete(service: &Service, voice: &str) -> reqwest::RequestBuilder {
    service.request(Method::DELETE, &format!("/voices/{voice}"))
}

#[tokio::test]
async fn a_voice_is_made_listed_changed_and_deleted() {
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
    let heard = "A recording of 1.00 seconds, sampled at 8000 Hz on 1 channel.";
    assert_eq!(tone["reference_text"], heard);
    let other = cloned(&service, "Other").await;
    assert_eq!(
        service.get("/voices").await,
        json!({"voices": [tone, other]})
    );

    let id = tone["uuid"].as_str().unwrap();
    let form = sample("new.mp3", b"\xff\xfb".to_vec())
        .text("existing_id", id.to_owned())
        .text("reference_text", "Hello");
    let changed = answered(clone(&service, form)).await;
    assert_eq!(
        (&changed["uuid"], &changed["name"]),
        (&tone["uuid"], &tone["name"])
    );
    assert_eq!(
        (&changed["version"], &changed["sample"]),
        (&json!(2), &json!("new.mp3"))
    );
    assert_eq!(changed["reference_text"], "Hello");
    assert_eq!(
        service.get("/voices").await,
        json!({"voices": [changed, other]})
    );

    let done = answered(delete(&service, id)).await;
    assert_eq!(done, json!({"message": "success", "success": true}));
    assert_eq!(refused(delete(&service, id)).await.0, 404);
    assert_eq!(service.get("/voices").await, json!({"voices": [other]}));
}

#[tokio::test]
async fn unknown_voices_are_not_found() {
    let service = start().await;
    let form = sample("me.wav", wav(1, 8_000, 80)).text("existing_id", "nobody");
    assert_eq!(refused(clone(&service, form)).await.0, 404);
    let speech = json!({"voice_id": "nobody"});
    let (status, body) = refused_body(&service, "/tts", &speech).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &json!("no such voice: nobody"))
    );
    assert_eq!(service.server.accepted(), 0);
    let (status, body) = refused(delete(&service, "..%2Fx%3Fy")).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &json!("no such voice: ../x?y"))
    );
}

#[tokio::test]
async fn a_voice_reads_until_it_is_deleted() {
    let service = start().await;
    let voice = cloned(&service, "Tone").await;
    let speech = json!({"transcript": "Hello", "voice_id": voice["uuid"]});
    service.post("/tts", &speech).await;
    answered(delete(&service, voice["uuid"].as_str().unwrap())).await;
    assert_eq!(refused_body(&service, "/tts", &speech).await.0, 404);
}

#[tokio::test]
async fn speech_is_written_down_by_its_length_or_its_size() {
    let service = start().await;
    let hear = async |name, file| {
        let request = service.request(Method::POST, "/stt");
        answered(request.multipart(sample(name, file))).await["reference_text"].clone()
    };
    let heard = "A recording of 1.50 seconds, sampled at 16000 Hz on 2 channels.";
    assert_eq!(hear("Me.WAV", wav(2, 16_000, 24_000)).await, heard);
    assert_eq!(
        hear("me.ogg", vec![0; 5]).await,
        "A recording of 5 bytes of ogg."
    );
}
