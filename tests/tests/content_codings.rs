//! Content codings of responses, over real connections (H3, F3).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use imagine_sdk::ErrorKind;
use imagine_tests::{
    AfterResponse, FileResponse, FileServer, KEY, MockResponse, RawServer, TempDir, TestClient,
    fixtures,
};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A body of several members, as parallel compressors write it.
fn members(bytes: &[u8], count: usize) -> Vec<u8> {
    bytes
        .chunks(bytes.len().div_ceil(count))
        .flat_map(gzip)
        .collect()
}

/// The same in chunks of `Transfer-Encoding`.
fn chunked(coding: &str, content_type: &str, body: &[u8], size: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-encoding: {coding}\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let mut response = head.into_bytes();
    for chunk in body.chunks(size) {
        response.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        response.extend(chunk);
        response.extend(b"\r\n");
    }
    response.extend(b"0\r\n\r\n");
    response
}

fn response(coding: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-encoding: {coding}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Saves a file that the server sends like this. Returns its bytes or the error, after which nothing is left.
async fn saved(bytes: Vec<u8>) -> Result<Vec<u8>, imagine_sdk::Error> {
    let directory = TempDir::new();
    let path = directory.path("file.png");
    let server = FileServer::with_response(FileResponse {
        bytes,
        keep_open: false,
    })
    .await;
    let client = server.client();
    let file = client.download(server.url("/f.png")).save_to(&path).await;
    let left = std::fs::read_dir(directory.path("")).unwrap().count();
    assert_eq!(left, usize::from(file.is_ok()));
    let file = file?;
    let saved = std::fs::read(&path).unwrap();
    assert_eq!(file.length, saved.len() as u64);
    Ok(saved)
}

fn png() -> Vec<u8> {
    let noise = (0..100_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8);
    [b"\x89PNG\r\n\x1a\n".to_vec(), noise.collect()].concat()
}

#[tokio::test]
async fn a_coded_file_is_saved_completely() {
    let file = png();
    let coded = [
        ("gzip", gzip(&file)),
        ("x-gzip", gzip(&file)),
        ("GZip", members(&file, 2)),
        ("gzip", members(&file, 17)),
        ("gzip", [gzip(b""), gzip(&file), gzip(b"")].concat()),
        ("deflate", zlib(&file)),
        ("identity", file.clone()),
        ("", file.clone()),
        ("identity, gzip", gzip(&file)),
        ("deflate, gzip", gzip(&zlib(&file))),
        ("gzip,gzip", gzip(&gzip(&file))),
    ];
    for (coding, body) in coded {
        let whole = saved(response(coding, "image/png", &body)).await.unwrap();
        assert!(whole == file, "{coding}");
        for size in [1 + body.len() / 7, body.len()] {
            let whole = saved(chunked(coding, "image/png", &body, size))
                .await
                .unwrap();
            assert!(whole == file, "{coding} in chunks of {size}");
        }
    }
}

#[tokio::test]
async fn a_damaged_or_truncated_file_is_an_error_and_leaves_no_file() {
    let file = png();
    let coded = gzip(&file);
    let mut wrong_checksum = coded.clone();
    let at = coded.len() - 6;
    wrong_checksum[at] ^= 1;
    let mut wrong_data = coded.clone();
    wrong_data[1000] ^= 0x10;
    let damaged = [
        ("gzip", wrong_checksum),
        ("gzip", wrong_data),
        ("gzip", [&coded[..], b"\0\0\0\0\0\0\0\0"].concat()),
        ("gzip", [&coded[..], b"junk"].concat()),
        (
            "gzip",
            [&members(&file, 3)[..], b"PK\x03\x04junk and more"].concat(),
        ),
        ("deflate", [&zlib(&file)[..], b"junk"].concat()),
        ("deflate", deflate(&file)),
        ("gzip", file.clone()),
    ];
    for (index, (coding, body)) in damaged.into_iter().enumerate() {
        let error = saved(response(coding, "image/png", &body))
            .await
            .unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::UnexpectedResponse,
            "{index}: {error:#}"
        );
        assert!(
            error.to_string().contains("content coding"),
            "{index}: {error}"
        );
        assert!(error.status().is_some(), "{index}: {error}");
    }
    let two = members(&file, 2);
    for (index, body) in [
        &coded[..coded.len() - 4],
        &coded[..coded.len() / 2],
        &coded[..5],
        &two[..two.len() - 1],
        &two[..two.len() / 2 + 100],
    ]
    .into_iter()
    .enumerate()
    {
        let error = saved(response("gzip", "image/png", body))
            .await
            .unwrap_err();
        assert!(error.is_truncated(), "{index}: {error:#}");
    }
}

/// `Content-Length` counts coded bytes, also where the transport does not check it.
#[tokio::test]
async fn the_length_of_a_coded_response_is_checked() {
    let coded = gzip(&fixtures::bytes("ping.json"));
    let reply = |length: usize| {
        let reply = MockResponse::bytes("application/json", coded.clone());
        reply
            .header("content-encoding", "gzip")
            .header("content-length", length.to_string())
    };
    let test = TestClient::new([reply(coded.len())]);
    let response = test.client.ping().send_with_response().await.unwrap();
    assert_eq!(response.value().message, "pong");
    assert!(!response.headers().contains_key("content-encoding"));
    let test = TestClient::new([reply(coded.len() + 1), reply(coded.len())]);
    assert_eq!(
        test.client
            .ping()
            .send_with_response()
            .await
            .unwrap()
            .attempts(),
        2
    );
}

#[tokio::test]
async fn an_unknown_coding_is_named() {
    for coding in ["br", "zstd", "compress", "gzip, br", "aes128gcm"] {
        let unknown = coding.rsplit(' ').next().unwrap();
        let error = saved(response(coding, "image/png", b"\x28\xb5\x2f\xfd"))
            .await
            .unwrap_err();
        assert!(error.is_unexpected_response(), "{error}");
        assert!(
            error.to_string().contains(&format!("`{unknown}`")),
            "{error}"
        );
        let server = RawServer::start(
            response(coding, "application/json", b"{}"),
            AfterResponse::Close,
        );
        let error = server.await.client().ping().await.unwrap_err();
        assert!(
            error.is_unexpected_response() && error.attempts() == 1,
            "{error}"
        );
        assert!(
            error.to_string().contains(&format!("`{unknown}`")),
            "{error}"
        );
    }
    let error = saved(response("gzip, gzip, gzip, gzip, gzip", "image/png", b""))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("5 codings"), "{error}");
}

/// The status decides, even if the body cannot be decoded.
#[tokio::test]
async fn an_error_response_with_an_unknown_coding_keeps_its_status() {
    let busy = || {
        MockResponse::status(503)
            .header("content-encoding", "br")
            .chunks(["?".into()])
    };
    let pong = MockResponse::bytes("application/json", fixtures::bytes("ping.json"));
    let test = TestClient::new([busy(), pong]);
    assert_eq!(
        test.client
            .ping()
            .send_with_response()
            .await
            .unwrap()
            .attempts(),
        2
    );
    let body = gzip(br#"{"message": "no such model"}"#);
    let missing = MockResponse::status(404)
        .header("content-encoding", "gzip")
        .chunks([body.into()]);
    let test = TestClient::new([missing]);
    let error = test.client.ping().await.unwrap_err();
    assert_eq!(error.api_error().unwrap().message(), "no such model");
}

#[tokio::test]
async fn responses_are_decoded_though_they_were_not_requested_so() {
    let chat = fixtures::bytes("chat.json");
    for (coding, body) in [
        ("gzip", members(&chat, 2)),
        ("x-gzip", gzip(&chat)),
        ("deflate", zlib(&chat)),
    ] {
        let server = RawServer::start(
            response(coding, "application/json", &body),
            AfterResponse::Close,
        )
        .await;
        assert!(
            server.client().chat("Hi").await.unwrap().text().is_some(),
            "{coding}"
        );
    }
    let empty = b"HTTP/1.1 204 No Content\r\ncontent-encoding: gzip\r\n\r\n";
    let server = RawServer::start(*empty, AfterResponse::Close).await;
    let builder = imagine_sdk::MediaClient::builder()
        .endpoint(server.endpoint())
        .api_key(KEY);
    let media = builder.no_proxy().build().unwrap();
    media.delete_voice("v1").await.unwrap();
}

/// Requests ask for gzip, and streams for no coding, because a proxy that codes them holds events back.
#[tokio::test]
async fn requests_name_the_codings_that_they_accept() {
    let pong = MockResponse::bytes("application/json", fixtures::bytes("ping.json"));
    let test = TestClient::new([pong, MockResponse::event_bytes(["data: [DONE]\n\n".into()])]);
    test.client.ping().await.unwrap();
    test.client.chat("Hi").stream().await.unwrap();
    let accepted: Vec<_> = test
        .requests()
        .iter()
        .map(|request| request.header("accept-encoding").unwrap().to_owned())
        .collect();
    assert_eq!(accepted, ["gzip", "identity"]);
}

/// The body is decoded in steps, so that a limit can stop a body that expands to a thousand times its size.
#[tokio::test]
async fn a_coded_body_is_decoded_in_steps() {
    let coded = gzip(&vec![0; 64 << 20]);
    let server = FileServer::with_response(FileResponse {
        bytes: response("gzip", "image/png", &coded),
        keep_open: false,
    })
    .await;
    let client = server.client();
    let mut file = client
        .download(server.url("/f.png"))
        .stream()
        .await
        .unwrap();
    let mut length = 0;
    while let Some(chunk) = file.next().await {
        let chunk = chunk.unwrap();
        assert!(chunk.len() <= 64 * 1024, "{} bytes at once", chunk.len());
        length += chunk.len();
    }
    assert_eq!(length, 64 << 20);
}
