//! All pages of a list as one stream.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use futures_util::{StreamExt, TryStreamExt};
use imagine_sdk::media::builder::MyImages;
use imagine_tests::{Bench, MockResponse, Seen};
use serde_json::{Value, json};

/// How a service counts what it lists.
#[derive(Clone, Copy, Debug)]
enum Counts {
    All,
    Nothing,
    Zero,
}

/// A service with this many images, which lists `first` of them a page.
fn service(images: usize, counts: Counts) -> Bench {
    Bench::answering(move |seen| {
        let number = |name: &str, usual: usize| {
            seen.query(name)
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

/// The values that a parameter had, request by request.
fn sent<'a>(seen: &'a [Seen], name: &str) -> Vec<Vec<&'a str>> {
    seen.iter().map(|seen| seen.query(name)).collect()
}

#[tokio::test]
async fn every_image_comes_once_and_in_order() {
    for images in [0, 1, 3, 4, 5, 8, 9] {
        for (counts, spare) in [
            (Counts::All, false),
            (Counts::Nothing, true),
            (Counts::Zero, true),
        ] {
            let bench = service(images, counts);
            let found = listed(bench.media.my_images().first(4)).await;
            assert_eq!(
                found,
                (0..images as u64).collect::<Vec<_>>(),
                "{images} {counts:?}"
            );
            // Without a count, only an empty page says that the one before it was the last.
            let pages = images.div_ceil(4) + usize::from(spare || images == 0);
            assert_eq!(bench.seen().len(), pages, "{images} {counts:?}");
        }
    }
}

#[tokio::test]
async fn a_list_begins_with_the_page_that_is_set() {
    let bench = service(10, Counts::All);
    let found = listed(bench.media.my_images().first(4).page(2)).await;
    assert_eq!(found, [4, 5, 6, 7, 8, 9]);
    assert_eq!(sent(&bench.seen(), "page"), [["2"], ["3"]]);
    let beyond = service(10, Counts::All);
    assert_eq!(
        listed(beyond.media.my_images().first(4).page(9)).await,
        [0; 0]
    );
    assert_eq!(beyond.seen().len(), 1);
}

#[tokio::test]
async fn what_is_set_is_kept_on_every_page() {
    let bench = service(5, Counts::All);
    let request = bench
        .media
        .my_images()
        .first(2)
        .generated_only(true)
        .parent_image("p");
    assert_eq!(listed(request.with_extra_query("k", "v")).await.len(), 5);
    let seen = bench.seen();
    assert_eq!(sent(&seen, "page"), [["1"], ["2"], ["3"]]);
    for (name, value) in [
        ("first", "2"),
        ("generated_only", "true"),
        ("parent_image", "p"),
        ("k", "v"),
    ] {
        assert_eq!(sent(&seen, name), [[value]; 3], "{name}");
    }
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let bench = service(3, Counts::All);
    assert_eq!(listed(bench.media.my_images()).await.len(), 3);
    let query = bench.only().query;
    assert!(query.iter().all(|(name, _)| name == "page"), "{query:?}");
}

#[tokio::test]
async fn a_page_is_asked_for_only_when_it_is_needed() {
    let bench = service(100, Counts::All);
    let images = bench.media.my_images().first(10).all();
    assert_eq!(bench.seen().len(), 0, "nobody has asked yet");
    let some: Vec<_> = images.take(15).try_collect().await.unwrap();
    assert_eq!((some.len(), bench.seen().len()), (15, 2));
}

#[tokio::test]
async fn a_page_that_fails_ends_the_list_with_its_error() {
    let page = MockResponse::json(&json!({"count": 4, "nodes": [{"uuid": 0}], "page": 1}));
    let bench = Bench::new([page, MockResponse::status(404)]);
    let items: Vec<_> = bench.media.my_images().first(1).all().collect().await;
    assert_eq!(items.len(), 2);
    assert!(items[0].is_ok());
    let error = items[1].as_ref().unwrap_err();
    assert_eq!(
        (error.operation(), error.is_not_found()),
        (Some("my_images"), true)
    );
}

#[tokio::test]
async fn the_end_of_a_list_stays_its_end() {
    let bench = service(1, Counts::All);
    let mut images = bench.media.my_images().all();
    assert!(images.next().await.unwrap().is_ok());
    for _ in 0..3 {
        assert!(images.next().await.is_none());
    }
    assert_eq!(bench.seen().len(), 1);
}

#[tokio::test]
async fn a_service_that_repeats_its_last_page_is_left_at_its_count() {
    let bench = Bench::answering(|_| {
        MockResponse::json(&json!({"count": 4, "nodes": [{"uuid": 0}, {"uuid": 1}], "page": 1}))
    });
    assert_eq!(listed(bench.media.my_images().first(2)).await.len(), 4);
    assert_eq!(bench.seen().len(), 2);
}
