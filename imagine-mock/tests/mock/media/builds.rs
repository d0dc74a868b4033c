//! The mock plays either build of the service, or both in turn.

use imagine_mock::contract::Contract;
use imagine_mock::{MediaBuild, MockServer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{TEXT2IMG, look, play, refused, refused_body, wait};
use crate::client::{Service, http};

/// The operations that build 0.2 does not have.
pub(crate) const ADDED: [&str; 6] = [
    "imagine",
    "imagine_check",
    "imagine_history",
    "delete_imagine_history",
    "model3d",
    "expressions",
];

const CAT: &str = "https://example.com/cat.png";

fn small(prompt: &str) -> Value {
    json!({"prompt": prompt, "width": 8, "height": 8})
}

async fn imagine_check(service: &Service, job: &Value) -> Value {
    let handle = json!({"generation_uuid": job["generation_uuid"]});
    service.post("/imagine/check", &handle).await
}

#[tokio::test]
async fn the_newer_build_returns_the_handle_and_then_an_item_with_a_path() {
    let service = play(MediaBuild::V0_5).await;
    let job = service.post(TEXT2IMG, &small("a cat")).await;
    assert_eq!(
        job,
        json!({"generation_uuid": job["generation_uuid"], "cost": 25})
    );
    assert_eq!(look(&service, &job).await, job);
    assert_eq!(look(&service, &job).await, job);
    let item = look(&service, &job).await;
    assert_eq!(
        (&item["is_done"], &item["is_failed"]),
        (&json!(true), &json!(false))
    );
    let path = item["primary_image_path"].as_str().unwrap();
    assert!(path.starts_with("/media/files/"), "{path}");
    assert_eq!(
        item.get("primary_media_url"),
        None,
        "it is not a field of the item"
    );
    let url = format!("http://{}{path}", service.server.address());
    let file = http().get(url).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
}

#[tokio::test]
async fn imagine_check_has_a_url_and_the_reason_for_a_failure() {
    let service = play(MediaBuild::V0_5).await;
    let job = service.post(TEXT2IMG, &small("a cat")).await;
    let mut item = Value::Null;
    for _ in 0..3 {
        item = imagine_check(&service, &job).await;
    }
    let origin = format!("http://{}/", service.server.address());
    assert!(
        item["primary_media_url"]
            .as_str()
            .unwrap()
            .starts_with(&origin)
    );
    for reason in [
        "explicit_text",
        "explicit_image",
        "malformed_image",
        "out_of_credits",
    ] {
        let job = service
            .post(TEXT2IMG, &small(&format!("a cat, {reason}")))
            .await;
        let failed = wait(&service, &job).await;
        assert_eq!(failed["is_failed"], true);
        assert_eq!(failed.get("error"), None, "`check` does not say why");
        let item = imagine_check(&service, &job).await;
        assert_eq!(
            item["error"],
            json!({"reason": reason, "location": "prompt"})
        );
        let imagine = json!({"generation_type": "text_to_image", "prompt": reason});
        let (status, body) = refused_body(&service, "/imagine", &imagine).await;
        assert_eq!(status, 400);
        assert_eq!(body["reason"], reason);
    }
}

#[tokio::test]
async fn the_builds_response_in_turn() {
    let service = play(MediaBuild::Mixed).await;
    let mut forms = Vec::new();
    for _ in 0..4 {
        let job = service.post(TEXT2IMG, &small("a cat")).await;
        forms.push(job.get("queue_length").is_some());
    }
    assert_eq!(forms, [true, false, true, false]);
    // The operations that one of them has do not take a turn.
    service.post("/imagine/history", &json!({})).await;
    let job = service.post(TEXT2IMG, &small("a cat")).await;
    assert!(job.get("queue_length").is_some());
}

#[tokio::test]
async fn an_image_has_the_name_of_its_build() {
    for (build, field, status) in [
        (MediaBuild::V0_2, "image", 200),
        (MediaBuild::V0_2, "init_image", 400),
        (MediaBuild::V0_5, "image", 200),
        (MediaBuild::V0_5, "init_image", 200),
    ] {
        for path in ["/images/upscale", "/images/removebg_mask"] {
            let service = play(build).await;
            let request = service.request(Method::POST, path);
            let response = request.json(&json!({field: CAT})).send().await.unwrap();
            assert_eq!(response.status(), status, "{build} {path} {field}");
        }
    }
}

#[tokio::test]
async fn a_word_finishes_a_generation_at_once() {
    for build in MediaBuild::ALL {
        let service = play(build).await;
        let item = service.post(TEXT2IMG, &small("a cat, instantly")).await;
        assert_eq!(item["is_done"], true, "{build}");
        assert_eq!(Contract::media().check_response("text2img", &item), Ok(()));
    }
}

#[tokio::test]
async fn an_account_has_one_generation_request_at_a_time() {
    let slow = || MockServer::builder().fault("text2img", "delay=30s".parse().unwrap());
    for (concurrent, status) in [(false, 429), (true, 200)] {
        let builder = slow().unwrap();
        let builder = if concurrent {
            builder.concurrent_generations()
        } else {
            builder
        };
        let service = Service::media(builder).await;
        let request = |path, key| {
            let request = service.bare(Method::POST, path).header("CH-API-KEY", key);
            request.json(&json!({"prompt": "a bell"}))
        };
        let pending = tokio::spawn(request(TEXT2IMG, "one").send());
        while service.server.accepted() == 0 {
            tokio::task::yield_now().await;
        }
        let other = request("/foley", "one").send().await.unwrap();
        assert_eq!(other.status(), status);
        let other_account = request("/foley", "two").send().await.unwrap();
        assert_eq!(other_account.status(), StatusCode::OK);
        pending.abort();
    }
}

#[tokio::test]
async fn the_history_has_a_cursor_and_is_deleted() {
    let service = play(MediaBuild::V0_5).await;
    for number in 0..3 {
        service
            .post(TEXT2IMG, &small(&format!("cat {number}")))
            .await;
    }
    let page = service.post("/imagine/history", &json!({"first": 2})).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let next = json!({"first": 2, "cursor": page["cursor"]});
    let last = service.post("/imagine/history", &next).await;
    assert_eq!(last["items"].as_array().unwrap().len(), 1);
    assert_eq!(last["cursor"], Value::Null);
    let uuid = &last["items"][0]["uuid"];
    let delete = json!({"uuids": [uuid, "other"]});
    let deleted = service.post("/imagine/history/delete", &delete).await;
    assert_eq!(deleted, json!({"successes": [uuid], "failures": ["other"]}));
    let (status, _) = refused(
        service
            .request(Method::POST, "/imagine/history")
            .json(&json!({"cursor": "x"})),
    )
    .await;
    assert_eq!(status, 422);
}
