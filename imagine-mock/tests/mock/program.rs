//! The program: arguments, output, and the endpoints that it prints.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use crate::client::http;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_imagine-mock"))
}

fn output(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// A running program. Dropping it kills the process.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(arguments: &[&str]) -> Running {
    let child = program().args(arguments).stdout(Stdio::piped()).spawn();
    Running(child.unwrap())
}

#[tokio::test]
async fn an_argument_adds_a_fault() {
    let mut running = serve(&[
        "--port=0",
        "--fault=ping:status=503,retry-after=2,times=1",
        "--fault",
        "ping:html-page,times=1",
    ]);
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let inference = lines.next().unwrap().unwrap();
    let endpoint = inference.strip_prefix("inference ").unwrap();
    let ping = async || {
        let request = http().get(format!("{endpoint}/ping"));
        request.bearer_auth("k").send().await.unwrap()
    };
    let error = ping().await;
    assert_eq!(error.status(), 503);
    assert_eq!(error.headers()["retry-after"], "2");
    let page = ping().await.headers()["content-type"].clone();
    assert_eq!(page, "text/html; charset=utf-8");
    assert_eq!(ping().await.status(), 200);
}

#[tokio::test]
async fn chaos_depends_on_the_seed_alone() {
    let statuses = async |seed: &str| {
        let mut running = serve(&["--port=0", "--chaos=0.5", seed]);
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let inference = lines.next().unwrap().unwrap();
        let endpoint = inference.strip_prefix("inference ").unwrap();
        let mut statuses = Vec::new();
        for _ in 0..30 {
            let request = http().get(format!("{endpoint}/ping")).bearer_auth("k");
            let response = request.send().await;
            statuses.push(response.map_or(0, |response| response.status().as_u16()));
        }
        statuses
    };
    let seven = statuses("--seed=7").await;
    assert!(seven.iter().any(|status| *status != 200), "{seven:?}");
    assert!(seven.contains(&200), "{seven:?}");
    assert_eq!(statuses("--seed=7").await, seven);
    assert_ne!(statuses("--seed=8").await, seven);
}

#[tokio::test]
async fn prints_the_endpoints_in_the_first_lines() {
    let mut running = serve(&["--port", "0", "--api-key=k"]);
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let mut line = || lines.next().unwrap().unwrap();
    let (inference, media, openai) = (line(), line(), line());
    let endpoint = inference.strip_prefix("inference ").unwrap();
    assert!(endpoint.starts_with("http://127.0.0.1:") && endpoint.ends_with("/v2"));
    let origin = endpoint.strip_suffix("/v2").unwrap();
    assert_eq!(media, format!("media {origin}/media"));
    assert_eq!(openai, format!("openai {origin}/v1"));
    let status = async |key| {
        let request = http().get(format!("{endpoint}/ping")).bearer_auth(key);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!((status("k").await, status("other").await), (200, 401));
}

#[test]
fn prints_help() {
    let output = output(&["--help"]);
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("--api-key KEY")
    );
}

#[test]
fn exits_with_2_on_invalid_arguments() {
    for (arguments, expected) in [
        (&["--nonsense"][..], "unknown argument --nonsense"),
        (&["--port"], "--port requires a value"),
        (
            &["--port", "70000"],
            "--port takes a number from 0 to 65535",
        ),
        (
            &["--credits=-1"],
            "--credits takes a nonnegative integer, not -1",
        ),
        (
            &["--fault", "status=429"],
            "--fault takes an operation and a fault, as in chat:status=429, not status=429",
        ),
        (
            &["--fault=talk:status=429"],
            "--fault talk:status=429: unknown operation `talk`; known operations: chat, ",
        ),
        (
            &["--fault", "chat:status=many"],
            "--fault chat:status=many: `status` takes a number from 200 to 999, not `many`",
        ),
        (
            &["--chaos", "2"],
            "--chaos takes a number from 0 to 1, not 2",
        ),
        (&["--seed", "7"], "--seed requires --chaos"),
    ] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(2));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(expected), "{message}");
    }
}
