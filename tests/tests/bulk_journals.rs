//! Journals of runs over many inputs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use imagine_mock::MockServer;
use imagine_sdk::bulk::Bulk;
use imagine_sdk::media::{Generation, RemoveBackgroundRequest, Text2imgRequest};
use imagine_sdk::{Client, MediaClient};
use imagine_tests::{MockResponse, PauselessClock, SentRequest, TempDir, TestClient, subprocess};
use serde_json::{Value, json};

/// Returns the inputs of an embedding request.
fn inputs(request: &SentRequest) -> Vec<String> {
    serde_json::from_value(request.json()["input"].clone()).unwrap()
}

/// Responds with a vector for each input: its length and a number without a short decimal form.
fn embed(request: &SentRequest) -> MockResponse {
    let vectors = inputs(request).into_iter().enumerate();
    let vectors = vectors
        .map(|(index, text)| json!({"index": index, "embedding": [text.len(), 0.1_f32 / 3.0]}));
    MockResponse::json(&json!({"data": vectors.collect::<Vec<_>>()}))
}

fn texts(count: usize) -> impl Iterator<Item = String> + Clone + Send + 'static {
    (0..count).map(|number| format!("text {number}"))
}

fn sent(test: &TestClient) -> HashSet<String> {
    test.requests().iter().flat_map(inputs).collect()
}

/// The rows with an output in a journal.
fn journaled(path: &Path) -> HashSet<u64> {
    let lines = std::fs::read_to_string(path).unwrap();
    let lines = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let rows = lines.filter(|line| line.get("output").is_some());
    rows.map(|line| line["row"].as_u64().unwrap()).collect()
}

/// Runs until `count` rows are returned, and drops the run.
async fn run_partly(test: &TestClient, path: &Path, count: usize) {
    let run = test.client.embed_all(texts(100)).batch(4).concurrency(2);
    let mut rows = run.journal(path).stream().await.unwrap();
    for _ in 0..count {
        rows.next().await.unwrap();
    }
}

#[tokio::test]
async fn a_run_continues_where_its_journal_ends() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    let complete = TestClient::from_fn(embed);
    let complete = complete.client.embed_all(texts(100)).await.unwrap();
    for count in [30, 60] {
        let before = if path.exists() {
            journaled(&path)
        } else {
            HashSet::new()
        };
        let test = TestClient::from_fn(embed);
        run_partly(&test, &path, count).await;
        let again = before
            .iter()
            .filter(|row| sent(&test).contains(&format!("text {row}")));
        assert_eq!(again.count(), 0);
        assert!(journaled(&path).len() >= count);
    }
    let before = journaled(&path);
    let test = TestClient::from_fn(embed);
    // The size of batches may change.
    let run = test.client.embed_all(texts(100)).batch(7).concurrency(1);
    let rows = run.journal(&path).await.unwrap();
    assert_eq!(sent(&test).len(), 100 - before.len());
    for (row, expected) in rows.iter().zip(&complete) {
        assert_eq!(row.as_ref().unwrap(), expected.as_ref().unwrap());
    }
    let test = TestClient::from_fn(embed);
    let resumed = Mutex::new(0);
    let run = test.client.embed_all(texts(100)).journal(&path);
    let run = run.on_progress(|progress| *resumed.lock().unwrap() = progress.resumed);
    let rows = run.await.unwrap();
    assert!(rows.iter().all(Result::is_ok) && test.requests().is_empty());
    assert_eq!(*resumed.lock().unwrap(), 100);
}

#[tokio::test]
async fn failed_rows_are_sent_by_the_next_run() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    let failing =
        TestClient::from_fn(
            |request| match inputs(request).contains(&"text 0".to_owned()) {
                true => MockResponse::status(422),
                false => embed(request),
            },
        );
    let rows = failing
        .client
        .embed_all(texts(50))
        .batch(4)
        .journal(&path)
        .await
        .unwrap();
    assert_eq!(rows.iter().filter(|row| row.is_err()).count(), 1);
    // The record of row 0 is the last one of the file.
    for expected in [1, 0] {
        let test = TestClient::from_fn(embed);
        let rows = test
            .client
            .embed_all(texts(50))
            .batch(4)
            .journal(&path)
            .await
            .unwrap();
        assert!(rows.iter().all(Result::is_ok));
        assert_eq!(sent(&test).len(), expected);
    }
}

#[tokio::test]
async fn duplicates_are_not_sent_by_the_next_run() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    let repeated = || texts(20).chain(texts(20));
    for expected in [20, 0] {
        let test = TestClient::from_fn(embed);
        let rows = test
            .client
            .embed_all(repeated())
            .journal(&path)
            .await
            .unwrap();
        assert!(rows.len() == 40 && rows.iter().all(Result::is_ok));
        assert_eq!(sent(&test).len(), expected);
    }
}

#[tokio::test]
async fn a_line_that_was_not_written_completely_is_ignored() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    run_partly(&TestClient::from_fn(embed), &path, 40).await;
    let mut bytes = std::fs::read(&path).unwrap();
    let rows = journaled(&path).len();
    bytes.truncate(bytes.len() - 5);
    std::fs::write(&path, &bytes).unwrap();
    let test = TestClient::from_fn(embed);
    let run = test.client.embed_all(texts(100)).batch(4).concurrency(2);
    let result = run.journal(&path).await.unwrap();
    assert!(result.iter().all(Result::is_ok));
    assert_eq!(sent(&test).len(), 100 - rows + 1);
    assert_eq!(journaled(&path).len(), 100);
    // A process may be killed within the first line, too.
    std::fs::write(&path, &bytes[..9]).unwrap();
    test.client
        .embed_all(texts(3))
        .journal(&path)
        .await
        .unwrap();
    assert_eq!(journaled(&path).len(), 3);
}

#[tokio::test]
async fn a_journal_of_another_run_is_rejected_and_kept() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    run_partly(&TestClient::from_fn(embed), &path, 40).await;
    let before = std::fs::read(&path).unwrap();
    let test = TestClient::new([]);
    let client = &test.client;
    let model = client
        .embed_all(texts(100))
        .each(|call| call.model("other"));
    let error = model.journal(&path).await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert!(
        error.to_string().contains("such as another model"),
        "{error}"
    );
    let error = client
        .rerank_all([("q", "d")])
        .journal(&path)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("run of `embeddings`"), "{error}");

    let foreign = dir.file("notes.txt", b"my notes");
    let error = client
        .embed_all(texts(1))
        .journal(&foreign)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("is not a journal"), "{error}");
    assert_eq!(std::fs::read(&foreign).unwrap(), b"my notes");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_row_with_another_input_than_in_the_journal_halts_the_run() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    run_partly(&TestClient::from_fn(embed), &path, 40).await;
    let changed = texts(100).map(|text| text.replace("text 7", "other 7"));
    let test = TestClient::new([]);
    let run = test.client.embed_all(changed).batch(4).concurrency(2);
    let rows = run.journal(&path).await.unwrap();
    assert!(rows[..7].iter().all(Result::is_ok));
    let error = rows[7].as_ref().unwrap_err().to_string();
    assert!(
        error.starts_with("row 7: ") && error.contains("another one for row 7"),
        "{error}"
    );
    assert!(rows.len() == 100 && rows[7..].iter().all(Result::is_err));
}

#[tokio::test]
async fn a_damaged_journal_is_rejected_with_its_location() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    run_partly(&TestClient::from_fn(embed), &path, 8).await;
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("{\"row\"").unwrap();
    std::fs::write(&path, text.replacen("{\"row\"", "{\"raw\"", 1)).unwrap();
    let test = TestClient::new([]);
    let error = test
        .client
        .embed_all(texts(100))
        .journal(&path)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("line at byte {start} ")),
        "{error}"
    );
}

#[tokio::test]
async fn a_journal_that_another_run_uses_is_rejected() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    let test = TestClient::from_fn(embed);
    let first = test
        .client
        .embed_all(texts(9))
        .journal(&path)
        .stream()
        .await
        .unwrap();
    let error = test
        .client
        .embed_all(texts(9))
        .journal(&path)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("another run uses"), "{error}");
    drop(first);
    test.client
        .embed_all(texts(9))
        .journal(&path)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_journal_that_cannot_be_created_is_an_error_with_its_path() {
    let dir = TempDir::new();
    let test = TestClient::new([]);
    let path = dir.path("missing").join("run.jsonl");
    let error = test
        .client
        .embed_all(texts(9))
        .journal(&path)
        .await
        .unwrap_err();
    assert!(
        error.is_file_write() && error.to_string().contains("run.jsonl"),
        "{error}"
    );
}

/// The limit of the size of files behaves as a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_halts_the_run_and_loses_nothing() {
    let test = subprocess("fills_a_disk");
    let mut shell = std::process::Command::new("bash");
    // The limit is in units of 1024 bytes.
    shell.args(["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\""]);
    shell.arg(test.get_program()).args(test.get_args());
    let output = shell.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
}

#[tokio::test]
#[ignore = "the test above runs it with a limit"]
async fn fills_a_disk() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    let test = TestClient::from_fn(embed);
    let run = test.client.embed_all(texts(1000)).batch(4).concurrency(1);
    let rows = run.journal(&path).await.unwrap();
    let done = rows.iter().take_while(|row| row.is_ok()).count();
    assert!(done > 4 && done < 1000 && rows[done..].iter().all(Result::is_err));
    let error = rows[done].as_ref().unwrap_err();
    assert!(error.error().is_file_write(), "{error}");
    assert!(
        error.to_string().starts_with(&format!("row {done}: ")),
        "{error}"
    );
    // All responses that arrived are results, and the journal has all but the last one.
    assert_eq!(sent(&test).len(), done);
    assert_eq!(journaled(&path).len(), done - 4);
    assert!(std::fs::read(&path).unwrap().ends_with(b"\n"));
}

/// A media client of a mock, and its journal.
struct Submissions {
    server: MockServer,
    client: MediaClient,
    path: PathBuf,
    _dir: TempDir,
}

impl Submissions {
    async fn new() -> Self {
        let server = MockServer::start().await.unwrap();
        let client = MediaClient::builder()
            .endpoint(server.media_endpoint())
            .api_key("any");
        let dir = TempDir::new();
        Self {
            client: client.clock(PauselessClock).build().unwrap(),
            server,
            path: dir.path("run.jsonl"),
            _dir: dir,
        }
    }

    fn run(&self) -> Bulk<'static, imagine_sdk::bulk::SubmitAll<Text2imgRequest>> {
        let requests = ["a cat", "a dog", "a bird"].map(Text2imgRequest::new);
        let run = self.client.submit_all(requests);
        run.concurrency(1).journal(&self.path)
    }

    /// Returns the number of submissions that were executed.
    fn executed(&self) -> usize {
        let requests = self.server.requests();
        let executed = requests.iter().filter(|request| request.executed);
        executed
            .filter(|request| request.operation == Some("text2img"))
            .count()
    }

    /// Removes the outputs of the journal from a row on, as if the process had been killed before it wrote them.
    fn forget_outputs_from(&self, row: u64) {
        let text = std::fs::read_to_string(&self.path).unwrap();
        let is_kept = |line: &&str| {
            let line: Value = serde_json::from_str(line).unwrap();
            let is_later = line["row"].as_u64().is_some_and(|found| found > row);
            !is_later && (line["row"] != row || line.get("output").is_none())
        };
        let kept: String = text
            .lines()
            .filter(is_kept)
            .map(|line| format!("{line}\n"))
            .collect();
        std::fs::write(&self.path, kept).unwrap();
    }
}

fn ids(jobs: &[Result<Generation, imagine_sdk::bulk::RowError>]) -> Vec<String> {
    let ids = jobs
        .iter()
        .map(|job| job.as_ref().unwrap().id().unwrap().to_owned());
    ids.collect()
}

#[tokio::test]
async fn a_submission_without_a_recorded_handle_is_found_in_the_history() {
    let test = Submissions::new().await;
    // An older generation with the same prompt is another one.
    test.client.text2img("a dog").await.unwrap();
    let first = ids(&test.run().await.unwrap());
    assert_eq!(test.executed(), 4);
    test.forget_outputs_from(1);
    let second = ids(&test.run().await.unwrap());
    // Row 1 was sent, so it is found. Row 2 has no line.
    assert_eq!(second[..2], first[..2]);
    assert_eq!(test.executed(), 5);
    let third = ids(&test.run().await.unwrap());
    assert_eq!(third, second);
    assert_eq!(test.executed(), 5);
}

#[tokio::test]
async fn a_submission_that_the_history_lacks_is_sent() {
    let test = Submissions::new().await;
    test.run().await.unwrap();
    test.forget_outputs_from(1);
    test.server.reset();
    let jobs = test.run().await.unwrap();
    assert!(jobs.iter().all(Result::is_ok));
    assert_eq!(test.executed(), 2, "the two without a handle");
}

#[tokio::test]
async fn equal_submissions_are_generations_of_their_own() {
    let test = Submissions::new().await;
    let requests = || ["a cat", "a cat"].map(Text2imgRequest::new);
    let run = || {
        test.client
            .submit_all(requests())
            .concurrency(1)
            .journal(&test.path)
    };
    let first = ids(&run().await.unwrap());
    assert_ne!(first[0], first[1]);
    test.forget_outputs_from(1);
    // The generation of row 0 is not that of row 1.
    assert_eq!(ids(&run().await.unwrap()), first);
    assert_eq!(test.executed(), 2);
}

#[tokio::test]
async fn a_submission_with_an_unknown_outcome_is_not_sent_again() {
    let sent = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&sent);
    let test = TestClient::from_fn(move |request| match request.operation() {
        "imagine_history" => MockResponse::json(&json!({"items": []})),
        _ => {
            *counted.lock().unwrap() += 1;
            MockResponse::hangs()
        }
    });
    let dir = TempDir::new();
    let requests = [Text2imgRequest::new("a cat")];
    let jobs = test
        .media
        .submit_all(requests)
        .journal(dir.path("run.jsonl"))
        .await
        .unwrap();
    let error = jobs[0].as_ref().unwrap_err();
    assert!(error.error().is_outcome_unknown(), "{error}");
    assert_eq!(*sent.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_submission_without_a_prompt_cannot_be_found() {
    let test = TestClient::from_fn(move |request| match request.operation() {
        "imagine_history" => MockResponse::json(&json!({"items": []})),
        _ => MockResponse::hangs(),
    });
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    for expected in ["timed out", "cannot show it"] {
        let requests = [RemoveBackgroundRequest::new("https://host.test/cat.png")];
        let jobs = test
            .media
            .submit_all(requests)
            .journal(&path)
            .await
            .unwrap();
        let error = jobs[0].as_ref().unwrap_err().to_string();
        assert!(
            error.starts_with("row 0: remove_background: ") && error.contains(expected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_intent_is_written_before_its_request_is_sent() {
    let dir = TempDir::new();
    let path = dir.path("run.jsonl");
    let journal = path.clone();
    let test = TestClient::from_fn(move |request| {
        if request.operation() == "imagine_history" {
            return MockResponse::json(&json!({"items": []}));
        }
        let lines = std::fs::read_to_string(&journal).unwrap();
        let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        assert_eq!((&last["row"], last.get("output")), (&json!(0), None));
        MockResponse::json(&json!({"generation_uuid": "g"}))
    });
    let run = test
        .media
        .submit_all([Text2imgRequest::new("a cat")])
        .journal(&path);
    let jobs = run.await.unwrap();
    assert_eq!(jobs[0].as_ref().unwrap().id(), Some("g"));
}

/// The signature of a function that takes any client.
#[tokio::test]
async fn a_run_can_be_spawned() {
    fn run(client: Client) -> tokio::task::JoinHandle<usize> {
        tokio::spawn(async move { client.embed_all(texts(3)).await.unwrap().len() })
    }
    let test = TestClient::from_fn(embed);
    assert_eq!(run(test.client.clone()).await.unwrap(), 3);
}
