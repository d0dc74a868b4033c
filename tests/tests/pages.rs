//! Pagination as a stream.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use futures_util::{StreamExt, TryStreamExt};
use imagine_sdk::media::builder::MyImages;
use imagine_tests::{MockResponse, SentRequest, TestClient};
use serde_json::{Value, json};

/// The meaning of a service's count.
#[derive(Clone, Copy, Debug)]
enum Counts {
    All,
    Nothing,
    Zero,
}

/// A service with this number of images, which returns `first` of them per page.
fn service(images: usize, counts: Counts) -> TestClient {
    TestClient::from_fn(move |request| {
        let number = |name: &str, usual: usize| {
            request
                .query(name)
                .first()
                .map_or(usual, |text| text.parse().unwrap())
        };
        let (first, page) = (number("first", 40), number("page", 1));
        let listed = (0..images).skip((page - 1) * first).take(first);
        let nodes: Vec<_> = listed
            .map(|image| json!({"uuid": image.to_string()}))
            .collect();
        let count = match counts {
            Counts::All => json!(images),
            Counts::Nothing => Value::Null,
            Counts::Zero => json!(0),
        };
        MockResponse::json(&json!({"count": count, "nodes": nodes, "page": page}))
    })
}

async fn listed(request: MyImages) -> Vec<u64> {
    let images = request
        .all()
        .map_ok(|image| image.uuid.unwrap().parse::<u64>().unwrap());
    images.try_collect().await.unwrap()
}

/// Returns the values of a parameter in each request.
fn parameter_values<'a>(requests: &'a [SentRequest], name: &str) -> Vec<Vec<&'a str>> {
    requests.iter().map(|request| request.query(name)).collect()
}

#[tokio::test]
async fn every_image_is_listed_once_in_order() {
    for images in [0, 1, 3, 4, 5, 8, 9] {
        for (counts, spare) in [
            (Counts::All, false),
            (Counts::Nothing, true),
            (Counts::Zero, true),
        ] {
            let test = service(images, counts);
            let found = listed(test.media.my_images().first(4)).await;
            assert_eq!(
                found,
                (0..images as u64).collect::<Vec<_>>(),
                "{images} {counts:?}"
            );
            // Without a count, only an empty page marks the end.
            let pages = images.div_ceil(4) + usize::from(spare || images == 0);
            assert_eq!(test.requests().len(), pages, "{images} {counts:?}");
        }
    }
}

#[tokio::test]
async fn a_list_starts_at_the_given_page() {
    let test = service(10, Counts::All);
    let found = listed(test.media.my_images().first(4).page(2)).await;
    assert_eq!(found, [4, 5, 6, 7, 8, 9]);
    assert_eq!(parameter_values(&test.requests(), "page"), [["2"], ["3"]]);
    let beyond = service(10, Counts::All);
    assert_eq!(
        listed(beyond.media.my_images().first(4).page(9)).await,
        [0; 0]
    );
    assert_eq!(beyond.requests().len(), 1);
}

#[tokio::test]
async fn parameters_apply_to_every_page() {
    let test = service(5, Counts::All);
    let request = test
        .media
        .my_images()
        .first(2)
        .generated_only(true)
        .parent_image("p");
    assert_eq!(listed(request.with_extra_query("k", "v")).await.len(), 5);
    let requests = test.requests();
    assert_eq!(parameter_values(&requests, "page"), [["1"], ["2"], ["3"]]);
    for (name, value) in [
        ("first", "2"),
        ("generated_only", "true"),
        ("parent_image", "p"),
        ("k", "v"),
    ] {
        assert_eq!(parameter_values(&requests, name), [[value]; 3], "{name}");
    }
}

#[tokio::test]
async fn unset_parameters_are_not_sent() {
    let test = service(3, Counts::All);
    assert_eq!(listed(test.media.my_images()).await.len(), 3);
    let query = test.single_request().query;
    assert!(query.iter().all(|(name, _)| name == "page"), "{query:?}");
}

#[tokio::test]
async fn pages_are_fetched_lazily() {
    let test = service(100, Counts::All);
    let images = test.media.my_images().first(10).all();
    assert_eq!(test.requests().len(), 0, "no page was requested");
    let some: Vec<_> = images.take(15).try_collect().await.unwrap();
    assert_eq!((some.len(), test.requests().len()), (15, 2));
}

#[tokio::test]
async fn a_failed_page_ends_the_list_with_its_error() {
    let page = MockResponse::json(&json!({"count": 4, "nodes": [{"uuid": 0}], "page": 1}));
    let test = TestClient::new([page, MockResponse::status(404)]);
    let items: Vec<_> = test.media.my_images().first(1).all().collect().await;
    assert_eq!(items.len(), 2);
    assert!(items[0].is_ok());
    let error = items[1].as_ref().unwrap_err();
    assert_eq!(
        (error.operation(), error.is_not_found()),
        (Some("my_images"), true)
    );
}

#[tokio::test]
async fn a_finished_list_stays_finished() {
    let test = service(1, Counts::All);
    let mut images = test.media.my_images().all();
    assert!(images.next().await.unwrap().is_ok());
    for _ in 0..3 {
        assert!(images.next().await.is_none());
    }
    assert_eq!(test.requests().len(), 1);
}

/// F14
#[tokio::test]
async fn a_service_that_ignores_the_page_ends_the_list() {
    for count in [json!(1_000_000), json!(null)] {
        let mut signature = 0;
        let test = TestClient::from_fn(move |_| {
            signature += 1;
            let url = format!("https://h/x?signature={signature}");
            let nodes = [0, 1].map(|uuid| json!({"uuid": uuid, "primary_image_path": url}));
            MockResponse::json(&json!({"count": count, "nodes": nodes, "page": 1}))
        });
        assert_eq!(listed(test.media.my_images().first(2)).await.len(), 2);
        assert_eq!(test.requests().len(), 2);
    }
}

/// F14
#[tokio::test]
async fn a_repeated_cursor_is_an_error_after_the_items_of_its_page() {
    let test = TestClient::new(["b", "a", "b"].map(|cursor| history(json!(cursor))));
    let items: Vec<_> = test.media.imagine_history().all().collect().await;
    assert_eq!((items.len(), test.requests().len()), (4, 3));
    assert!(items[..3].iter().all(Result::is_ok));
    let error = items[3].as_ref().unwrap_err();
    assert!(error.is_unexpected_response(), "{error}");
    assert_eq!(error.operation(), Some("imagine_history"));
}

fn history(cursor: Value) -> MockResponse {
    MockResponse::json(&json!({"items": [{"uuid": 0}], "cursor": cursor}))
}

#[tokio::test]
async fn a_list_ends_at_a_page_without_a_cursor() {
    for last in [json!(null), json!("")] {
        let test = TestClient::new([json!("b"), last].map(history));
        let pages: Vec<_> = test.media.imagine_history().pages().collect().await;
        assert!(pages.iter().all(Result::is_ok));
        assert_eq!((pages.len(), test.requests().len()), (2, 2));
    }
}

#[tokio::test]
async fn an_empty_page_with_a_cursor_is_not_the_last_one() {
    let empty = MockResponse::json(&json!({"items": [], "cursor": "b"}));
    let test = TestClient::new([empty, history(json!(null))]);
    let items: Vec<_> = test.media.imagine_history().all().collect().await;
    assert_eq!(items.len(), 1);
}

#[tokio::test]
async fn pages_are_streamed_whole() {
    let test = service(5, Counts::All);
    let pages = test.media.my_images().first(2).pages();
    let pages: Vec<_> = pages.try_collect().await.unwrap();
    let sizes: Vec<usize> = pages.iter().map(|page| page.nodes.len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
}
