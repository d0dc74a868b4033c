//! The builds of the service.

use imagine_mock::contract::Contract;
use imagine_mock::{MediaBuild, MockServer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{TEXT2IMG, poll, post_err, send_err, start_build, wait};
use crate::client::{TestService, http};

/// The operations that do not exist in build 0.2.
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

async fn imagine_check(service: &TestService, job: &Value) -> Value {
    let handle = json!({"generation_uuid": job["generation_uuid"]});
    service.post("/imagine/check", &handle).await
}

#[tokio::test]
async fn build_0_5_returns_the_handle_and_then_an_item_with_a_path() {
    let service = start_build(MediaBuild::V0_5).await;
    let job = service.post(TEXT2IMG, &small("a cat")).await;
    assert_eq!(
        job,
        json!({"generation_uuid": job["generation_uuid"], "cost": 25})
    );
    assert_eq!(poll(&service, &job).await, job);
    assert_eq!(poll(&service, &job).await, job);
    let item = poll(&service, &job).await;
    assert_eq!(
        (&item["is_done"], &item["is_failed"]),
        (&json!(true), &json!(false))
    );
    let path = item["primary_image_path"].as_str().unwrap();
    assert!(path.starts_with("/media/files/"), "{path}");
    assert_eq!(
        item.get("primary_media_url"),
        None,
        "the item has no such field"
    );
    let url = format!("http://{}{path}", service.server.address());
    let file = http().get(url).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
}

#[tokio::test]
async fn imagine_check_returns_a_url_and_the_reason_for_a_failure() {
    let service = start_build(MediaBuild::V0_5).await;
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
        assert_eq!(failed.get("error"), None, "`check` returns no reason");
        let item = imagine_check(&service, &job).await;
        assert_eq!(
            item["error"],
            json!({"reason": reason, "location": "prompt"})
        );
        let imagine = json!({"generation_type": "text_to_image", "prompt": reason});
        let (status, body) = post_err(&service, "/imagine", &imagine).await;
        assert_eq!(status, 400);
        assert_eq!(body["reason"], reason);
    }
}

#[tokio::test]
async fn mixed_alternates_between_the_builds() {
    let service = start_build(MediaBuild::Mixed).await;
    let mut is_v0_2 = Vec::new();
    for _ in 0..4 {
        let job = service.post(TEXT2IMG, &small("a cat")).await;
        is_v0_2.push(job.get("queue_length").is_some());
    }
    assert_eq!(is_v0_2, [true, false, true, false]);
    // An operation of build 0.5 alone does not affect the alternation.
    service.post("/imagine/history", &json!({})).await;
    let job = service.post(TEXT2IMG, &small("a cat")).await;
    assert!(job.get("queue_length").is_some());
}

#[tokio::test]
async fn the_image_field_depends_on_the_build() {
    for (build, field, status) in [
        (MediaBuild::V0_2, "image", 200),
        (MediaBuild::V0_2, "init_image", 400),
        (MediaBuild::V0_5, "image", 200),
        (MediaBuild::V0_5, "init_image", 200),
    ] {
        for path in ["/images/upscale", "/images/removebg_mask"] {
            let service = start_build(build).await;
            let request = service.request(Method::POST, path);
            let response = request.json(&json!({field: CAT})).send().await.unwrap();
            assert_eq!(response.status(), status, "{build} {path} {field}");
        }
    }
}

#[tokio::test]
async fn a_word_finishes_a_generation_immediately() {
    for build in MediaBuild::ALL {
        let service = start_build(build).await;
        let item = service.post(TEXT2IMG, &small("a cat, instantly")).await;
        assert_eq!(item["is_done"], true, "{build}");
        assert_eq!(Contract::media().check_response("text2img", &item), Ok(()));
    }
}

#[tokio::test]
async fn limits_an_account_to_one_generation_request_at_a_time() {
    let slow = || MockServer::builder().fault("text2img", "delay=30s".parse().unwrap());
    for (concurrent, status) in [(false, 429), (true, 200)] {
        let builder = slow().unwrap();
        let builder = if concurrent {
            builder.concurrent_generations()
        } else {
            builder
        };
        let service = TestService::media(builder).await;
        let request = |path, key| {
            let request = service
                .request_without_key(Method::POST, path)
                .header("CH-API-KEY", key);
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
async fn the_history_has_a_cursor_and_supports_deletion() {
    let service = start_build(MediaBuild::V0_5).await;
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
    let (status, _) = send_err(
        service
            .request(Method::POST, "/imagine/history")
            .json(&json!({"cursor": "x"})),
    )
    .await;
    assert_eq!(status, 422);
}
