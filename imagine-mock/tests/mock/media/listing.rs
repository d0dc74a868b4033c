//! Lists tell what was generated, newest first.

use serde_json::{Value, json};

use super::{TEXT2IMG, start, wait};
use crate::client::Service;

async fn paint(service: &Service, number: usize) -> Value {
    let prompt = json!({"prompt": format!("cat {number}"), "chat_id": number.to_string()});
    service.post(TEXT2IMG, &prompt).await
}

fn prompts(list: &Value) -> Vec<&str> {
    let nodes = list["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["prompt"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_go_from_the_newest_to_the_oldest_and_end_empty() {
    let service = start().await;
    for number in 0..5 {
        paint(&service, number).await;
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
async fn a_page_has_forty_images_unless_more_are_asked_for() {
    let service = start().await;
    for number in 0..41 {
        paint(&service, number).await;
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
async fn speech_is_listed_where_asked_for_and_sound_never() {
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
async fn an_image_is_listed_as_it_is_and_can_be_selected() {
    let service = start().await;
    let first = paint(&service, 0).await;
    paint(&service, 1).await;
    assert_eq!(
        service.get("/images/mine?generated_only=true").await["count"],
        0
    );
    let made = wait(&service, &first).await;
    let only = service.get("/images/mine?generated_only=true").await;
    assert_eq!(prompts(&only), ["cat 0"]);
    assert_eq!(
        only["nodes"][0]["primary_media_url"],
        made["primary_media_url"]
    );
    let id = first["generation_uuid"].as_str().unwrap();
    for query in [&format!("generation_uuid={id}"), "chat_id=0"] {
        let selected = service.get(&format!("/images/mine?{query}")).await;
        assert_eq!(prompts(&selected), ["cat 0"]);
    }
    assert_eq!(service.get("/images/mine?parent_image=x").await["count"], 0);
}
