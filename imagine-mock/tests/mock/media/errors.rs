//! Error responses of the media API.

use imagine_mock::MockServer;
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::{Value, json};

use super::{TEXT2IMG, post_err, send_err, speech_form, start};
use crate::client::TestService;

/// Returns the location and the type of each issue in a 422 response.
fn issues((status, body): (u16, Value)) -> Vec<(Value, Value)> {
    assert_eq!(status, 422, "{body}");
    let issues = body["detail"].as_array().unwrap().iter();
    let mut issues: Vec<_> = issues
        .map(|issue| {
            assert!(!issue["msg"].as_str().unwrap().is_empty());
            (issue["loc"].clone(), issue["type"].clone())
        })
        .collect();
    issues.sort_by_key(|(location, _)| location.to_string());
    issues
}

#[tokio::test]
async fn accepts_a_key_in_each_documented_header() {
    let service = TestService::media(MockServer::builder().api_key("right")).await;
    let voices = || service.request_without_key(Method::GET, "/voices");
    let in_header = |name: &str, key| voices().header(name, key);
    for request in [
        in_header("CH-API-KEY", "right"),
        in_header("samwise", "right"),
        in_header("Authorization", "right"),
        voices().bearer_auth("right"),
        service.request_without_key(Method::GET, "/images/costs"),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let missing = "no key in CH-API-KEY, samwise or Authorization header";
    let unknown = "unknown key";
    for (request, error) in [
        (voices(), missing),
        (in_header("CH-API-KEY", " "), missing),
        (in_header("CH-API-KEY", "wrong"), unknown),
        (
            in_header("CH-API-KEY", "wrong").bearer_auth("right"),
            unknown,
        ),
        (voices().bearer_auth("wrong"), unknown),
    ] {
        let error = format!("Invalid API key: {error}");
        let expected = json!({"error": error, "errorCode": 401, "code": 0});
        assert_eq!(send_err(request).await, (401, expected));
    }
    let shown = format!("{:?}", service.server.requests());
    assert!(
        !shown.contains("right") && !shown.contains("wrong"),
        "{shown}"
    );
}

/// The specification defines only `Authorization` for `/imagine`.
#[tokio::test]
async fn imagine_accepts_a_key_in_authorization_only() {
    let service = TestService::media(MockServer::builder().api_key("right")).await;
    let history = || {
        let request = service.request_without_key(Method::POST, "/imagine/history");
        request.json(&json!({}))
    };
    for request in [
        history().bearer_auth("right"),
        history().header("Authorization", "right"),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let (status, body) = send_err(history().header("CH-API-KEY", "right")).await;
    let error = "Invalid API key: no key in Authorization header";
    assert_eq!((status, &body["error"]), (401, &error.into()));
}

#[tokio::test]
async fn distinguishes_unknown_paths_and_methods() {
    let service = start().await;
    let (status, body) = send_err(service.request(Method::GET, "/nothing")).await;
    let expected = json!({"error": "no such path: /nothing", "errorCode": 404, "code": 0});
    assert_eq!((status, body), (404, expected));
    // The operations of the inference API do not exist here.
    assert_eq!(send_err(service.request(Method::GET, "/ping")).await.0, 404);
    let request = service.request(Method::GET, TEXT2IMG);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errorCode"], 405);
}

#[tokio::test]
async fn lists_all_issues_with_their_locations() {
    let service = start().await;
    let body = json!({"prompt": 1, "width": "x"});
    let expected = [
        (json!(["body", "prompt"]), json!("type_error")),
        (json!(["body", "width"]), json!("type_error")),
    ];
    assert_eq!(issues(post_err(&service, TEXT2IMG, &body).await), expected);
    let body =
        json!({"messages": [{"role": "user", "content": "Hi"}, 1], "guided_choice": ["a", 2]});
    let expected = [
        (json!(["body", "guided_choice", 1]), json!("type_error")),
        (json!(["body", "messages", 1]), json!("value_error.anyOf")),
    ];
    assert_eq!(issues(post_err(&service, "/prompt", &body).await), expected);
    let body = json!({"logit_bias": {"a/b~c": "x"}});
    let expected = [(json!(["body", "logit_bias", "a/b~c"]), json!("type_error"))];
    assert_eq!(issues(post_err(&service, "/prompt", &body).await), expected);
    let form = Form::new().text("other", "x");
    let (_, body) = send_err(service.request(Method::POST, "/stt").multipart(form)).await;
    let missing = json!({
        "loc": ["body", "sample"],
        "msg": "field required",
        "type": "value_error.missing",
    });
    assert_eq!(body, json!({"detail": [missing]}));
}

#[tokio::test]
async fn accepts_all_values_that_the_specification_allows() {
    // M4: the files have limits, the requests have none.
    let service = start().await;
    for (path, field, value) in [
        (TEXT2IMG, "width", json!(0)),
        (TEXT2IMG, "height", json!(4_096)),
        ("/images/animate", "fps_id", json!(51)),
        ("/foley", "duration", json!(0)),
        ("/foley", "duration", json!(301)),
    ] {
        service
            .post(
                path,
                &json!({field: value, "init_image": "https://a.test/a.png"}),
            )
            .await;
    }
    for query in ["first=0", "page=0"] {
        service.get(&format!("/images/mine?{query}")).await;
    }
}

#[tokio::test]
async fn rejects_values_that_the_specification_excludes() {
    let service = start().await;
    for (path, field, value) in [
        (TEXT2IMG, "width", json!(1.5)),
        (TEXT2IMG, "height", json!(-5)),
    ] {
        let found = issues(post_err(&service, path, &json!({field: value})).await);
        assert_eq!(found[0].0, json!(["body", field]));
    }
    for query in ["page=-1", "page=x", "count=maybe"] {
        let path = format!("/images/mine?{query}");
        let found = issues(send_err(service.request(Method::GET, &path)).await);
        let name = query.split('=').next().unwrap();
        assert_eq!(found[0].0, json!(["query", name]));
    }
}

#[tokio::test]
async fn accepts_urls_and_data_urls_with_images() {
    let service = start().await;
    let rejected = async |image: &str| {
        let body = json!({"init_image": image});
        issues(post_err(&service, "/images/animate", &body).await)
    };
    for image in [
        "data:image/png;base64,aGVsbG8=",
        "data:image/png;base64,iVBORw0KGgo",
        "data:image/png,iVBORw0KGgo=",
        "data:text/plain;base64,iVBORw0KGgo=",
        "data:",
    ] {
        let expected = (json!(["body", "init_image"]), json!("value_error.value"));
        assert_eq!(rejected(image).await, [expected], "{image}");
    }
    for image in [
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/jpeg;base64,/9j/4A==",
        "data:image/webp;base64,UklGRgAAAABXRUJQ",
        "data:image/avif;base64,AAAAHGZ0eXBhdmlm",
        "https://example.com/cat.png",
        "",
    ] {
        service
            .post("/images/img2img", &json!({"init_image": image}))
            .await;
    }
}

#[tokio::test]
async fn rejects_malformed_bodies_and_wrong_media_types() {
    let service = start().await;
    let post = |path| service.request(Method::POST, path);
    let json = "application/json";
    let (status, body) =
        send_err(post("/foley").header("content-type", json).body("{\"a\":")).await;
    assert_eq!((status, &body["errorCode"]), (400, &json!(400)));
    assert!(
        body["error"]
            .as_str()
            .unwrap()
            .starts_with("Malformed body")
    );
    let (status, _) = send_err(post("/stt").multipart(Form::new())).await;
    assert_eq!(status, 400);
    let found = issues(send_err(post("/stt").json(&json!({}))).await);
    assert_eq!(found[0].0, json!(["header", "content-type"]));
}

#[tokio::test]
async fn rejects_recordings_in_an_unknown_format() {
    let service = start().await;
    for (name, file) in [
        ("me.txt", b"RIFF".to_vec()),
        ("me", Vec::new()),
        ("me.wav", b"\xff\xfb mp3".to_vec()),
        ("me.wave", Vec::new()),
    ] {
        for path in ["/stt", "/voice_clone"] {
            let form = speech_form(name, file.clone());
            let request = service.request(Method::POST, path).multipart(form);
            assert_eq!(
                issues(send_err(request).await)[0].0,
                json!(["body", "sample"])
            );
        }
    }
}
