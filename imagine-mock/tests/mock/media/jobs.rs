//! Generations queue, run and end as they are looked at, and take credits.

use imagine_mock::contract::Contract;
use imagine_mock::{MediaBuild, MockServer};
use reqwest::Method;
use serde_json::{Value, json};

use super::{TEXT2IMG, generate, look, play, refused_body, start, wait};
use crate::client::Service;

#[tokio::test]
async fn a_job_queues_runs_and_finishes_over_a_few_looks() {
    let service = start().await;
    let prompt = json!({"prompt": "a cat", "width": 8, "height": 8});
    let job = service.post(TEXT2IMG, &prompt).await;
    let id = &job["generation_uuid"];
    assert_eq!(
        job,
        json!({"generation_uuid": id, "cost": 25, "queue_length": 2})
    );
    let under_way = |queue_length| {
        json!({
            "generation_uuid": id,
            "cost": 25,
            "queue_length": queue_length,
            "is_done": false,
            "is_failed": false,
            "primary_media_url": null,
        })
    };
    assert_eq!(look(&service, &job).await, under_way(1));
    assert_eq!(look(&service, &job).await, under_way(0));
    let finished = look(&service, &job).await;
    assert_eq!(finished["is_done"], true);
    let url = finished["primary_media_url"].as_str().unwrap();
    let origin = format!("http://{}/", service.server.address());
    assert!(url.starts_with(&origin) && url.ends_with(".png"), "{url}");
    for _ in 0..20 {
        assert_eq!(look(&service, &job).await, finished);
    }
}

#[tokio::test]
async fn jobs_get_on_by_themselves() {
    let service = start().await;
    let first = service.post(TEXT2IMG, &json!({"prompt": "a cat"})).await;
    let second = service.post(TEXT2IMG, &json!({"prompt": "a cat"})).await;
    assert_ne!(first["generation_uuid"], second["generation_uuid"]);
    wait(&service, &first).await;
    assert_eq!(look(&service, &second).await["queue_length"], 1);
}

#[tokio::test]
async fn a_word_makes_a_job_fail_and_it_says_why() {
    let service = start().await;
    for (path, body) in [
        (TEXT2IMG, json!({"prompt": "Please FAIL at this"})),
        ("/foley", json!({"prompt": "a failing brake"})),
        ("/tts", json!({"transcript": "Words fail me."})),
    ] {
        let job = service.post(path, &body).await;
        assert_eq!(look(&service, &job).await["is_failed"], false);
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
        assert_eq!(look(&service, &job).await, failed);
    }
    let fine = generate(&service, TEXT2IMG, &json!({"prompt": "unfailing light"})).await;
    assert_eq!(fine["is_failed"], false);
}

#[tokio::test]
async fn an_unknown_job_is_not_found() {
    let service = start().await;
    let (status, body) = refused_body(&service, "/check", &json!({"generation_uuid": "g"})).await;
    let expected = json!({"error": "no such generation: g", "errorCode": 404, "code": 0});
    assert_eq!((status, body), (404, expected));
}

#[tokio::test]
async fn credits_fall_by_what_the_costs_say() {
    let service = play(MediaBuild::V0_5).await;
    assert_eq!(
        (service.server.credits(), service.server.accepted()),
        (10_000, 0)
    );
    let costs = service.get("/images/costs").await;
    let mut left = 10_000;
    let image = "https://example.com/cat.png";
    let body = json!({"generation_type": "text_to_image", "init_image": image});
    let operations = Contract::media().operations();
    let generations = operations.filter(|operation| operation.exclusive);
    for (number, operation) in generations.enumerate() {
        let job = service.post(&operation.path, &body).await;
        // The service documents the prices by its own names.
        let name = match operation.id.as_str() {
            "remove_background" => "removebg",
            id => id,
        };
        let cost = &costs["costs"][name];
        assert_eq!(job["cost"], *cost, "{}", operation.id);
        left -= cost.as_u64().unwrap();
        assert_eq!(service.server.credits(), left);
        assert_eq!(service.server.accepted(), number + 1);
    }
    service
        .request(Method::GET, "/voices")
        .send()
        .await
        .unwrap();
    assert_eq!(service.server.credits(), left);
}

#[tokio::test]
async fn without_enough_credits_nothing_is_begun() {
    let service = Service::media(MockServer::builder().credits(45)).await;
    service.post(TEXT2IMG, &json!({})).await;
    let (status, body) = refused_body(&service, TEXT2IMG, &json!({})).await;
    let error = "not enough credits: text2img takes 25, and 20 are left";
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
async fn what_is_refused_costs_nothing() {
    let service = start().await;
    for body in [json!({"width": 0}), json!({"width": "x"}), json!([])] {
        assert_eq!(refused_body(&service, TEXT2IMG, &body).await.0, 422);
    }
    assert_eq!(
        (service.server.credits(), service.server.accepted()),
        (10_000, 0)
    );
}
