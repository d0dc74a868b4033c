//! Lists of generations, newest first.

use serde_json::{Value, json};

use super::{TEXT2IMG, start, wait};
use crate::client::TestService;

async fn submit(service: &TestService, number: usize) -> Value {
    let prompt = json!({"prompt": format!("cat {number}"), "chat_id": number.to_string()});
    service.post(TEXT2IMG, &prompt).await
}

fn prompts(list: &Value) -> Vec<&str> {
    let nodes = list["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["prompt"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_list_images_newest_first_and_end_with_an_empty_page() {
    let service = start().await;
    for number in 0..5 {
        submit(&service, number).await;
    }
    for (page, expected) in [
        (1, &["cat 4", "cat 3"][..]),
        (2, &["cat 2", "cat 1"]),
        (3, &["cat 0"]),
        (4, &[]),
        (i64::MAX, &[]),
    ] {
        let list = service
            .get(&format!("/images/mine?first=2&page={page}"))
            .await;
        assert_eq!(prompts(&list), expected);
        assert_eq!((&list["count"], &list["page"]), (&json!(5), &json!(page)));
    }
    let uncounted = service.get("/images/mine?count=false").await;
    assert_eq!(uncounted["count"], Value::Null);
    assert_eq!(prompts(&uncounted).len(), 5);
}

#[tokio::test]
async fn a_page_has_forty_images_by_default() {
    let service = start().await;
    for number in 0..41 {
        submit(&service, number).await;
    }
    assert_eq!(prompts(&service.get("/images/mine").await).len(), 40);
    assert_eq!(
        prompts(&service.get("/images/mine?page=2").await),
        ["cat 0"]
    );
    assert_eq!(
        prompts(&service.get("/images/mine?first=99").await).len(),
        41
    );
}

#[tokio::test]
async fn lists_speech_on_request_and_never_audio() {
    let service = start().await;
    service.post("/video", &json!({})).await;
    service.post("/tts", &json!({"transcript": "Hello"})).await;
    service.post("/foley", &json!({})).await;
    let operations = |list: &Value| {
        let nodes = list["nodes"].as_array().unwrap().iter();
        nodes
            .map(|node| node["operation"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(operations(&service.get("/images/mine").await), ["video"]);
    let both = service.get("/images/mine?include_tts=true").await;
    assert_eq!(operations(&both), ["tts", "video"]);
}

#[tokio::test]
async fn a_list_contains_the_state_of_an_image_and_supports_filters() {
    let service = start().await;
    let first = submit(&service, 0).await;
    submit(&service, 1).await;
    assert_eq!(
        service.get("/images/mine?generated_only=true").await["count"],
        0
    );
    let finished = wait(&service, &first).await;
    let only = service.get("/images/mine?generated_only=true").await;
    assert_eq!(prompts(&only), ["cat 0"]);
    assert_eq!(
        only["nodes"][0]["primary_media_url"],
        finished["primary_media_url"]
    );
    let id = first["generation_uuid"].as_str().unwrap();
    for query in [&format!("generation_uuid={id}"), "chat_id=0"] {
        let selected = service.get(&format!("/images/mine?{query}")).await;
        assert_eq!(prompts(&selected), ["cat 0"]);
    }
    assert_eq!(service.get("/images/mine?parent_image=x").await["count"], 0);
}
