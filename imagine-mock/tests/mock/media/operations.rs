//! Requests and responses of every operation conform to the contract.

use imagine_mock::MediaBuild;
use imagine_mock::contract::{Contract, OperationSpec};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{TEXT2IMG, speech_form, start, start_build};
use crate::client::{TestService, send_ok, wav};

const IMAGE: &str = "https://example.com/cat.png";

/// Returns a request for an operation.
async fn request(service: &TestService, operation: &OperationSpec) -> RequestBuilder {
    let get = |path| service.request(Method::GET, path);
    let post = |body: Value| service.request(Method::POST, &operation.path).json(&body);
    let upload = |form| {
        service
            .request(Method::POST, &operation.path)
            .multipart(form)
    };
    match operation.id.as_str() {
        "my_images" => get("/images/mine?first=2&page=1&include_tts=true"),
        "text2img" => post(json!({"prompt": "a cat", "width": 8, "height": 8, "seed": 7})),
        "inpaint" => post(json!({"prompt": "a door", "init_image": IMAGE, "mask_image": IMAGE})),
        "img2img" => post(json!({"prompt": "a cat", "init_image": IMAGE, "strength": 0.7})),
        "remove_background" | "upscale" => post(json!({"image": IMAGE, "init_image": IMAGE})),
        "animate" => post(json!({"init_image": IMAGE, "num_frames": 2})),
        "video" => post(json!({"prompt": "waves", "fps_id": 8})),
        "foley" => post(json!({"prompt": "a bell", "duration": 1})),
        "music" => post(json!({"prompt": "a bell"})),
        "tts" => post(json!({"transcript": "Hello", "character_id": null})),
        "imagine" => post(json!({"generation_type": "text_to_image", "prompt": "a cat"})),
        "model3d" => post(json!({"prompt": "a chair"})),
        "expressions" => post(json!({"init_image": IMAGE})),
        "imagine_history" => post(json!({"first": 2})),
        "delete_imagine_history" => post(json!({"uuids": ["item-1"]})),
        "check" | "imagine_check" => {
            let job = service.post(TEXT2IMG, &json!({"prompt": "a cat"})).await;
            post(job)
        }
        "stt" | "voice_clone" => upload(speech_form("me.wav", wav(1, 8_000, 80))),
        "delete_voice" => {
            let form = speech_form("me.wav", wav(1, 8_000, 80));
            let clone = service.request(Method::POST, "/voice_clone");
            let voice = send_ok(clone.multipart(form)).await;
            let path = format!("/voices/{}", voice["uuid"].as_str().unwrap());
            service.request(Method::DELETE, &path)
        }
        "prompt" => post(json!({"messages": [{"role": "user", "content": "Hi"}]})),
        "update_project" => service
            .request(Method::PATCH, "/imagine/project/p1")
            .json(&json!({"name": "Lighthouse", "is_published": false})),
        _ => service.generic_request(Contract::media(), operation),
    }
}

#[tokio::test]
async fn every_operation_conforms_to_the_contract() {
    for build in MediaBuild::ALL {
        let service = start_build(build).await;
        let contract = Contract::media();
        // In the second pass, images and voices exist.
        for operation in contract.operations().chain(contract.operations()) {
            let request = request(&service, operation).await;
            if build == MediaBuild::V0_2 && super::builds::ADDED.contains(&&*operation.id) {
                assert_eq!(request.send().await.unwrap().status(), 404);
                continue;
            }
            let response = send_ok(request).await;
            let checked = contract.check_response(&operation.id, &response);
            assert_eq!(checked, Ok(()), "{}: {response}", operation.id);
            let requests = service.server.requests();
            let sent = requests.last().unwrap();
            let called = contract.check_request(&sent.parts()).unwrap();
            assert_eq!(called.id, operation.id);
            assert_eq!(sent.api, Some("media"));
            assert_eq!(sent.operation, Some(operation.id.as_str()));
            assert_eq!(sent.status, Some(200));
        }
    }
}

#[tokio::test]
async fn an_operation_without_data_returns_success() {
    let service = start().await;
    let path = "/imagine/project/a%2Fb";
    let request = service.request(Method::PATCH, path).json(&json!({}));
    let done = json!({"message": "success", "success": true});
    assert_eq!(send_ok(request).await, done);
}
