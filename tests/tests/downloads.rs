//! Downloads over real connections: complete files or none, and keys only for the endpoint's origin.

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
    Clients, FileResponse, FileServer, KEY, ManualClock, MockResponse, TempDir, TestClient,
    assert_not_in_error, fixtures,
};
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

/// A file at the endpoint of a test client.
const FILE_URL: &str = "https://service.test/apis/v2/x.png";

fn png() -> FileResponse {
    FileResponse::file("image/png", PNG)
}

/// Returns the errors of all three download methods, which must leave no file.
async fn errors(client: &MediaClient, url: &str) -> [Error; 3] {
    let dir = TempDir::new();
    let download = || client.download(url);
    let errors = [
        download().bytes().await.unwrap_err(),
        download().save_to(dir.path("x")).await.unwrap_err(),
        streamed(client, url).await.unwrap_err(),
    ];
    assert_eq!(dir.file_names(), [""; 0], "{url} leaves nothing");
    for error in &errors {
        assert_eq!(error.operation(), Some("download"), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        assert_not_in_error(error, KEY);
    }
    errors
}

async fn streamed(client: &MediaClient, url: &str) -> Result<Vec<u8>, Error> {
    let chunks: Vec<_> = client.download(url).stream().await?.try_collect().await?;
    Ok(chunks.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_download_method_returns_the_complete_file() {
    let server = FileServer::with_response(png()).await;
    let (client, url) = (server.client(), server.url("/x.png"));
    let dir = TempDir::new();
    let path = dir.path("x.png");
    let saved = client.download(&*url).save_to(&path).await.unwrap();
    assert_eq!((&saved.path, saved.length), (&path, PNG.len() as u64));
    assert_eq!(saved.content_type.as_deref(), Some("image/png"));
    assert_eq!(std::fs::read(&path).unwrap(), PNG);
    assert_eq!(dir.file_names(), ["x.png"], "nothing else is left");
    assert_eq!(client.download(&*url).bytes().await.unwrap(), PNG);
    assert_eq!(streamed(&client, &url).await.unwrap(), PNG);
    let stream = client.download(url).stream().await.unwrap();
    assert_eq!(
        (stream.content_type(), stream.length()),
        (Some("image/png"), Some(PNG.len() as u64))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finished_job_is_downloaded_from_the_url_in_its_status() {
    let server = FileServer::with_response(png()).await;
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
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/a/x.png?s=1", "/a/x.png?s=1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_only_the_endpoints_origin_receives_the_key() {
    let (own, other) = (
        FileServer::with_response(png()).await,
        FileServer::with_response(png()).await,
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
    assert_eq!(own.requests()[0].headers["ch-api-key"], KEY);
    assert!(!other.requests()[0].has_key(), "{:?}", other.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_a_redirect_carries_the_key_only_to_the_same_origin() {
    for status in [301, 302, 303, 307, 308] {
        let bucket = FileServer::with_response(png()).await;
        let away = bucket.url("/b?X-Amz-Signature=s");
        let server = FileServer::start(move |target| match target {
            "/a" => FileResponse::redirect(status, "/moved"),
            "/moved" => FileResponse::redirect(status, &away),
            other => panic!("unexpected request of {other}"),
        })
        .await;
        let bytes = server.client().download(server.url("/a")).bytes().await;
        assert_eq!(bytes.unwrap(), PNG, "{status}");
        assert!(
            server.requests().iter().all(|request| request.has_key()),
            "{status}"
        );
        let [request] = &bucket.requests()[..] else {
            panic!("one request");
        };
        assert_eq!(request.target, "/b?X-Amz-Signature=s");
        assert!(!request.has_key(), "{request:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_are_limited() {
    let server =
        FileServer::start(|target| FileResponse::redirect(302, &format!("{target}x"))).await;
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
    let requests = server.requests().len();
    assert!((3..=20).contains(&requests), "{requests}");
}

/// Redirects to plain HTTP or to another scheme.
/// A private file stays private (H10, F13).
#[cfg(unix)]
#[tokio::test]
async fn save_to_keeps_the_mode_of_a_file_that_it_replaces() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TempDir::new();
    let server = FileServer::with_response(FileResponse::file("image/png", b"new")).await;
    for mode in [0o600, 0o640, 0o400, 0o755] {
        let path = directory.file("private.png", b"old");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let download = server.client().download(server.url("/x.png"));
        download.save_to(&path).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        let saved = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(saved & 0o777, mode);
        std::fs::remove_file(&path).unwrap();
    }
}

/// The other statuses of this class have another meaning (F16).
#[tokio::test]
async fn only_statuses_that_redirect_are_followed() {
    for (status, is_followed) in [
        (301, true),
        (302, true),
        (303, true),
        (307, true),
        (308, true),
        (300, false),
        (304, false),
        (305, false),
        (306, false),
        (309, false),
    ] {
        let server = FileServer::start(move |target| match target {
            "/x.png" => FileResponse::redirect(status, "/y.png"),
            _ => FileResponse::file("image/png", b"new"),
        })
        .await;
        let bytes = server.client().download(server.url("/x.png")).bytes().await;
        assert_eq!(bytes.is_ok(), is_followed, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_rejected() {
    for target in [
        "http://service.test/x",
        "http://other.test/x",
        "file:///etc/hostname",
        "ftp://h/x",
    ] {
        let test = TestClient::new([MockResponse::status(302).header("location", target)]);
        let error = test.media.download(FILE_URL).bytes().await.unwrap_err();
        assert!(error.is_unexpected_response(), "{target}: {error}");
        let is_advice = error.to_string().contains("use that as the endpoint");
        assert!(!is_advice || !target.starts_with("http:"), "{error}");
        assert_eq!(test.requests().len(), 1, "{target}");
    }
    let test = TestClient::new([MockResponse::status(302)]);
    let error = test.media.download(FILE_URL).bytes().await.unwrap_err();
    assert!(
        error.is_unexpected_response(),
        "a redirect without a location: {error}"
    );
}

#[tokio::test]
async fn a_url_that_is_not_http_is_rejected_before_sending() {
    for url in [
        "file:///etc/hostname",
        "ftp://h/x",
        "data:image/png;base64,AAAA",
        // E3
        "https://user:secret@h/x",
        "https://user@h/x",
        "http://",
        "https://h:port/",
        "",
        " ",
    ] {
        let test = TestClient::new([]);
        let error = test.media.download(url).bytes().await.unwrap_err();
        assert!(
            error.is_invalid_argument() && error.invalid_field() == Some("source"),
            "{url}: {error}"
        );
        assert_eq!(error.operation(), Some("download"));
    }
}

#[tokio::test]
async fn signatures_in_urls_are_not_printed() {
    const SIGNED_URL: &str = "https://files.test/apis/v2/x?canary-signature";
    let failures: [fn() -> MockResponse; 4] = [
        || MockResponse::status(403),
        || MockResponse::status(302).header("location", SIGNED_URL),
        || MockResponse::bytes("text/html", "<html>"),
        || MockResponse::bytes("image/png", "x").then_fails(),
    ];
    for failure in failures {
        let test = TestClient::from_fn(move |_| failure());
        let download = test.media.download(SIGNED_URL);
        assert!(
            !format!("{download:?} {download:#?}").contains("canary"),
            "{download:?}"
        );
        assert_not_in_error(&download.bytes().await.unwrap_err(), "canary-signature");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_an_error_with_status_200_is_an_error() {
    let json_file =
        |body: &str| FileResponse::file("application/json; charset=utf-8", body.as_bytes());
    for body in [
        r#"{"error":"x"}"#,
        r#"{"error":{"message":"x"}}"#,
        r#"{"detail":"x"}"#,
    ] {
        let server = FileServer::with_response(json_file(body)).await;
        for error in errors(&server.client(), &server.url("/x")).await {
            assert_eq!(
                error.api_error().map(|api| api.message()),
                Some("x"),
                "{body}: {error}"
            );
        }
    }
    let server = FileServer::with_response(json_file(r#"{"generation_uuid":"g"}"#)).await;
    for error in errors(&server.client(), &server.url("/x")).await {
        assert!(error.is_unexpected_response(), "JSON is no file: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_an_html_page_is_not_a_file() {
    let page = FileResponse::file("text/html", b"<html><title>Sign in</title></html>");
    let server = FileServer::with_response(page).await;
    for error in errors(&server.client(), &server.url("/x")).await {
        assert!(
            error.is_unexpected_response() && error.to_string().contains("text/html"),
            "{error}"
        );
    }
}

/// 202, 204 and 206 are not complete files.
#[tokio::test]
async fn a_partial_file_is_an_error() {
    for status in [201, 202, 204, 206] {
        let dir = TempDir::new();
        let part = || {
            let reply = MockResponse::status(status).header("content-type", "image/png");
            reply.chunks([PNG.into()])
        };
        let test = TestClient::new([part(), part()]);
        let download = || test.media.download(FILE_URL);
        let errors = [
            download().bytes().await.unwrap_err(),
            download().save_to(dir.path("x")).await.unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_unexpected_response(), "{error}");
            assert_eq!(error.status().unwrap(), status, "{error}");
        }
        assert_eq!(dir.file_names(), [""; 0], "{status}");
    }
}

#[tokio::test]
async fn json_of_any_media_type_is_not_a_file() {
    for kind in [
        "application/problem+json",
        "application/vnd.api+JSON; v=1",
        "text/json",
        "application/json ; charset=utf-8",
    ] {
        let test = TestClient::new([MockResponse::bytes(kind, r#"{"detail":"gone"}"#)]);
        let error = test.media.download(FILE_URL).bytes().await.unwrap_err();
        assert_eq!(
            error.api_error().map(ApiError::message),
            Some("gone"),
            "{kind}: {error}"
        );
    }
}

/// A content coding is kept, and `Content-Length` is the encoded length.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compressed_file_is_saved_unchanged() {
    let packed = fixtures::bytes("variants/chat.sse.gz");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        packed.len()
    );
    let server = FileServer::with_response(FileResponse {
        bytes: [head.as_bytes(), &packed].concat(),
        keep_open: false,
    })
    .await;
    let bytes = server.client().download(server.url("/x")).bytes().await;
    assert_eq!(bytes.unwrap(), fixtures::bytes("chat.sse"));
}

#[tokio::test]
async fn a_redirect_with_a_utf8_location_is_followed() {
    let moved = HeaderValue::from_bytes("/apis/v2/\u{e9}.png".as_bytes()).unwrap();
    let script = [
        MockResponse::status(302).header("location", moved),
        MockResponse::bytes("image/png", PNG),
    ];
    let test = TestClient::new(script);
    assert_eq!(test.media.download(FILE_URL).bytes().await.unwrap(), PNG);
    assert_eq!(test.requests()[1].path, "/%C3%A9.png");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_20_audio_is_not_parsed_as_an_error() {
    for (content_type, body) in [
        ("audio/pcm", &b"{\"error\":\"x\"}"[..]),
        ("audio/pcm", b"{"),
        ("application/octet-stream", b"<html>"),
        ("image/svg+xml", b"<svg/>"),
        ("video/mp4", b""),
    ] {
        let server = FileServer::with_response(FileResponse::file(content_type, body)).await;
        let bytes = server.client().download(server.url("/x")).bytes().await;
        assert_eq!(bytes.unwrap(), body, "{content_type}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_truncated_file_is_not_kept() {
    let chunked = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n";
    let truncated_responses = [
        FileResponse::with_content_length("image/png", 100, &[b'x'; 60]),
        FileResponse::with_content_length("image/png", 100, b""),
        FileResponse {
            bytes: chunked.into(),
            keep_open: false,
        },
    ];
    for response in truncated_responses {
        let server = FileServer::with_response(response).await;
        for error in errors(&server.client(), &server.url("/x")).await {
            assert!(error.is_truncated(), "{error}");
        }
    }
}

/// A custom transport might not check the content length.
#[tokio::test]
async fn a_file_with_a_wrong_content_length_is_not_kept() {
    for (announced, sent) in [("100", 60), ("10", 60), ("1", 0)] {
        let reply =
            MockResponse::bytes("image/png", vec![b'x'; sent]).header("content-length", announced);
        let test = TestClient::new([reply]);
        let error = test.media.download(FILE_URL).bytes().await.unwrap_err();
        assert!(
            error.is_truncated(),
            "{announced} announced, {sent} sent: {error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_content_length_ends_with_its_connection() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\nabc";
    let server = FileServer::with_response(FileResponse {
        bytes: head.into(),
        keep_open: false,
    })
    .await;
    let bytes = server.client().download(server.url("/x")).bytes().await;
    assert_eq!(bytes.unwrap(), "abc");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_response_is_not_kept_as_a_file() {
    for (status, kind) in [
        (401, Error::is_authentication as fn(&Error) -> bool),
        (404, Error::is_not_found),
    ] {
        let text = format!(
            "HTTP/1.1 {status} No\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{{\"error\":\"gone\"}}"
        );
        let server = FileServer::with_response(FileResponse {
            bytes: text.into(),
            keep_open: false,
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
async fn a_dropped_download_leaves_no_file() {
    let half = FileResponse {
        keep_open: true,
        ..FileResponse::with_content_length("image/png", 100, &[b'x'; 60])
    };
    let server = FileServer::with_response(half).await;
    let dir = TempDir::new();
    let client = server.client();
    let mut saving = Box::pin(client.download(server.url("/x")).save_to(dir.path("x.png")));
    while dir.file_names().is_empty() {
        assert!(
            (&mut saving).now_or_never().is_none(),
            "the file never ends"
        );
        tokio::task::yield_now().await;
    }
    assert!(
        !dir.path("x.png").exists(),
        "an incomplete file has another name"
    );
    drop(saving);
    assert_eq!(dir.file_names(), [""; 0]);
}

/// A runtime thread opens the file. The only one is busy until the download is dropped, so the file opens afterwards.
#[test]
fn a_download_dropped_while_opening_its_file_leaves_no_file() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.max_blocking_threads(1).build().unwrap();
    let dir = TempDir::new();
    let test = TestClient::new([MockResponse::bytes("image/png", PNG)]);
    runtime.block_on(async {
        let (free, is_free) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || is_free.recv());
        let mut saving = Box::pin(test.media.download(FILE_URL).save_to(dir.path("x.png")));
        for _ in 0..100 {
            assert!(
                (&mut saving).now_or_never().is_none(),
                "the file is not open yet"
            );
        }
        assert_eq!(test.requests().len(), 1, "the response has arrived");
        drop(saving);
        free.send(()).unwrap();
        busy.await.unwrap().unwrap();
        tokio::task::spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(dir.file_names(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_replaced_only_by_a_complete_download() {
    let server = FileServer::start(|target| match target {
        "/complete" => png(),
        _ => FileResponse::with_content_length("image/png", 100, b"half"),
    })
    .await;
    let dir = TempDir::new();
    let path = dir.file("x.png", b"old");
    let client = server.client();
    client
        .download(server.url("/half"))
        .save_to(&path)
        .await
        .unwrap_err();
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    client
        .download(server.url("/complete"))
        .save_to(&path)
        .await
        .unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), PNG);
    assert_eq!(dir.file_names(), ["x.png"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_kept_and_its_target_is_written() {
    let dir = TempDir::new();
    std::fs::create_dir(dir.path("elsewhere")).unwrap();
    let target = dir.file("elsewhere/x.png", b"old");
    let link = dir.path("link");
    std::os::unix::fs::symlink("elsewhere/x.png", &link).unwrap();
    let test = TestClient::new([MockResponse::bytes("image/png", PNG)]);
    let saved = test.media.download(FILE_URL).save_to(&link).await.unwrap();
    assert_eq!(saved.path, link);
    assert!(link.is_symlink());
    assert_eq!(std::fs::read(target).unwrap(), PNG);
    assert_eq!(dir.file_names(), ["elsewhere", "link"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_dangling_link_is_rejected_before_sending() {
    let dir = TempDir::new();
    let link = dir.path("link");
    std::os::unix::fs::symlink("nowhere.png", &link).unwrap();
    let test = TestClient::new([]);
    let error = test
        .media
        .download(FILE_URL)
        .save_to(&link)
        .await
        .unwrap_err();
    assert!(
        error.is_file_write() && error.to_string().contains("link"),
        "{error}"
    );
    assert_eq!(
        (dir.file_names(), test.requests().len()),
        (vec!["link".to_owned()], 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unwritable_path_is_named_in_the_error() {
    let server = FileServer::with_response(png()).await;
    let dir = TempDir::new();
    std::fs::create_dir(dir.path("taken")).unwrap();
    dir.file("taken/x", b"");
    for place in ["no/such/dir.png", "taken"] {
        let path = dir.path(place);
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
    assert_eq!(dir.file_names(), ["taken"], "no partial file is left");
}

#[tokio::test]
async fn a_download_is_retried() {
    let script = [
        MockResponse::status(503),
        MockResponse::bytes("image/png", PNG),
    ];
    let test = TestClient::new(script);
    assert_eq!(test.media.download(FILE_URL).bytes().await.unwrap(), PNG);
    assert_eq!(test.requests().len(), 2);
}

/// The error names the requested limit, for any number of redirects.
#[tokio::test]
async fn one_timeout_covers_all_redirects() {
    let limit = Duration::from_secs(7);
    for last in [
        MockResponse::hangs(),
        MockResponse::bytes("image/png", PNG).then_hangs(),
    ] {
        let clock = ManualClock::new();
        let advanced = clock.clone();
        let mut script = vec![MockResponse::status(302).header("location", "y"), last].into_iter();
        let test = TestClient::from_fn_with_clock(clock, move |_| {
            advanced.advance(Duration::from_secs(3));
            script.next().unwrap()
        });
        let download = test.media.download(FILE_URL).with_timeout(limit);
        let error = download.bytes().await.unwrap_err();
        assert!(error.to_string().contains("7s"), "{error}");
        assert_eq!(test.clock.sleeps(), [Duration::from_secs(1)], "{error}");
    }
}

#[tokio::test]
async fn a_file_too_large_for_memory_is_rejected_before_reading() {
    let huge = MockResponse::bytes("video/mp4", PNG).header("content-length", "4294967296");
    let test = TestClient::new([huge]);
    let error = test.media.download(FILE_URL).bytes().await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    assert!(error.to_string().contains("save_to"), "{error}");
}

#[tokio::test]
async fn a_download_respects_its_size_limit() {
    let limit = std::time::Duration::from_secs(7);
    let test = TestClient::new([MockResponse::bytes("image/png", PNG).then_hangs()]);
    let error = test
        .media
        .download(FILE_URL)
        .with_timeout(limit)
        .bytes()
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(test.clock.sleeps(), [limit]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bearer_key_is_sent_only_to_the_endpoints_origin() {
    let (own, other) = (
        FileServer::with_response(png()).await,
        FileServer::with_response(png()).await,
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
        own.requests()[0].headers["authorization"],
        format!("Bearer {KEY}")
    );
    assert!(!other.requests()[0].has_key(), "{:?}", other.requests());
    let elsewhere = Clients::direct("http://localhost:9/media", KEY).media;
    elsewhere.download(own.url("/x")).bytes().await.unwrap();
    assert!(
        !own.requests()[1].has_key(),
        "another port is another origin"
    );
}
