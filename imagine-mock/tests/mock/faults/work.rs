//! Whether what was asked is done, and what is recorded of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use imagine_mock::{Fault, MockServer, RecordedRequest};
use reqwest::Method;
use serde_json::json;

use crate::client::Service;

const IMAGE: &str = "/images/text2img";

/// Asks for an image and says what was recorded of it. The response may be anything.
async fn generate(service: &Service) -> RecordedRequest {
    let request = service.request(Method::POST, IMAGE);
    let sent = request.json(&json!({"prompt": "a cat"})).send().await;
    if let Ok(response) = sent {
        let _ = response.bytes().await;
    }
    service.server.requests().pop().unwrap()
}

#[tokio::test]
async fn a_fault_says_whether_the_work_was_done() {
    let span = Duration::from_millis(1);
    for (fault, done, status) in [
        (Fault::status(503), false, Some(503)),
        (Fault::status(500).after_work(), true, Some(500)),
        (Fault::html(), true, Some(200)),
        (Fault::html().before_work(), false, Some(200)),
        (Fault::hang_up(), true, None),
        (Fault::hang_up().before_work(), false, None),
        (Fault::delay(span), true, Some(200)),
        (Fault::cut(3), true, Some(200)),
        (Fault::cut(3).before_work(), true, Some(200)),
        (Fault::reset(3), true, Some(200)),
        (Fault::malformed(), true, Some(200)),
        (Fault::drip(50, span), true, Some(200)),
        (Fault::close(), true, Some(200)),
    ] {
        let service = Service::media(MockServer::builder()).await;
        service.server.fault("text2img", fault.clone()).unwrap();
        assert_eq!(fault.is_after_work(), done, "{fault}");
        let request = generate(&service).await;
        assert_eq!(service.server.accepted(), usize::from(done), "{fault}");
        assert_eq!(service.server.credits() < 10_000, done, "{fault}");
        assert_eq!(request.operation, Some("text2img"));
        let recorded = (request.carried_out, request.status, request.fault);
        assert_eq!(recorded, (done, status, Some(fault)));
    }
}

#[tokio::test]
async fn a_refused_request_is_not_carried_out_whatever_it_meets() {
    let service = Service::media(MockServer::builder().credits(0)).await;
    service.server.fault("text2img", Fault::cut(3)).unwrap();
    let request = generate(&service).await;
    assert_eq!((request.carried_out, request.status), (false, Some(403)));
}

#[tokio::test]
async fn chaos_follows_from_the_seed() {
    let faults = async |seed| {
        let service = Service::media(MockServer::builder().chaos(0.5, seed)).await;
        for _ in 0..40 {
            generate(&service).await;
        }
        let requests = service.server.requests();
        assert_eq!(requests.len(), 40);
        requests
            .into_iter()
            .map(|one| one.fault)
            .collect::<Vec<_>>()
    };
    let first = faults(7).await;
    assert_eq!(first, faults(7).await);
    assert_ne!(first, faults(8).await);
    assert!(first.contains(&None) && first.iter().any(Option::is_some));
}

#[tokio::test]
async fn what_is_scripted_comes_before_chaos() {
    let builder = MockServer::builder().chaos(1.0, 7);
    let scripted = Fault::status(418).times(1);
    let service = Service::media(builder.fault("text2img", scripted.clone()).unwrap()).await;
    assert_eq!(generate(&service).await.fault, Some(scripted));
    assert_ne!(generate(&service).await.fault, None);
}

#[tokio::test]
async fn an_observer_sees_each_request_once_with_what_became_of_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let builder = MockServer::builder().observe(move |request| {
        let fault = request.fault.as_ref().map(ToString::to_string);
        told.lock().unwrap().push((request.carried_out, fault));
    });
    let fault = Fault::status(503).times(1);
    let service = Service::media(builder.fault("text2img", fault).unwrap()).await;
    generate(&service).await;
    generate(&service).await;
    let first = (false, Some("status=503,times=1".to_owned()));
    assert_eq!(*seen.lock().unwrap(), [first, (true, None)]);
}
