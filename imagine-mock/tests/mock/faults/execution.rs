//! The execution of operations under faults, and its recording.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use imagine_mock::{Fault, MockServer, RecordedRequest};
use reqwest::Method;
use serde_json::json;

use crate::client::TestService;

const IMAGE: &str = "/images/text2img";

/// Submits a generation and returns its recorded request. Ignores the response.
async fn generate(service: &TestService) -> RecordedRequest {
    let request = service.request(Method::POST, IMAGE);
    let sent = request.json(&json!({"prompt": "a cat"})).send().await;
    if let Ok(response) = sent {
        let _ = response.bytes().await;
    }
    service.server.requests().pop().unwrap()
}

#[tokio::test]
async fn a_fault_defines_whether_the_operation_is_executed() {
    let duration = Duration::from_millis(1);
    for (fault, executed, status) in [
        (Fault::status(503), false, Some(503)),
        (Fault::status(500).executed(true), true, Some(500)),
        (Fault::html_page(), true, Some(200)),
        (Fault::html_page().executed(false), false, Some(200)),
        (Fault::empty_response(), true, None),
        (Fault::empty_response().executed(false), false, None),
        (Fault::delay(duration), true, Some(200)),
        (Fault::truncate(3), true, Some(200)),
        (Fault::truncate(3).executed(false), true, Some(200)),
        (Fault::reset(3), true, Some(200)),
        (Fault::malformed(), true, Some(200)),
        (Fault::dribble(50, duration), true, Some(200)),
        (Fault::connection_close(), true, Some(200)),
    ] {
        let service = TestService::media(MockServer::builder()).await;
        service.server.fault("text2img", fault.clone()).unwrap();
        assert_eq!(fault.is_executed(), executed, "{fault}");
        let request = generate(&service).await;
        assert_eq!(service.server.accepted(), usize::from(executed), "{fault}");
        assert_eq!(service.server.credits() < 10_000, executed, "{fault}");
        assert_eq!(request.operation, Some("text2img"));
        let recorded = (request.executed, request.status, request.fault);
        assert_eq!(recorded, (executed, status, Some(fault)));
    }
}

#[tokio::test]
async fn a_rejected_request_is_not_executed() {
    let service = TestService::media(MockServer::builder().credits(0)).await;
    service
        .server
        .fault("text2img", Fault::truncate(3))
        .unwrap();
    let request = generate(&service).await;
    assert_eq!((request.executed, request.status), (false, Some(403)));
}

#[tokio::test]
async fn chaos_depends_on_the_seed() {
    let faults = async |seed| {
        let service = TestService::media(MockServer::builder().chaos(0.5, seed)).await;
        for _ in 0..40 {
            generate(&service).await;
        }
        let requests = service.server.requests();
        assert_eq!(requests.len(), 40);
        requests
            .into_iter()
            .map(|request| request.fault)
            .collect::<Vec<_>>()
    };
    let first = faults(7).await;
    assert_eq!(first, faults(7).await);
    assert_ne!(first, faults(8).await);
    assert!(first.contains(&None) && first.iter().any(Option::is_some));
}

#[tokio::test]
async fn scripted_faults_take_precedence_over_chaos() {
    let builder = MockServer::builder().chaos(1.0, 7);
    let scripted = Fault::status(418).times(1);
    let service = TestService::media(builder.fault("text2img", scripted.clone()).unwrap()).await;
    assert_eq!(generate(&service).await.fault, Some(scripted));
    assert_ne!(generate(&service).await.fault, None);
}

#[tokio::test]
async fn an_observer_gets_each_handled_request_once() {
    let observed = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&observed);
    let builder = MockServer::builder().observe(move |request| {
        let fault = request.fault.as_ref().map(ToString::to_string);
        log.lock().unwrap().push((request.executed, fault));
    });
    let fault = Fault::status(503).times(1);
    let service = TestService::media(builder.fault("text2img", fault).unwrap()).await;
    generate(&service).await;
    generate(&service).await;
    let first = (false, Some("status=503,times=1".to_owned()));
    assert_eq!(*observed.lock().unwrap(), [first, (true, None)]);
}
