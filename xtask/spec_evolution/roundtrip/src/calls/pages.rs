//! Edits with pages.

use futures_util::TryStreamExt;

use super::*;

/// Returns the values of a query parameter in the last requests.
fn queried(trip: &RoundTrip, name: &str, count: usize) -> Vec<Option<String>> {
    let requests = trip.mock.requests();
    let last = requests[requests.len() - count..].iter();
    let value = |(own, value): &(String, String)| (own == name).then(|| value.clone());
    last.map(|request| request.query.iter().find_map(value)).collect()
}

pub async fn pages_by_cursor(trip: &RoundTrip) {
    let items = trip.media.pages_by_cursor().limit(7).all();
    let items: Vec<MutatedPageDataListItem> = items.try_collect().await.unwrap();
    assert_eq!(items.len(), 2);
    let cursors = queried(trip, "after", 2);
    assert!(cursors[0].is_none() && cursors[1].is_some(), "{cursors:?}");
    assert_eq!(queried(trip, "limit", 2), [Some("7".to_owned()), Some("7".to_owned())]);
    let pages = trip.media.pages_by_cursor().pages();
    let pages: Vec<MutatedPage> = pages.try_collect().await.unwrap();
    assert_eq!(pages.len(), 2);
    let page = |id: &str, next: Value| json!({"data": {"list": [{"id": id}]}, "meta": {"next_cursor": next}});
    for (next, is_error) in [(json!("a"), true), (json!(null), false), (json!(""), false)] {
        trip.mock.expect_pages_by_cursor(|_, then| then.json(page("1", json!("a"))).times(1));
        trip.mock.expect_pages_by_cursor(|_, then| then.json(page("2", next)).times(1));
        let items: Result<Vec<_>, _> = trip.media.pages_by_cursor().all().try_collect().await;
        assert_eq!(items.is_err(), is_error);
        assert!(items.is_err() || items.unwrap().len() == 2);
    }
}

pub async fn pages_by_offset(trip: &RoundTrip) {
    let rows = trip.media.pages_by_offset().all();
    let rows: Vec<PagesByOffsetResponseItem> = rows.try_collect().await.unwrap();
    assert_eq!(rows.len(), 2);
    let offsets = ["0", "1", "2"].map(|offset| Some(offset.to_owned()));
    assert_eq!(queried(trip, "skip", 3), offsets);
    trip.mock.expect_pages_by_offset(|when, then| {
        when.skip(4);
        then.json(json!([])).times(1)
    });
    let rows = trip.media.pages_by_offset().skip(4).all();
    assert!(rows.try_collect::<Vec<_>>().await.unwrap().is_empty());
}

pub async fn pages_of_a_body(trip: &RoundTrip) {
    let hits = trip.media.pages_of_a_body("tea").all();
    let hits: Vec<PagesOfABodyResponseHitsItem> = hits.try_collect().await.unwrap();
    assert_eq!(hits.len(), 2);
    assert_eq!(sent(trip), json!({"text": "tea", "number": 1}));
}

pub async fn pages_by_a_number_as_cursor(trip: &RoundTrip) {
    let page = |last: Value| json!({"changes": ["a"], "last": last});
    trip.mock.expect_pages_by_a_number_as_cursor(|_, then| then.json(page(json!(41))).times(1));
    trip.mock.expect_pages_by_a_number_as_cursor(|when, then| {
        when.since(41);
        then.json(page(json!(null))).times(1)
    });
    let changes: Vec<String> = trip
        .media
        .pages_by_a_number_as_cursor()
        .all()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(changes, ["a", "a"]);
}
