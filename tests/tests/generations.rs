//! End-to-end tests of the media API over real HTTP against the mock: jobs, downloads, voices and costs, also
//! across processes.

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
use imagine_mock::{Fault, MediaBuild, MockServer, MockServerBuilder};
use imagine_sdk::MediaClient;
use imagine_sdk::media::{
    AspectRatio, Generation, GenerationType, MusicType, PollWith, Progress, RejectionReason,
    VoiceName, WaitError,
};
use imagine_sdk::{Clock, Error, FilePart, Image};
use imagine_tests::{CONNECTION_WAIT, KEY, PauselessClock, TempDir, checked_operations, wav};
use serde_json::Value;

/// A mock of one build of the service, and its client.
struct BuildTest {
    build: MediaBuild,
    mock: MockServer,
    client: MediaClient,
}

impl BuildTest {
    async fn open(build: MediaBuild) -> Self {
        Self::with(build, |builder| builder).await
    }

    async fn with(
        build: MediaBuild,
        settings: impl FnOnce(MockServerBuilder) -> MockServerBuilder,
    ) -> Self {
        let builder = MockServer::builder().api_key(KEY).media_build(build);
        let mock = settings(builder).start().await.unwrap();
        let client = client(&mock, KEY);
        Self {
            build,
            mock,
            client,
        }
    }

    /// Returns true if the build has `/imagine` and related operations.
    fn has_imagine(&self) -> bool {
        self.build != MediaBuild::V0_2
    }

    /// Asserts that every request matches the specification, and counts the submissions.
    fn check(&self, accepted: usize) {
        checked_operations(&self.mock);
        assert_eq!(self.mock.accepted(), accepted, "{}", self.build);
    }
}

/// Runs a test with each build of the service.
async fn in_each_build<F: Future<Output = ()>>(test: impl Fn(BuildTest) -> F) {
    for build in MediaBuild::ALL {
        test(BuildTest::open(build).await).await;
    }
}

/// The cost of a generation, which the mock always returns.
fn cost(job: &Generation) -> f64 {
    job.cost.unwrap()
}

fn client(mock: &MockServer, key: &str) -> MediaClient {
    let builder = MediaClient::builder()
        .endpoint(mock.media_endpoint())
        .api_key(key);
    builder.no_proxy().clock(PauselessClock).build().unwrap()
}

/// Magic numbers of files.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const GIF: &[u8] = b"GIF89a";
const WAV: &[u8] = b"RIFF";
const GLB: &[u8] = b"glTF";

/// A submitted generation, what its file starts with, and the type of the file.
type Submitted = (Generation, &'static [u8], &'static str);

/// Submits a generation of each kind that all builds support.
async fn submit_all(client: &MediaClient) -> Result<Vec<Submitted>, Error> {
    let drawn = Image::bytes([PNG, &[0; 8][..]].concat())?;
    let linked = "https://example.com/cat.png";
    let text2img = client.text2img("a cat").width(8).height(6).await?;
    let img2img = client.img2img("a dog", drawn.clone()).width(8).height(8);
    let inpaint = client
        .inpaint("a door")
        .init_image(drawn)
        .width(8)
        .height(8);
    let removed = client.remove_background(linked).width(8).height(8);
    let upscaled = client.upscale(linked).width(8).height(8);
    let animated = client.animate(linked).width(8).height(8).num_frames(2);
    let video = client.video("a cat runs").width(8).height(8).num_frames(2);
    let music = client.music("a waltz").music_type(MusicType::Instrumental);
    let images = [
        text2img,
        img2img.await?,
        inpaint.await?,
        removed.await?,
        upscaled.await?,
    ];
    let videos = [animated.await?, video.await?];
    let sounds = [
        music.await?,
        client.foley("a bell").duration(1).await?,
        client.tts("Hi").voice(VoiceName::CalmFemale20s).await?,
    ];
    let images = images.into_iter().map(|job| (job, PNG, "image/png"));
    let videos = videos.into_iter().map(|job| (job, GIF, "image/gif"));
    let sounds = sounds.into_iter().map(|job| (job, WAV, "audio/wav"));
    Ok(images.chain(videos).chain(sounds).collect())
}

/// Submits a generation of each kind that only build 0.5 supports.
async fn submit_imagined(client: &MediaClient) -> Result<Vec<Submitted>, Error> {
    let image = client.imagine(GenerationType::TextToImage).prompt("a cat");
    let sound = client.imagine(GenerationType::TextToSfx).prompt("a bell");
    let model = client.model3d().prompt("a chair");
    let faces = client
        .expressions()
        .init_image("https://example.com/cat.png");
    Ok(vec![
        (image.await?, PNG, "image/png"),
        (sound.duration(1).await?, WAV, "audio/wav"),
        (model.await?, GLB, "model/gltf-binary"),
        (faces.await?, PNG, "image/png"),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_generation_produces_a_file_of_its_type() {
    in_each_build(async |build| {
        let mut jobs = submit_all(&build.client).await.unwrap();
        if build.has_imagine() {
            jobs.extend(submit_imagined(&build.client).await.unwrap());
        }
        let dir = TempDir::new();
        let handles = jobs.iter().map(|(job, ..)| job.clone());
        let results = build.client.wait_all(handles).concurrency(4).await;
        for (result, (job, magic, content_type)) in results.into_iter().zip(&jobs) {
            let done = result.unwrap();
            assert_eq!(done.id(), job.id());
            let path = dir.path(job.id().unwrap());
            let saved = build.client.download(&done).save_to(&path).await.unwrap();
            assert_eq!(saved.content_type.as_deref(), Some(*content_type));
            let bytes = std::fs::read(&path).unwrap();
            assert!(bytes.starts_with(magic), "{content_type}");
            assert_eq!(bytes.len() as u64, saved.length);
        }
        build.check(jobs.len());
        let price: f64 = jobs.iter().map(|(job, ..)| cost(job)).sum();
        let left = build.mock.credits() as f64;
        assert_eq!(left, 10_000.0 - price, "each generation is charged once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generations_cost_the_listed_prices() {
    in_each_build(async |build| {
        let costs = build.client.costs().await.unwrap().costs;
        let job = build.client.text2img("a cat").await.unwrap();
        assert_eq!(cost(&job), costs["text2img"]);
        build.check(1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn costs_needs_no_key() {
    in_each_build(async |build| {
        let builder = MediaClient::builder().endpoint(build.mock.media_endpoint());
        let client = builder.no_proxy().build().unwrap();
        assert_eq!(client.costs().await.unwrap().costs["video"], 100.0);
        let error = client.text2img("a cat").await.unwrap_err();
        assert!(error.is_configuration(), "{error}");
        assert!(
            error.to_string().contains("IMAGINE_MEDIA_API_KEY"),
            "{error}"
        );
        assert_eq!(
            build.mock.requests().len(),
            1,
            "nothing was sent without a key"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_moves_through_its_queue() {
    in_each_build(async |build| {
        let image = build.client.text2img("a cat").width(8).height(8);
        let job = image.await.unwrap();
        let polls = build.client.wait(&job).progress();
        let polls: Vec<_> = polls.try_collect().await.unwrap();
        let kinds: Vec<_> = polls
            .iter()
            .map(|poll| match poll {
                Progress::Queued(_) => "queued",
                Progress::Running(_) => "running",
                Progress::Finished(_) => "finished",
                other => panic!("{other:?}"),
            })
            .collect();
        match build.build {
            MediaBuild::V0_2 => assert_eq!(kinds, ["queued", "running", "finished"]),
            // The handle does not contain the queued state.
            _ => assert_eq!(kinds.last(), Some(&"finished")),
        }
        build.check(1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_rejection_reports_its_reason_and_advice() {
    let reasons = [
        (RejectionReason::ExplicitText, "change its wording"),
        (RejectionReason::ExplicitImage, "another image"),
        (RejectionReason::MalformedImage, "PNG or JPEG"),
        (RejectionReason::OutOfCredits, "no credits left"),
    ];
    let build = BuildTest::open(MediaBuild::V0_5).await;
    for (reason, advice) in reasons {
        let job = build.client.foley(reason.as_str()).await.unwrap();
        let error = build.client.wait(&job).await.unwrap_err();
        let rejection = error.rejection().unwrap();
        assert_eq!(rejection.reason, Some(reason.clone()));
        assert_eq!(rejection.location.as_deref(), Some("prompt"));
        assert_eq!(
            error.is_quota_exceeded(),
            reason == RejectionReason::OutOfCredits
        );
        let text = error.to_string();
        assert!(
            text.contains(reason.as_str()) && text.contains(advice),
            "{text}"
        );
        let converted = Error::from(error);
        assert!(converted.is_job_failed(), "{converted}");
        assert_eq!(
            converted.is_quota_exceeded(),
            reason == RejectionReason::OutOfCredits
        );
        assert_eq!(converted.partial_response::<Generation>(), Some(&job));

        let imagined = build.client.imagine(GenerationType::TextToImage);
        let error = imagined.prompt(reason.as_str()).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 400);
        assert_eq!(error.api_error().unwrap().code(), Some(reason.as_str()));
        assert_eq!(
            error.is_quota_exceeded(),
            reason == RejectionReason::OutOfCredits
        );
        assert!(error.to_string().contains(advice), "{error}");
    }
    assert_eq!(
        build.mock.accepted(),
        4,
        "`imagine` rejects before it charges"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_job_reports_its_reason() {
    in_each_build(async |build| {
        let job = build.client.foley("failure is an option").await.unwrap();
        let error = build.client.wait(&job).await.unwrap_err();
        let WaitError::JobFailed { message, .. } = &error else {
            panic!("{error}");
        };
        // The builds use different messages, and either may report the end when they alternate.
        let is_worded = message.contains("failure") || message.contains("unknown");
        assert!(is_worded, "{}: {message}", build.build);
        build.check(1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generation_can_finish_immediately() {
    in_each_build(async |build| {
        let image = build.client.text2img("a cat, instantly").width(8).height(8);
        let job = image.await.unwrap();
        let requests = build.mock.requests().len();
        let done = build.client.wait(&job).await.unwrap();
        assert_eq!(build.mock.requests().len(), requests, "no poll");
        assert_eq!(done, job);
        let file = build.client.download(&job).bytes().await.unwrap();
        assert!(file.starts_with(PNG));
        build.check(1);
    })
    .await;
    let build = BuildTest::open(MediaBuild::V0_5).await;
    let imagine = |immediate| {
        let image = build.client.imagine(GenerationType::TextToImage);
        let image = image.prompt("a cat").aspect_ratio(AspectRatio::W16h9);
        image.return_immediate(immediate)
    };
    assert!(imagine(true).await.unwrap().url().is_none());
    assert!(imagine(false).await.unwrap().url().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unaffordable_generation_is_rejected_and_not_started() {
    for build in MediaBuild::ALL {
        let build = BuildTest::with(build, |builder| builder.credits(30)).await;
        build.client.text2img("a cat").await.unwrap();
        let error = build.client.video("a cat runs").await.unwrap_err();
        assert!(error.to_string().contains("not enough credits"), "{error}");
        assert_eq!((error.attempts(), build.mock.accepted()), (1, 1));
        assert!(!error.is_outcome_unknown(), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_job_is_rejected_after_several_polls() {
    in_each_build(async |build| {
        let handle = r#"{"generation_uuid":"no-such-job","cost":1}"#;
        let job: Generation = serde_json::from_str(handle).unwrap();
        let error = build.client.wait(&job).await.unwrap_err();
        let WaitError::PollRejected { error, .. } = error else {
            panic!("{error}");
        };
        assert!(
            error.is_not_found() && error.to_string().contains("no-such-job"),
            "{error}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_ends_a_wait_at_once() {
    in_each_build(async |build| {
        let job = build.client.text2img("a cat").await.unwrap();
        let error = client(&build.mock, "wrong").wait(&job).await.unwrap_err();
        assert!(error.to_string().contains("CH-API-KEY"), "{error}");
        assert_eq!(build.mock.requests().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_older_build_reports_failures_in_its_status() {
    let build = BuildTest::open(MediaBuild::V0_2).await;
    let job = build.client.foley("failure").await.unwrap();
    build.client.wait(&job).await.unwrap_err();
    let called = |id: &str| {
        let requests = build.mock.requests();
        requests.iter().filter(|request| request.path == id).count()
    };
    assert_eq!(
        called("/imagine/check"),
        0,
        "the older build reports the reason"
    );
    let error = build.client.imagine(GenerationType::TextToImage).await;
    assert!(error.unwrap_err().is_not_found());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_caller_chooses_the_operation_that_polls() {
    let build = BuildTest::open(MediaBuild::V0_5).await;
    for (poll_with, operation) in [
        (PollWith::Check, "check"),
        (PollWith::ImagineCheck, "imagine_check"),
    ] {
        let job = build.client.text2img("a cat").width(8).height(8);
        let job = job.await.unwrap();
        let before = build.mock.requests().len();
        let done = build.client.wait(&job).poll_with(poll_with).await.unwrap();
        assert!(done.url().is_some());
        let requests = build.mock.requests();
        let polls = requests[before..].iter();
        assert!(polls.clone().count() > 0);
        assert!(polls.clone().all(|poll| poll.operation == Some(operation)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submissions_of_one_client_are_serialized() {
    for build in MediaBuild::ALL {
        let build = BuildTest::open(build).await;
        build
            .mock
            .fault("text2img", Fault::delay(Duration::from_millis(20)))
            .unwrap();
        let submissions = (0..6).map(|_| build.client.text2img("a cat").send());
        let jobs = futures_util::future::join_all(submissions).await;
        assert!(jobs.iter().all(Result::is_ok), "{jobs:?}");
        let statuses: Vec<_> = build.mock.requests().iter().map(|r| r.status).collect();
        assert_eq!(statuses, [Some(200); 6], "no submissions overlap");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn voices_can_be_created_used_changed_and_deleted() {
    in_each_build(async |build| {
        let client = &build.client;
        let sample = FilePart::bytes("me.wav", wav());
        let clone = client.voice_clone().sample(sample).name("Me");
        let voice = clone.await.unwrap();
        assert_eq!(voice.name.as_deref(), Some("Me"));
        let speech = client.tts("Hi").voice_id(voice.uuid.as_str());
        let spoken = speech.await.unwrap();
        client.wait(&spoken).await.unwrap();
        let change = client
            .voice_clone()
            .existing_id(voice.uuid.as_str())
            .name("You");
        assert_eq!(change.await.unwrap().uuid, voice.uuid);
        let voices = client.voices().await.unwrap().voices;
        let names: Vec<_> = voices.iter().map(|voice| voice.name.as_deref()).collect();
        assert_eq!(names, [Some("You")]);
        let deleted = client.delete_voice(voice.uuid.as_str()).await.unwrap();
        assert!(deleted.is_success() && deleted.text() == Some("success"));
        assert!(client.voices().await.unwrap().voices.is_empty());
        build.check(1);
        let error = client.delete_voice(voice.uuid).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn my_images_lists_all_pages() {
    in_each_build(async |build| {
        let mut made = Vec::new();
        for number in 0..5 {
            let image = build.client.text2img(format!("cat {number}"));
            let job = image.width(8).height(8).await.unwrap();
            build.client.wait(&job).await.unwrap();
            made.push(job.id().unwrap().to_owned());
        }
        let images = build.client.my_images().first(2).all();
        let images: Vec<_> = images.try_collect().await.unwrap();
        let mut listed: Vec<_> = images.iter().filter_map(Generation::id).collect();
        listed.reverse();
        assert_eq!(listed, made, "newest first");
        for image in &images {
            let file = build.client.download(image).bytes().await.unwrap();
            assert!(file.starts_with(PNG), "a listed image can be downloaded");
        }
        build.check(5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imagine_history_lists_all_pages_and_deletes_entries() {
    for build in [MediaBuild::V0_5, MediaBuild::Mixed] {
        let build = BuildTest::open(build).await;
        let client = &build.client;
        let mut made = Vec::new();
        for number in 0..5 {
            let image = client.imagine(GenerationType::TextToImage);
            let image = image.prompt(format!("cat {number}"));
            let job = image.return_immediate(false).await.unwrap();
            made.push(job.uuid.unwrap());
        }
        client.foley("a bell").await.unwrap();
        let images = || {
            client
                .imagine_history()
                .media_types([GenerationType::TextToImage])
        };
        let page = images().first(2).await.unwrap();
        assert_eq!((page.items.len(), page.cursor.is_some()), (2, true));
        let all: Vec<_> = images().first(2).all().try_collect().await.unwrap();
        let listed: Vec<_> = all
            .iter()
            .rev()
            .map(|item| item.uuid.clone().unwrap())
            .collect();
        assert_eq!(listed, made, "newest first");
        let deleted = client.delete_imagine_history([made[0].as_str(), "no-such-item"]);
        let deleted = deleted.await.unwrap();
        assert_eq!(deleted.successes, [made[0].clone()]);
        assert_eq!(deleted.failures, ["no-such-item"]);
        assert_eq!(images().await.unwrap().items.len(), 4);
        build.check(6);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stt_and_update_project_work_against_the_mock() {
    in_each_build(async |build| {
        let transcript = build.client.stt(FilePart::bytes("a.wav", wav()));
        let transcript = transcript.await.unwrap();
        let text = &transcript.reference_text;
        assert!(text.contains("0.01 seconds"), "{text}");
        let change = build.client.update_project("p1").name("Cats").opacity(50);
        assert!(change.await.unwrap().is_success());
        build.check(0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_streamed_prompt_accumulates_to_the_buffered_response() {
    in_each_build(async |build| {
        let buffered = build.client.prompt("Name a cheese").stop("never").await;
        let buffered = buffered.unwrap();
        let stream = build.client.prompt("Name a cheese").stop(["never"]);
        let stream = stream.stream().await.unwrap();
        let streamed = stream.collect().await.unwrap();
        let text = streamed.text();
        assert_eq!(text.as_deref(), buffered.text());
        build.check(0);
    })
    .await;
}

/// A clock whose pauses after the first few never end, so that a wait lasts until the process is killed.
#[derive(Debug)]
struct StoppingClock {
    left: AtomicUsize,
}

impl Clock for StoppingClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        // Pauses are shorter than the limits of a call, except for the wait for a connection.
        let is_pause = span < Duration::from_secs(10) && span != CONNECTION_WAIT;
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

/// Starts a test of this file in a separate process, with the mock's endpoint and key in its environment.
fn spawn_test(test: &str, mock: &MockServer) -> Child {
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

fn from_env(clock: impl Clock) -> MediaClient {
    MediaClient::builder()
        .from_env()
        .unwrap()
        .no_proxy()
        .clock(clock)
        .build()
        .unwrap()
}

#[tokio::test]
#[ignore = "the test below runs it in a process of its own, and kills that"]
async fn submits_a_job_and_waits_until_killed() {
    // The first poll is immediate. There is no second poll.
    let client = from_env(StoppingClock {
        left: AtomicUsize::new(1),
    });
    let job = client.text2img("a cat").width(8).height(8).await.unwrap();
    println!("\nhandle: {}", serde_json::to_string(&job).unwrap());
    let mut polls = client.wait(&job).progress();
    while let Some(poll) = polls.next().await {
        println!("polled: {poll:?}");
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

/// Returns the text after a word in the first line that contains it.
fn text_after(output: &mut impl BufRead, word: &str) -> String {
    let lines = output.lines().map(Result::unwrap);
    let mut found = lines.filter_map(|line| line.split_once(word).map(|(_, rest)| rest.to_owned()));
    found
        .next()
        .unwrap_or_else(|| panic!("no line contains `{word}`"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_finishes_the_job_of_a_killed_process() {
    in_each_build(async |build| {
        let mut first = spawn_test("submits_a_job_and_waits_until_killed", &build.mock);
        let mut output = BufReader::new(first.stdout.take().unwrap());
        let handle = text_after(&mut output, "handle: ");
        text_after(&mut output, "polled: ");
        assert!(
            first.try_wait().unwrap().is_none(),
            "the process is waiting"
        );
        first.kill().unwrap();
        first.wait().unwrap();

        let mut second = spawn_test("resumes_from_the_handle", &build.mock);
        let mut input = second.stdin.take().unwrap();
        input.write_all(handle.as_bytes()).unwrap();
        drop(input);
        let mut output = BufReader::new(second.stdout.take().unwrap());
        let status = text_after(&mut output, "status: ");
        let status: Generation = serde_json::from_str(&status).unwrap();
        std::io::copy(&mut output, &mut std::io::sink()).unwrap();
        assert!(second.wait().unwrap().success());

        let handle: Value = serde_json::from_str(&handle).unwrap();
        assert_eq!(status.id(), handle["generation_uuid"].as_str());
        let file = build.client.download(&status).bytes().await.unwrap();
        assert!(file.starts_with(PNG));
        build.check(1);
    })
    .await;
}
