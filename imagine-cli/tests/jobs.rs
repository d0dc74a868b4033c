//! Jobs survive the death of the process that submitted them, and are submitted once.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use imagine_mock::{Fault, MockServer};

/// The program with a state directory of its own and a mock in this process.
struct Scene {
    directory: PathBuf,
    server: MockServer,
    /// The operations of the requests that the mock has received.
    operations: Receiver<String>,
}

impl Scene {
    fn new(name: &str) -> Self {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        let (sender, operations) = mpsc::channel();
        let sender = Mutex::new(sender);
        let server = MockServer::builder()
            .observe(move |request| {
                let operation = request.operation.unwrap_or_default().to_owned();
                // After the test there is no receiver.
                let _ = sender.lock().unwrap().send(operation);
            })
            .start_blocking()
            .unwrap();
        Self {
            directory,
            server,
            operations,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imagine"));
        command
            .args(arguments)
            .current_dir(&self.directory)
            .env("IMAGINE_STATE_DIR", self.directory.join("state"))
            .env("IMAGINE_CONFIG", "none.toml")
            .env("IMAGINE_MEDIA_ENDPOINT", self.server.media_endpoint())
            .env("IMAGINE_MEDIA_API_KEY", "key")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Waits until the mock has received a request for an operation.
    fn wait_for(&self, operation: &str) {
        // The limit ends a test that fails; no success depends on it.
        let limit = Duration::from_secs(60);
        while self.operations.recv_timeout(limit).unwrap() != operation {}
    }
}

/// Kills a process as `kill -9` does.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_wait_resumes_the_same_job() {
    let scene = Scene::new("killed_wait");
    scene.server.fault("check", Fault::stall()).unwrap();
    let child = scene.spawn(&[
        "media",
        "video",
        "waves at dusk",
        "-o",
        "waves.gif",
        "--num-frames",
        "2",
    ]);
    scene.wait_for("check");
    kill(child);

    let jobs = scene.json(&["jobs", "list", "--json"]);
    let id = jobs.pointer("/0/handle/generation_uuid").unwrap().clone();
    scene.server.clear_faults();
    let resumed = scene.json(&["jobs", "resume", "--json"]);
    assert_eq!(resumed.get("id"), Some(&id));
    assert_eq!(scene.server.accepted(), 1);
    assert!(scene.directory.join("waves.gif").exists());
    assert_eq!(
        scene.json(&["jobs", "list", "--json"]),
        serde_json::json!([])
    );
}

#[test]
fn a_job_that_was_killed_before_its_handle_is_found_in_the_history() {
    let scene = Scene::new("killed_submission");
    // The mock accepts the job, and its response never arrives.
    let fault = Fault::stall().executed(true);
    scene.server.fault("text2img", fault).unwrap();
    let child = scene.spawn(&["media", "text2img", "a lighthouse", "-o", "l.png"]);
    scene.wait_for("text2img");
    kill(child);
    scene.server.clear_faults();
    assert_eq!(scene.server.accepted(), 1);
    let jobs = scene.json(&["jobs", "list", "--json"]);
    assert_eq!(jobs.pointer("/0/state").unwrap(), "submitting");

    scene.json(&["jobs", "resume", "--json"]);
    assert_eq!(scene.server.accepted(), 1);
    assert!(scene.directory.join("l.png").exists());
}

#[test]
fn a_job_that_the_service_does_not_have_is_submitted_only_on_request() {
    let scene = Scene::new("never_submitted");
    let fault = Fault::empty_response().executed(false);
    scene.server.fault("text2img", fault).unwrap();
    let arguments = ["media", "text2img", "a lighthouse instantly", "-o", "l.png"];
    let output = scene.run(&arguments);
    assert_eq!(output.status.code(), Some(10), "{output:?}");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("`imagine jobs resume 1`"), "{error}");
    scene.server.clear_faults();
    assert_eq!(scene.server.accepted(), 0);

    let output = scene.run(&["jobs", "resume"]);
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains("`imagine jobs resume 1 --submit`"),
        "{error}"
    );
    assert_eq!(scene.server.accepted(), 0);
    scene.json(&["jobs", "resume", "--submit", "--json"]);
    assert_eq!(scene.server.accepted(), 1);
}

#[test]
fn a_rejected_job_is_not_resumed() {
    let scene = Scene::new("rejected");
    scene.server.fault("text2img", Fault::status(403)).unwrap();
    let output = scene.run(&["media", "text2img", "a lighthouse"]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert_eq!(
        scene.json(&["jobs", "list", "--json"]),
        serde_json::json!([])
    );
}

#[test]
fn a_canceled_job_is_not_resumed() {
    let scene = Scene::new("canceled");
    scene.json(&["media", "text2img", "a lighthouse", "--no-wait", "--json"]);
    assert!(scene.run(&["jobs", "cancel", "1"]).status.success());
    let output = scene.run(&["jobs", "resume"]);
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{output:?}"
    );
}

#[test]
fn a_job_belongs_to_its_endpoint() {
    let scene = Scene::new("endpoint");
    scene.json(&["media", "text2img", "a lighthouse", "--no-wait", "--json"]);
    let other = MockServer::start_blocking().unwrap();
    let output = scene.run(&["--endpoint", other.media_endpoint(), "jobs", "resume"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(other.requests().is_empty());
}
