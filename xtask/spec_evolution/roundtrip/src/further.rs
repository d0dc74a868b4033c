//! Calls of the APIs that `apis.toml` of this directory adds.

use std::collections::BTreeMap;

use imagine_mock::expect::containing;
use imagine_mock::{Api, Fault, MockServer};
use imagine_sdk::bookshop::{BookshopClient, Genre, OrderLine};
use imagine_sdk::{FilePart, InferenceV3Client, blocking, inference_v3};
use serde_json::json;

use crate::RoundTrip;

pub async fn run(trip: &mut RoundTrip) {
    trip.run("every_operation_is_called", every_operation_is_called)
        .await;
    trip.run(
        "expectations_and_faults_apply",
        expectations_and_faults_apply,
    )
    .await;
    trip.run("a_blocking_client_calls", a_blocking_client_calls)
        .await;
    trip.run("two_versions_are_independent", two_versions_are_independent)
        .await;
}

fn bookshop(mock: &MockServer) -> BookshopClient {
    let builder = BookshopClient::builder().endpoint(mock.bookshop_endpoint());
    builder.api_key("key").build().unwrap()
}

fn v3(mock: &MockServer) -> InferenceV3Client {
    let builder = InferenceV3Client::builder().endpoint(mock.inference_v3_endpoint());
    builder.api_key("key").build().unwrap()
}

async fn every_operation_is_called(trip: &RoundTrip) {
    let shop = bookshop(&trip.mock);
    let page = shop.list_books();
    let page = page
        .genre([Genre::Crime, Genre::Poetry])
        .author_ids([1, 2])
        .page(2)
        .x_language("es");
    assert!(!page.await.unwrap().items.is_empty());
    let sent = trip.mock.requests().pop().unwrap();
    let query: Vec<_> = sent
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        query,
        ["author_ids=1,2", "genre=crime", "genre=poetry", "page=2"]
    );
    assert_eq!(sent.headers["x-language"], "es");
    assert_eq!(sent.headers["x-shop-key"], "key");
    assert!(
        !format!("{sent:?}").contains("\"key\""),
        "the key is redacted"
    );
    shop.add_book("Lazarillo")
        .genres([Genre::Crime])
        .price(7.5)
        .await
        .unwrap();
    shop.get_book("a/b").await.unwrap();
    assert_eq!(trip.mock.requests().pop().unwrap().path, "/books/a%2Fb");
    shop.update_book("a").price(8.0).await.unwrap();
    shop.delete_book("a").await.unwrap();
    assert_eq!(trip.mock.requests().pop().unwrap().status, Some(204));
    shop.upload_cover("a", FilePart::bytes("cover.png", "png"))
        .caption("A")
        .await
        .unwrap();
    let reviews = shop.list_reviews("a").await.unwrap();
    assert!(reviews[0].stars >= 1);
    shop.add_review("a", 5).text("Good.").await.unwrap();
    let error = shop.add_review("a", 6).await.unwrap_err();
    assert_eq!(error.invalid_field(), Some("stars"));
    shop.delete_review("a", 7).await.unwrap();
    assert!(!shop.list_authors().await.unwrap().is_empty());
    let _: BTreeMap<String, i64> = shop.stock().await.unwrap();
    let mut line = OrderLine::default();
    line.book_id = "a".to_owned();
    line.count = 2;
    shop.place_order([line])
        .idempotency_key("k1")
        .await
        .unwrap();
    assert_eq!(shop.get_order(1).await.unwrap().id, 1);
    shop.cancel_order(1).await.unwrap();
    let keyless = BookshopClient::builder()
        .endpoint(trip.mock.bookshop_endpoint())
        .build()
        .unwrap();
    keyless.health().await.unwrap();
    assert!(keyless.stock().await.unwrap_err().is_configuration());
    assert_eq!(imagine_sdk::bookshop::OPERATIONS.len(), 15);
}

async fn expectations_and_faults_apply(trip: &RoundTrip) {
    let mock = MockServer::start().await.unwrap();
    let shop = bookshop(&mock);
    let book = mock.bookshop().expect_get_book(|when, then| {
        when.book_id(containing("7"));
        then.json(json!({"id": "7", "title": "Niebla"}))
    });
    assert_eq!(shop.get_book("7").await.unwrap().title, "Niebla");
    book.assert_calls(1);
    mock.bookshop()
        .fault("stock", Fault::status(503).times(1))
        .unwrap();
    let response = shop.stock().send_with_response().await.unwrap();
    assert_eq!(response.attempts(), 2);
    assert!(mock.bookshop().fault("chat", Fault::status(503)).is_err());
    let error = shop.get_book("8").await.unwrap_err();
    assert!(error.to_string().contains("no expectation"), "{error}");
    assert_eq!(mock.endpoint(Api::Bookshop), mock.bookshop().endpoint());
    let other = mock.bookshop_endpoint().replace("/shop/v1", "/shop");
    let other = BookshopClient::builder()
        .endpoint(other)
        .api_key("key")
        .build()
        .unwrap();
    other.list_authors().await.unwrap();
    mock.assert_contract();
    let unknown = Genre::Other("picaresque".to_owned());
    let error = shop.add_book("Lazarillo").genres([unknown]).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(422));
    assert!(mock.verify_contract().is_err());
    bookshop(&trip.mock).health().await.unwrap();
}

async fn a_blocking_client_calls(trip: &RoundTrip) {
    let endpoint = trip.mock.bookshop_endpoint();
    let shop = blocking::BookshopClient::builder()
        .endpoint(endpoint)
        .api_key("key")
        .build()
        .unwrap();
    assert!(!shop.list_authors().send().unwrap().is_empty());
    let books: Result<Vec<_>, _> = shop.list_books().genre([Genre::Crime]).all().collect();
    assert_eq!(books.unwrap().len(), 2);
    assert_eq!(shop.list_books().page(2).pages().count(), 1);
    let endpoint = trip.mock.inference_v3_endpoint();
    let v3 = blocking::InferenceV3Client::builder()
        .endpoint(endpoint)
        .api_key("key")
        .build()
        .unwrap();
    v3.ping().send().unwrap();
}

async fn two_versions_are_independent(trip: &RoundTrip) {
    let mock = MockServer::start().await.unwrap();
    let (old, new) = (trip.inference_of(&mock), v3(&mock));
    let expected = mock
        .inference_v3()
        .expect_ping(|_, then| then.json(json!({"message": "three", "status": "ok"})));
    let shortcut = mock.expect_ping(|_, then| then.json(json!({"message": "two", "status": "ok"})));
    let ping: inference_v3::PingResponse = new.ping().await.unwrap();
    assert_eq!(ping.message, "three");
    assert_eq!(old.ping().await.unwrap().message, "two");
    expected.assert_calls(1);
    shortcut.assert_calls(1);
    mock.fault("inference_v3.usage", Fault::status(400))
        .unwrap();
    assert!(new.usage().await.is_err());
    old.usage().await.unwrap();
    assert!(
        mock.requests()
            .iter()
            .any(|request| request.api == Some("inference_v3"))
    );
    let chat = new.chat("Hello").await.unwrap();
    assert!(!chat.choices.is_empty());
    let mut stream = new.chat("Hello").stream().await.unwrap();
    assert!(stream.next().await.is_some());
    mock.assert_contract();
    v3(&trip.mock).ping().await.unwrap();
}
