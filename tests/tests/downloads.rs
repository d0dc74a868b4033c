//! Fetching files over real connections: whole or not at all, and the key for nobody else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::Duration;

use futures_util::{FutureExt, TryStreamExt};
use http::HeaderValue;
use imagine_sdk::MediaClient;
use imagine_sdk::media::Generation;
use imagine_sdk::{ApiError, Error};
use imagine_tests::{
    Bench, Clients, FileAnswer, FileServer, Folder, KEY, ManualClock, MockResponse, assert_silent,
    recorded,
};
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

/// A file on a bench.
const OWN: &str = "https://service.test/apis/v2/x.png";

fn png() -> FileAnswer {
    FileAnswer::file("image/png", PNG)
}

/// The errors of all three ways to fetch a file, which must leave no file.
async fn errors(client: &MediaClient, url: &str) -> [Error; 3] {
    let folder = Folder::new();
    let download = || client.download(url);
    let errors = [
        download().bytes().await.unwrap_err(),
        download().save_to(folder.path("x")).await.unwrap_err(),
        streamed(client, url).await.unwrap_err(),
    ];
    assert_eq!(folder.names(), [""; 0], "{url} leaves nothing");
    for error in &errors {
        assert_eq!(error.operation(), Some("download"), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        assert_silent(error, KEY);
    }
    errors
}

async fn streamed(client: &MediaClient, url: &str) -> Result<Vec<u8>, Error> {
    let chunks: Vec<_> = client.download(url).stream().await?.try_collect().await?;
    Ok(chunks.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_comes_whole_in_every_way() {
    let server = FileServer::answering(png()).await;
    let (client, url) = (server.client(), server.url("/x.png"));
    let folder = Folder::new();
    let path = folder.path("x.png");
    let saved = client.download(&*url).save_to(&path).await.unwrap();
    assert_eq!((&saved.path, saved.length), (&path, PNG.len() as u64));
    assert_eq!(saved.content_type.as_deref(), Some("image/png"));
    assert_eq!(std::fs::read(&path).unwrap(), PNG);
    assert_eq!(folder.names(), ["x.png"], "nothing else is left");
    assert_eq!(client.download(&*url).bytes().await.unwrap(), PNG);
    assert_eq!(streamed(&client, &url).await.unwrap(), PNG);
    let stream = client.download(url).stream().await.unwrap();
    assert_eq!(
        (stream.content_type(), stream.length()),
        (Some("image/png"), Some(PNG.len() as u64))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_a_job_is_where_its_status_says() {
    let server = FileServer::answering(png()).await;
    let finished = |url: String| -> Generation {
        serde_json::from_value(json!({"is_done": true, "primary_media_url": url})).unwrap()
    };
    for url in [server.url("/a/x.png?s=1"), "/a/x.png?s=1".to_owned()] {
        let bytes = server
            .client()
            .download(finished(url))
            .bytes()
            .await
            .unwrap();
        assert_eq!(bytes, PNG);
    }
    let targets: Vec<_> = server
        .seen()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/a/x.png?s=1", "/a/x.png?s=1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_only_the_origin_of_the_endpoint_gets_the_key() {
    let (own, other) = (
        FileServer::answering(png()).await,
        FileServer::answering(png()).await,
    );
    own.client()
        .download(own.url("/x.png"))
        .bytes()
        .await
        .unwrap();
    own.client()
        .download(other.url("/x.png"))
        .bytes()
        .await
        .unwrap();
    assert_eq!(own.seen()[0].headers["ch-api-key"], KEY);
    assert!(!other.seen()[0].has_key(), "{:?}", other.seen());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_a_redirect_is_followed_with_the_key_only_to_the_same_origin() {
    for status in [301, 302, 303, 307, 308] {
        let bucket = FileServer::answering(png()).await;
        let away = bucket.url("/b?X-Amz-Signature=s");
        let server = FileServer::start(move |target| match target {
            "/a" => FileAnswer::redirect(status, "/moved"),
            "/moved" => FileAnswer::redirect(status, &away),
            other => panic!("{other} was not linked to"),
        })
        .await;
        let bytes = server.client().download(server.url("/a")).bytes().await;
        assert_eq!(bytes.unwrap(), PNG, "{status}");
        assert!(
            server.seen().iter().all(|request| request.has_key()),
            "{status}"
        );
        let [request] = &bucket.seen()[..] else {
            panic!("one request");
        };
        assert_eq!(request.target, "/b?X-Amz-Signature=s");
        assert!(!request.has_key(), "{request:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_without_an_end_are_not_followed_for_ever() {
    let server = FileServer::start(|target| FileAnswer::redirect(302, &format!("{target}x"))).await;
    let error = server
        .client()
        .download(server.url("/"))
        .bytes()
        .await
        .unwrap_err();
    assert!(
        error.is_unexpected_response() && error.to_string().contains("5 redirects"),
        "{error}"
    );
    assert_eq!(error.status().unwrap(), 302);
    let requests = server.seen().len();
    assert!((3..=20).contains(&requests), "{requests}");
}

/// Where a redirect must not lead: out of encryption, or out of the web.
#[tokio::test]
async fn a_redirect_to_a_worse_place_is_not_followed() {
    for target in [
        "http://service.test/x",
        "http://other.test/x",
        "file:///etc/hostname",
        "ftp://h/x",
    ] {
        let bench = Bench::new([MockResponse::status(302).header("location", target)]);
        let error = bench.media.download(OWN).bytes().await.unwrap_err();
        assert!(error.is_unexpected_response(), "{target}: {error}");
        let is_advice = error.to_string().contains("use that as the endpoint");
        assert!(!is_advice || !target.starts_with("http:"), "{error}");
        assert_eq!(bench.seen().len(), 1, "{target}");
    }
    let bench = Bench::new([MockResponse::status(302)]);
    let error = bench.media.download(OWN).bytes().await.unwrap_err();
    assert!(
        error.is_unexpected_response(),
        "a redirect to nowhere: {error}"
    );
}

#[tokio::test]
async fn what_is_no_address_of_the_web_is_refused_before_anything_is_sent() {
    for url in [
        "file:///etc/hostname",
        "ftp://h/x",
        "data:image/png;base64,AAAA",
        "http://",
        "https://h:port/",
        "",
        " ",
    ] {
        let bench = Bench::new([]);
        let error = bench.media.download(url).bytes().await.unwrap_err();
        assert!(
            error.is_invalid_argument() && error.invalid_field() == Some("source"),
            "{url}: {error}"
        );
        assert_eq!(error.operation(), Some("download"));
    }
}

#[tokio::test]
async fn the_signature_of_an_address_is_in_no_text() {
    const SIGNED: &str = "https://files.test/apis/v2/x?canary-signature";
    let failures: [fn() -> MockResponse; 4] = [
        || MockResponse::status(403),
        || MockResponse::status(302).header("location", SIGNED),
        || MockResponse::bytes("text/html", "<html>"),
        || MockResponse::bytes("image/png", "x").then_fails(),
    ];
    for failure in failures {
        let bench = Bench::answering(move |_| failure());
        let download = bench.media.download(SIGNED);
        assert!(
            !format!("{download:?} {download:#?}").contains("canary"),
            "{download:?}"
        );
        assert_silent(&download.bytes().await.unwrap_err(), "canary-signature");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_an_error_in_the_clothes_of_a_file_is_one() {
    let said = |body: &str| FileAnswer::file("application/json; charset=utf-8", body.as_bytes());
    for body in [
        r#"{"error":"x"}"#,
        r#"{"error":{"message":"x"}}"#,
        r#"{"detail":"x"}"#,
    ] {
        let server = FileServer::answering(said(body)).await;
        for error in errors(&server.client(), &server.url("/x")).await {
            assert_eq!(
                error.api_error().map(|api| api.message()),
                Some("x"),
                "{body}: {error}"
            );
        }
    }
    let server = FileServer::answering(said(r#"{"generation_uuid":"g"}"#)).await;
    for error in errors(&server.client(), &server.url("/x")).await {
        assert!(error.is_unexpected_response(), "JSON is no file: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_a_page_is_no_file() {
    let page = FileAnswer::file("text/html", b"<html><title>Sign in</title></html>");
    let server = FileServer::answering(page).await;
    for error in errors(&server.client(), &server.url("/x")).await {
        assert!(
            error.is_unexpected_response() && error.to_string().contains("text/html"),
            "{error}"
        );
    }
}

/// A promise, nothing and a part are no file.
#[tokio::test]
async fn only_a_whole_file_is_one() {
    for status in [201, 202, 204, 206] {
        let folder = Folder::new();
        let part = || {
            let reply = MockResponse::status(status).header("content-type", "image/png");
            reply.chunks([PNG.into()])
        };
        let bench = Bench::new([part(), part()]);
        let download = || bench.media.download(OWN);
        let errors = [
            download().bytes().await.unwrap_err(),
            download().save_to(folder.path("x")).await.unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_unexpected_response(), "{error}");
            assert_eq!(error.status().unwrap(), status, "{error}");
        }
        assert_eq!(folder.names(), [""; 0], "{status}");
    }
}

#[tokio::test]
async fn json_of_any_kind_is_no_file() {
    for kind in [
        "application/problem+json",
        "application/vnd.api+JSON; v=1",
        "text/json",
        "application/json ; charset=utf-8",
    ] {
        let bench = Bench::new([MockResponse::bytes(kind, r#"{"detail":"gone"}"#)]);
        let error = bench.media.download(OWN).bytes().await.unwrap_err();
        assert_eq!(
            error.api_error().map(ApiError::message),
            Some("gone"),
            "{kind}: {error}"
        );
    }
}

/// What is compressed on its way is saved as it was, and the length that is said is that of the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compressed_file_is_saved_as_it_was() {
    let packed = recorded::bytes("variants/chat.sse.gz");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        packed.len()
    );
    let server = FileServer::answering(FileAnswer {
        bytes: [head.as_bytes(), &packed].concat(),
        stays: false,
    })
    .await;
    let bytes = server.client().download(server.url("/x")).bytes().await;
    assert_eq!(bytes.unwrap(), recorded::bytes("chat.sse"));
}

#[tokio::test]
async fn a_redirect_in_utf8_is_followed() {
    let moved = HeaderValue::from_bytes("/apis/v2/\u{e9}.png".as_bytes()).unwrap();
    let script = [
        MockResponse::status(302).header("location", moved),
        MockResponse::bytes("image/png", PNG),
    ];
    let bench = Bench::new(script);
    assert_eq!(bench.media.download(OWN).bytes().await.unwrap(), PNG);
    assert_eq!(bench.seen()[1].path, "/%C3%A9.png");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_sound_is_not_looked_into() {
    for (content_type, body) in [
        ("audio/pcm", &b"{\"error\":\"x\"}"[..]),
        ("audio/pcm", b"{"),
        ("application/octet-stream", b"<html>"),
        ("image/svg+xml", b"<svg/>"),
        ("video/mp4", b""),
    ] {
        let server = FileServer::answering(FileAnswer::file(content_type, body)).await;
        let bytes = server.client().download(server.url("/x")).bytes().await;
        assert_eq!(bytes.unwrap(), body, "{content_type}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_cut_off_is_not_kept() {
    let chunked = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n";
    let cuts = [
        FileAnswer::announced("image/png", 100, &[b'x'; 60]),
        FileAnswer::announced("image/png", 100, b""),
        FileAnswer {
            bytes: chunked.into(),
            stays: false,
        },
    ];
    for cut in cuts {
        let server = FileServer::answering(cut).await;
        for error in errors(&server.client(), &server.url("/x")).await {
            assert!(error.is_truncated(), "{error}");
        }
    }
}

/// Transports of others may not hold a body against its length.
#[tokio::test]
async fn a_file_of_another_length_than_was_said_is_not_kept() {
    for (said, sent) in [("100", 60), ("10", 60), ("1", 0)] {
        let reply =
            MockResponse::bytes("image/png", vec![b'x'; sent]).header("content-length", said);
        let bench = Bench::new([reply]);
        let error = bench.media.download(OWN).bytes().await.unwrap_err();
        assert!(error.is_truncated(), "{said} said, {sent} sent: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_whose_length_nobody_says_ends_with_its_connection() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\nabc";
    let server = FileServer::answering(FileAnswer {
        bytes: head.into(),
        stays: false,
    })
    .await;
    let bytes = server.client().download(server.url("/x")).bytes().await;
    assert_eq!(bytes.unwrap(), "abc");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_file_is_not_kept() {
    for (status, kind) in [
        (401, Error::is_authentication as fn(&Error) -> bool),
        (404, Error::is_not_found),
    ] {
        let text = format!(
            "HTTP/1.1 {status} No\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{{\"error\":\"gone\"}}"
        );
        let server = FileServer::answering(FileAnswer {
            bytes: text.into(),
            stays: false,
        })
        .await;
        for error in errors(&server.client(), &server.url("/x")).await {
            assert!(kind(&error), "{error}");
            assert_eq!(
                error.api_error().map(|api| api.message()),
                Some("gone"),
                "{error}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_that_is_dropped_leaves_no_file() {
    let half = FileAnswer {
        stays: true,
        ..FileAnswer::announced("image/png", 100, &[b'x'; 60])
    };
    let server = FileServer::answering(half).await;
    let folder = Folder::new();
    let client = server.client();
    let mut saving = Box::pin(
        client
            .download(server.url("/x"))
            .save_to(folder.path("x.png")),
    );
    while folder.names().is_empty() {
        assert!(
            (&mut saving).now_or_never().is_none(),
            "the file has no end"
        );
        tokio::task::yield_now().await;
    }
    assert!(
        !folder.path("x.png").exists(),
        "what is not whole has another name"
    );
    drop(saving);
    assert_eq!(folder.names(), [""; 0]);
}

/// Files are opened by threads of the runtime's. Here there is one, which is busy until the download is
/// dropped, so the file is opened only afterwards.
#[test]
fn a_download_that_is_dropped_while_its_file_is_opened_leaves_no_file() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    let folder = Folder::new();
    let bench = Bench::new([MockResponse::bytes("image/png", PNG)]);
    runtime.block_on(async {
        let (free, is_free) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || is_free.recv());
        let mut saving = Box::pin(bench.media.download(OWN).save_to(folder.path("x.png")));
        for _ in 0..100 {
            assert!(
                (&mut saving).now_or_never().is_none(),
                "nobody opens the file"
            );
        }
        assert_eq!(bench.seen().len(), 1, "the response is there");
        drop(saving);
        free.send(()).unwrap();
        busy.await.unwrap().unwrap();
        tokio::task::spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(folder.names(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_replaced_by_a_whole_one_and_by_nothing_less() {
    let server = FileServer::start(|target| match target {
        "/whole" => png(),
        _ => FileAnswer::announced("image/png", 100, b"half"),
    })
    .await;
    let folder = Folder::new();
    let path = folder.file("x.png", b"old");
    let client = server.client();
    client
        .download(server.url("/half"))
        .save_to(&path)
        .await
        .unwrap_err();
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    client
        .download(server.url("/whole"))
        .save_to(&path)
        .await
        .unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), PNG);
    assert_eq!(folder.names(), ["x.png"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_one_and_what_it_leads_to_is_written() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("elsewhere")).unwrap();
    let target = folder.file("elsewhere/x.png", b"old");
    let link = folder.path("link");
    std::os::unix::fs::symlink("elsewhere/x.png", &link).unwrap();
    let bench = Bench::new([MockResponse::bytes("image/png", PNG)]);
    let saved = bench.media.download(OWN).save_to(&link).await.unwrap();
    assert_eq!(saved.path, link);
    assert!(link.is_symlink());
    assert_eq!(std::fs::read(target).unwrap(), PNG);
    assert_eq!(folder.names(), ["elsewhere", "link"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_nowhere_is_refused_before_anything_is_sent() {
    let folder = Folder::new();
    let link = folder.path("link");
    std::os::unix::fs::symlink("nowhere.png", &link).unwrap();
    let bench = Bench::new([]);
    let error = bench.media.download(OWN).save_to(&link).await.unwrap_err();
    assert!(
        error.is_file_write() && error.to_string().contains("link"),
        "{error}"
    );
    assert_eq!(
        (folder.names(), bench.seen().len()),
        (vec!["link".to_owned()], 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_cannot_be_written_to_is_named() {
    let server = FileServer::answering(png()).await;
    let folder = Folder::new();
    std::fs::create_dir(folder.path("taken")).unwrap();
    folder.file("taken/x", b"");
    for place in ["no/such/folder.png", "taken"] {
        let path = folder.path(place);
        let error = server
            .client()
            .download(server.url("/x"))
            .save_to(&path)
            .await
            .unwrap_err();
        assert!(error.is_file_write(), "{error}");
        assert!(error.to_string().contains(place), "{error}");
        assert!(!error.is_outcome_unknown(), "{error}");
    }
    assert_eq!(folder.names(), ["taken"], "no part is left behind");
}

#[tokio::test]
async fn a_download_is_tried_again_like_everything_that_only_reads() {
    let script = [
        MockResponse::status(503),
        MockResponse::bytes("image/png", PNG),
    ];
    let bench = Bench::new(script);
    assert_eq!(bench.media.download(OWN).bytes().await.unwrap(), PNG);
    assert_eq!(bench.seen().len(), 2);
}

/// However many requests it takes, and the limit that is named is the one that was asked for.
#[tokio::test]
async fn the_limit_of_a_download_is_one_for_all_redirects() {
    let limit = Duration::from_secs(7);
    for last in [
        MockResponse::hangs(),
        MockResponse::bytes("image/png", PNG).then_hangs(),
    ] {
        let clock = ManualClock::new();
        let wound = clock.clone();
        let mut script = vec![MockResponse::status(302).header("location", "y"), last].into_iter();
        let bench = Bench::answering_by(clock, move |_| {
            wound.wind(Duration::from_secs(3));
            script.next().unwrap()
        });
        let download = bench.media.download(OWN).with_timeout(limit);
        let error = download.bytes().await.unwrap_err();
        assert!(error.to_string().contains("7s"), "{error}");
        assert_eq!(bench.clock.slept(), [Duration::from_secs(1)], "{error}");
    }
}

#[tokio::test]
async fn a_file_that_memory_is_too_small_for_is_not_begun() {
    let huge = MockResponse::bytes("video/mp4", PNG).header("content-length", "4294967296");
    let bench = Bench::new([huge]);
    let error = bench.media.download(OWN).bytes().await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    assert!(error.to_string().contains("save_to"), "{error}");
}

#[tokio::test]
async fn a_download_may_have_a_limit() {
    let limit = std::time::Duration::from_secs(7);
    let bench = Bench::new([MockResponse::bytes("image/png", PNG).then_hangs()]);
    let error = bench
        .media
        .download(OWN)
        .with_timeout(limit)
        .bytes()
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(bench.clock.slept(), [limit]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_travels_as_bearer_stays_at_home_as_well() {
    let (own, other) = (
        FileServer::answering(png()).await,
        FileServer::answering(png()).await,
    );
    let builder = MediaClient::builder()
        .endpoint(own.url("/media"))
        .api_key(KEY)
        .no_proxy();
    let client = builder
        .auth_scheme(imagine_sdk::AuthScheme::Bearer)
        .build()
        .unwrap();
    for server in [&own, &other] {
        client.download(server.url("/x")).bytes().await.unwrap();
    }
    assert_eq!(
        own.seen()[0].headers["authorization"],
        format!("Bearer {KEY}")
    );
    assert!(!other.seen()[0].has_key(), "{:?}", other.seen());
    let elsewhere = Clients::direct("http://localhost:9/media", KEY).media;
    elsewhere.download(own.url("/x")).bytes().await.unwrap();
    assert!(!own.seen()[1].has_key(), "another port is another origin");
}
