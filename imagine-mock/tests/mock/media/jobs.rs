//! The states of generations and their credits.

use imagine_mock::contract::Contract;
use imagine_mock::{MediaBuild, MockServer};
use reqwest::Method;
use serde_json::{Value, json};

use super::{TEXT2IMG, generate, poll, post_err, start, start_build, wait};
use crate::client::TestService;

#[tokio::test]
async fn a_job_is_queued_runs_and_finishes_over_three_polls() {
    let service = start().await;
    let prompt = json!({"prompt": "a cat", "width": 8, "height": 8});
    let job = service.post(TEXT2IMG, &prompt).await;
    let id = &job["generation_uuid"];
    assert_eq!(
        job,
        json!({"generation_uuid": id, "cost": 25, "queue_length": 2})
    );
    let pending = |queue_length| {
        json!({
            "generation_uuid": id,
            "cost": 25,
            "queue_length": queue_length,
            "is_done": false,
            "is_failed": false,
            "primary_media_url": null,
        })
    };
    assert_eq!(poll(&service, &job).await, pending(1));
    assert_eq!(poll(&service, &job).await, pending(0));
    let finished = poll(&service, &job).await;
    assert_eq!(finished["is_done"], true);
    let url = finished["primary_media_url"].as_str().unwrap();
    let origin = format!("http://{}/", service.server.address());
    assert!(url.starts_with(&origin) && url.ends_with(".png"), "{url}");
    for _ in 0..20 {
        assert_eq!(poll(&service, &job).await, finished);
    }
}

#[tokio::test]
async fn jobs_advance_independently() {
    let service = start().await;
    let first = service.post(TEXT2IMG, &json!({"prompt": "a cat"})).await;
    let second = service.post(TEXT2IMG, &json!({"prompt": "a cat"})).await;
    assert_ne!(first["generation_uuid"], second["generation_uuid"]);
    wait(&service, &first).await;
    assert_eq!(poll(&service, &second).await["queue_length"], 1);
}

#[tokio::test]
async fn a_word_makes_a_job_fail_with_an_error_message() {
    let service = start().await;
    for (path, body) in [
        (TEXT2IMG, json!({"prompt": "Please FAIL at this"})),
        ("/foley", json!({"prompt": "a failing brake"})),
        ("/tts", json!({"transcript": "Words fail me."})),
    ] {
        let job = service.post(path, &body).await;
        assert_eq!(poll(&service, &job).await["is_failed"], false);
        let failed = wait(&service, &job).await;
        assert_eq!(
            (&failed["is_done"], &failed["is_failed"]),
            (&json!(false), &json!(true))
        );
        assert_eq!(failed["primary_media_url"], Value::Null);
        assert!(
            failed["error"].as_str().unwrap().contains("\"fail"),
            "{failed}"
        );
        assert_eq!(Contract::media().check_response("check", &failed), Ok(()));
        assert_eq!(poll(&service, &job).await, failed);
    }
    let finished = generate(&service, TEXT2IMG, &json!({"prompt": "unfailing light"})).await;
    assert_eq!(finished["is_failed"], false);
}

#[tokio::test]
async fn rejects_an_unknown_job_with_404() {
    let service = start().await;
    let (status, body) = post_err(&service, "/check", &json!({"generation_uuid": "g"})).await;
    let expected = json!({"error": "no such generation: g", "errorCode": 404, "code": 0});
    assert_eq!((status, body), (404, expected));
}

#[tokio::test]
async fn charges_the_listed_costs() {
    let service = start_build(MediaBuild::V0_5).await;
    assert_eq!(
        (service.server.credits(), service.server.accepted()),
        (10_000, 0)
    );
    let costs = service.get("/images/costs").await;
    let mut remaining = 10_000;
    let image = "https://example.com/cat.png";
    let body = json!({"generation_type": "text_to_image", "init_image": image});
    let operations = Contract::media().operations();
    let generations = operations.filter(|operation| operation.exclusive);
    for (number, operation) in generations.enumerate() {
        let job = service.post(&operation.path, &body).await;
        // The price list uses a different name.
        let name = match operation.id.as_str() {
            "remove_background" => "removebg",
            id => id,
        };
        let cost = &costs["costs"][name];
        assert_eq!(job["cost"], *cost, "{}", operation.id);
        remaining -= cost.as_u64().unwrap();
        assert_eq!(service.server.credits(), remaining);
        assert_eq!(service.server.accepted(), number + 1);
    }
    service
        .request(Method::GET, "/voices")
        .send()
        .await
        .unwrap();
    assert_eq!(service.server.credits(), remaining);
}

#[tokio::test]
async fn rejects_a_generation_without_enough_credits() {
    let service = TestService::media(MockServer::builder().credits(45)).await;
    service.post(TEXT2IMG, &json!({})).await;
    let (status, body) = post_err(&service, TEXT2IMG, &json!({})).await;
    let error = "not enough credits: text2img costs 25, remaining: 20";
    assert_eq!(status, 403);
    assert_eq!(body, json!({"error": error, "errorCode": 403, "code": 0}));
    assert_eq!(
        (service.server.credits(), service.server.accepted()),
        (20, 1)
    );
    assert_eq!(service.get("/images/mine").await["count"], 1);
    service.get("/images/costs").await;
}

#[tokio::test]
async fn a_rejected_request_costs_nothing() {
    let service = start().await;
    for body in [json!({"width": 1.5}), json!({"width": "x"}), json!([])] {
        assert_eq!(post_err(&service, TEXT2IMG, &body).await.0, 422);
    }
    assert_eq!(
        (service.server.credits(), service.server.accepted()),
        (10_000, 0)
    );
}
