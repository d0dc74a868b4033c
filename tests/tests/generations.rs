//! The audiovisual API end to end, over real HTTP against the mock: jobs that are waited for and downloaded,
//! also by another process than the one that submitted them, voices, and what is paid for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use imagine_mock::MockServer;
use imagine_sdk::media::{Client, Generation, GenerationStatus, Progress, WaitError};
use imagine_sdk::{Clock, Error, FilePart, Image};
use imagine_tests::{Folder, KEY, PauselessClock, operations, wav};
use serde_json::Value;

struct Studio {
    mock: MockServer,
    client: Client,
}

impl Studio {
    async fn open() -> Self {
        Self::with_credits(1000).await
    }

    async fn with_credits(credits: u64) -> Self {
        let builder = MockServer::builder().api_key(KEY).credits(credits);
        let mock = builder.start().await.unwrap();
        let client = client(&mock, KEY);
        Self { mock, client }
    }

    /// Every request so far fits the specification; this many generations were begun.
    fn check(&self, accepted: usize) {
        operations(&self.mock);
        assert_eq!(self.mock.accepted(), accepted);
    }
}

fn client(mock: &MockServer, key: &str) -> Client {
    let builder = Client::builder()
        .endpoint(mock.media_endpoint())
        .api_key(key);
    builder.no_proxy().clock(PauselessClock).build().unwrap()
}

/// What files begin with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const GIF: &[u8] = b"GIF89a";
const WAV: &[u8] = b"RIFF";

/// One job of each kind with what its file must begin with and be called.
async fn submit_all(
    client: &Client,
) -> Result<Vec<(Generation, &'static [u8], &'static str)>, Error> {
    let drawn = Image::bytes([PNG, &[0; 8][..]].concat())?;
    let linked = "https://example.com/cat.png";
    Ok(vec![
        (
            client.text2img("a cat").width(8).height(6).await?,
            PNG,
            "image/png",
        ),
        (
            client
                .img2img("a dog", drawn.clone())
                .width(8)
                .height(8)
                .await?,
            PNG,
            "image/png",
        ),
        (
            client
                .inpaint("a door")
                .init_image(drawn)
                .width(8)
                .height(8)
                .await?,
            PNG,
            "image/png",
        ),
        (client.remove_background(linked).await?, PNG, "image/png"),
        (client.upscale(linked).await?, PNG, "image/png"),
        (
            client
                .animate(linked)
                .width(8)
                .height(8)
                .num_frames(2)
                .await?,
            GIF,
            "image/gif",
        ),
        (
            client
                .video("a cat runs")
                .width(8)
                .height(8)
                .num_frames(2)
                .await?,
            GIF,
            "image/gif",
        ),
        (
            client.music("a waltz").duration(0.5).await?,
            WAV,
            "audio/wav",
        ),
        (
            client.foley("a bell").duration(0.5).await?,
            WAV,
            "audio/wav",
        ),
        (client.tts("Hi").await?, WAV, "audio/wav"),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_generation_ends_in_a_file_of_its_type() {
    let studio = Studio::open().await;
    let jobs = submit_all(&studio.client).await.unwrap();
    let folder = Folder::new();
    let handles = jobs.iter().map(|(job, ..)| job.clone());
    let results = studio.client.wait_all(handles, 4).await;
    for (result, (job, magic, content_type)) in results.into_iter().zip(&jobs) {
        let done = result.unwrap();
        assert_eq!(done.generation_uuid.as_ref(), Some(&job.generation_uuid));
        let path = folder.path(&job.generation_uuid);
        let saved = studio.client.download(&done).save_to(&path).await.unwrap();
        assert_eq!(saved.content_type.as_deref(), Some(*content_type));
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(magic), "{content_type}");
        assert_eq!(bytes.len() as u64, saved.length);
    }
    studio.check(jobs.len());
    let price: f64 = jobs.iter().map(|(job, ..)| job.cost).sum();
    assert_eq!(
        studio.mock.credits() as f64,
        1000.0 - price,
        "each was paid once"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_costs_are_what_generations_cost() {
    let studio = Studio::open().await;
    let costs = studio.client.costs().await.unwrap().costs;
    let job = studio.client.text2img("a cat").await.unwrap();
    assert_eq!(job.cost, costs["text2img"]);
    studio.check(1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_through_its_queue() {
    let studio = Studio::open().await;
    let job = studio
        .client
        .text2img("a cat")
        .width(8)
        .height(8)
        .await
        .unwrap();
    assert!(job.queue_length > 0);
    let looks: Vec<_> = studio
        .client
        .wait(&job)
        .progress()
        .try_collect()
        .await
        .unwrap();
    let kinds: Vec<_> = looks
        .iter()
        .map(|look| match look {
            Progress::Queued(_) => "queued",
            Progress::Running(_) => "running",
            Progress::Finished(_) => "finished",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["queued", "running", "finished"]);
    studio.check(1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_says_why() {
    let studio = Studio::open().await;
    let job = studio.client.foley("failure is an option").await.unwrap();
    let error = studio.client.wait(&job).await.unwrap_err();
    let WaitError::Failed { message, .. } = &error else {
        panic!("{error}");
    };
    assert!(message.contains("failure"), "{message}");
    studio.check(1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_paid_is_refused_and_not_begun() {
    let studio = Studio::with_credits(5).await;
    studio.client.text2img("a cat").await.unwrap();
    let error = studio.client.video("a cat runs").await.unwrap_err();
    assert!(error.to_string().contains("not enough credits"), "{error}");
    assert_eq!((error.attempts(), studio.mock.accepted()), (1, 1));
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_nobody_knows_is_refused_after_a_while() {
    let studio = Studio::open().await;
    let handle = r#"{"generation_uuid":"no-such-job","cost":1,"queue_length":0}"#;
    let job: Generation = serde_json::from_str(handle).unwrap();
    let error = studio.client.wait(&job).await.unwrap_err();
    let WaitError::Refused { error, .. } = error else {
        panic!("{error}");
    };
    assert!(
        error.is_not_found() && error.to_string().contains("no-such-job"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_ends_a_wait_at_once() {
    let studio = Studio::open().await;
    let job = studio.client.text2img("a cat").await.unwrap();
    let error = client(&studio.mock, "wrong").wait(&job).await.unwrap_err();
    assert!(error.to_string().contains("CH-API-KEY"), "{error}");
    assert_eq!(studio.mock.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn voices_are_made_used_changed_and_deleted() {
    let studio = Studio::open().await;
    let client = &studio.client;
    let sample = FilePart::bytes("me.wav", wav());
    let voice = client
        .voice_clone()
        .sample(sample)
        .name("Me")
        .await
        .unwrap();
    assert_eq!(voice.name.as_deref(), Some("Me"));
    let spoken = client
        .tts("Hi")
        .voice_id(voice.uuid.as_str())
        .await
        .unwrap();
    client.wait(&spoken).await.unwrap();
    let changed = client
        .voice_clone()
        .existing_id(voice.uuid.as_str())
        .name("You");
    assert_eq!(changed.await.unwrap().uuid, voice.uuid);
    let voices = client.voices().await.unwrap().voices;
    let names: Vec<_> = voices.iter().map(|voice| voice.name.as_deref()).collect();
    assert_eq!(names, [Some("You")]);
    assert!(
        client
            .delete_voice(voice.uuid.as_str())
            .await
            .unwrap()
            .success
    );
    assert!(client.voices().await.unwrap().voices.is_empty());
    studio.check(1);
    let error = client.delete_voice(voice.uuid).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_images_are_listed_page_by_page() {
    let studio = Studio::open().await;
    let mut made = Vec::new();
    for number in 0..5 {
        let job = studio
            .client
            .text2img(format!("cat {number}"))
            .width(8)
            .height(8);
        made.push(job.await.unwrap().generation_uuid);
    }
    let images = studio.client.my_images().first(2).all();
    let images: Vec<_> = images.try_collect().await.unwrap();
    let mut listed: Vec<_> = images
        .iter()
        .map(|image| image["generation_uuid"].as_str().unwrap())
        .collect();
    listed.reverse();
    assert_eq!(listed, made, "newest first");
    studio.check(5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn speech_is_written_down_and_projects_are_changed() {
    let studio = Studio::open().await;
    let heard = studio
        .client
        .stt(FilePart::bytes("a.wav", wav()))
        .await
        .unwrap();
    assert!(heard.reference_text.contains("0.01 seconds"), "{heard:?}");
    let changed = studio
        .client
        .update_project("p1")
        .name("Cats")
        .opacity(0.5)
        .await
        .unwrap();
    assert!(changed.success);
    studio.check(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prompt_is_answered_whole_and_in_pieces() {
    let studio = Studio::open().await;
    let whole = studio.client.prompt("Name a cheese").await.unwrap();
    let whole = whole.choices[0]
        .message
        .as_ref()
        .unwrap()
        .content
        .clone()
        .unwrap();
    let stream = studio
        .client
        .prompt("Name a cheese")
        .stream()
        .await
        .unwrap();
    let sum = stream.collect_response().await.unwrap();
    assert_eq!(sum.first_content().unwrap(), whole);
    studio.check(0);
}

/// A clock on which no pause ends but the first few, so that whoever waits by it waits until it is killed.
#[derive(Debug)]
struct Stopping {
    left: AtomicUsize,
}

impl Clock for Stopping {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        let is_pause = span < Duration::from_secs(30);
        let less = |left: usize| left.checked_sub(1);
        let ends = is_pause
            && self
                .left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
                .is_ok();
        Box::pin(async move {
            if !ends {
                std::future::pending::<()>().await;
            }
        })
    }
}

/// Starts a test of this file in a process of its own, with the mock in its environment.
fn process(test: &str, mock: &MockServer) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture", test])
        .env("IMAGINE_MEDIA_ENDPOINT", mock.media_endpoint())
        .env("IMAGINE_MEDIA_API_KEY", KEY)
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn from_env(clock: impl Clock) -> Client {
    Client::builder()
        .from_env()
        .unwrap()
        .no_proxy()
        .clock(clock)
        .build()
        .unwrap()
}

#[tokio::test]
#[ignore = "the test below runs it in a process of its own, and kills that"]
async fn submits_and_waits_for_ever() {
    // The first look is at once, and the second never.
    let client = from_env(Stopping {
        left: AtomicUsize::new(1),
    });
    let job = client.text2img("a cat").width(8).height(8).await.unwrap();
    println!("\nhandle: {}", serde_json::to_string(&job).unwrap());
    let mut looks = client.wait(&job).progress();
    while let Some(look) = looks.next().await {
        println!("looked: {look:?}");
    }
}

#[tokio::test]
#[ignore = "the test below runs it in a process of its own"]
async fn resumes_from_the_handle() {
    let mut handle = String::new();
    std::io::stdin().read_to_string(&mut handle).unwrap();
    let job: Generation = serde_json::from_str(&handle).unwrap();
    let done = from_env(PauselessClock).wait(&job).await.unwrap();
    println!("\nstatus: {}", serde_json::to_string(&done).unwrap());
}

/// What a process prints after a word, in the first line with it.
fn said(output: &mut impl BufRead, word: &str) -> String {
    let lines = output.lines().map(Result::unwrap);
    let mut found = lines.filter_map(|line| line.split_once(word).map(|(_, rest)| rest.to_owned()));
    found
        .next()
        .unwrap_or_else(|| panic!("it never said `{word}`"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_finishes_the_job_of_one_that_was_killed() {
    let studio = Studio::open().await;
    let mut first = process("submits_and_waits_for_ever", &studio.mock);
    let mut output = BufReader::new(first.stdout.take().unwrap());
    let handle = said(&mut output, "handle: ");
    said(&mut output, "looked: ");
    assert!(first.try_wait().unwrap().is_none(), "it is waiting");
    first.kill().unwrap();
    first.wait().unwrap();

    let mut second = process("resumes_from_the_handle", &studio.mock);
    second
        .stdin
        .take()
        .unwrap()
        .write_all(handle.as_bytes())
        .unwrap();
    let mut output = BufReader::new(second.stdout.take().unwrap());
    let status: GenerationStatus = serde_json::from_str(&said(&mut output, "status: ")).unwrap();
    std::io::copy(&mut output, &mut std::io::sink()).unwrap();
    assert!(second.wait().unwrap().success());

    let handle: Value = serde_json::from_str(&handle).unwrap();
    assert_eq!(
        status.generation_uuid.as_deref(),
        handle["generation_uuid"].as_str()
    );
    let file = studio.client.download(&status).bytes().await.unwrap();
    assert!(file.starts_with(PNG));
    studio.check(1);
}
