//! Commands in pipes: input from stdin, output without colors, exit codes.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use imagine_mock::MockServer;
use serde_json::Value;

fn imagine(name: &str, arguments: &[&str]) -> Command {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_imagine"));
    command
        .args(arguments)
        .current_dir(&directory)
        .env("IMAGINE_STATE_DIR", directory.join("state"))
        .env("IMAGINE_CONFIG", "config.toml");
    command
}

fn pipe(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn stdin_replaces_a_dash_or_follows_the_arguments() {
    let output = pipe(imagine("dash", &["--mock", "chat", "-", "--json"]), "hi\n");
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    let content = response.pointer("/choices/0/message/content").unwrap();
    assert!(
        content.as_str().unwrap().starts_with("You asked: \"hi\""),
        "{content}"
    );

    let output = pipe(
        imagine("dash", &["--mock", "chat", "explain"]),
        "fn main() {}",
    );
    let reply = text(&output.stdout);
    assert!(
        reply.contains("explain") && reply.contains("fn main() {}"),
        "{reply}"
    );
    assert!(!reply.contains('\x1b'), "{reply:?}");
}

#[test]
fn a_file_is_attached_as_an_image() {
    let image = pipe(
        imagine("attach", &["--mock", "image", "-o", "fox.png", "fox"]),
        "",
    );
    assert!(image.status.success(), "{image:?}");
    let output = pipe(
        imagine("attach", &["--mock", "chat", "what?", "-a", "fox.png"]),
        "",
    );
    let reply = text(&output.stdout);
    assert!(reply.contains("contains 1 image"), "{output:?}");
    let output = pipe(
        imagine("attach", &["--mock", "chat", "what?", "-a", "none.png"]),
        "",
    );
    assert_eq!(output.status.code(), Some(15), "{output:?}");
}

#[test]
fn rows_are_embedded_in_batches() {
    let server = MockServer::start_blocking().unwrap();
    let mut command = imagine("batches", &["embed", "--batch", "2"]);
    command
        .env("IMAGINE_API_ENDPOINT", server.inference_endpoint())
        .env("IMAGINE_API_KEY", "key");
    let output = pipe(command, "{\"text\":\"a\",\"id\":7}\nb\nc\n");
    let lines = text(&output.stdout);
    assert_eq!(lines.lines().count(), 3, "{output:?}");
    assert!(
        lines.starts_with("{\"id\":7,\"text\":\"a\",\"embedding\":["),
        "{lines}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_rejected_row_stops_the_run_or_has_no_embedding() {
    let run = |arguments: &[&str]| {
        let command = imagine("rejected", &[&["--mock", "embed"], arguments].concat());
        pipe(command, "a\n\"  \"\nb\n")
    };
    let output = run(&[]);
    assert_eq!(text(&output.stdout).lines().count(), 1, "{output:?}");
    assert!(!output.status.success());
    let output = run(&["--keep-going"]);
    let lines = text(&output.stdout);
    assert!(
        lines.contains("{\"text\":\"  \",\"embedding\":null}"),
        "{output:?}"
    );
    assert_eq!(lines.lines().count(), 3);
    assert_eq!(output.status.code(), Some(12));
}

#[test]
fn an_incomplete_output_file_is_continued() {
    let server = MockServer::start_blocking().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = imagine("resume", arguments);
        command
            .env("IMAGINE_API_ENDPOINT", server.inference_endpoint())
            .env("IMAGINE_API_KEY", "key");
        let output = pipe(command, "");
        assert!(output.status.success(), "{output:?}");
    };
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("resume");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("in.jsonl"), "\"a\"\n\"b\"\n\"c\"\n").unwrap();
    let arguments = [
        "embed",
        "--input",
        "in.jsonl",
        "--output",
        "out.jsonl",
        "--batch",
        "1",
    ];
    run(&arguments);
    let path = directory.join("out.jsonl");
    let complete = std::fs::read_to_string(&path).unwrap();
    // The process died within the second line.
    let first = complete.find('\n').unwrap();
    std::fs::write(&path, &complete[..first + 20]).unwrap();
    run(&[&arguments[..], &["--resume"]].concat());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), complete);
    assert_eq!(server.requests().len(), 3 + 2);
}

#[test]
fn keys_come_from_files_and_variables_of_a_profile() {
    let server = MockServer::builder()
        .api_key("right")
        .start_blocking()
        .unwrap();
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("profiles");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("key"), "right\n").unwrap();
    let config = format!(
        "[profiles.file.inference]\nendpoint = \"{0}\"\nkey = {{ file = \"key\" }}\n\
         [profiles.variable.inference]\nendpoint = \"{0}\"\nkey = {{ env = \"OTHER_KEY\" }}\n",
        server.inference_endpoint(),
    );
    std::fs::write(directory.join("config.toml"), config).unwrap();
    let run = |profile: &str, key: &str| {
        let mut command = imagine("profiles", &["--profile", profile, "ping"]);
        command.env("OTHER_KEY", key);
        pipe(command, "")
    };
    assert!(run("file", "").status.success());
    assert!(run("variable", "right").status.success());
    let rejected = run("variable", "wrong-secret");
    assert_eq!(rejected.status.code(), Some(4), "{rejected:?}");
    assert!(!text(&rejected.stderr).contains("wrong-secret"));
    assert_eq!(run("variable", "").status.code(), Some(3));
}

#[test]
fn verbose_prints_each_retry() {
    let server = MockServer::start_blocking().unwrap();
    let fault = imagine_mock::Fault::status(503).retry_after(0).times(1);
    server.fault("ping", fault).unwrap();
    let mut command = imagine("verbose", &["--verbose", "ping"]);
    command
        .env("IMAGINE_API_ENDPOINT", server.inference_endpoint())
        .env("IMAGINE_API_KEY", "key");
    let output = pipe(command, "");
    assert_eq!(text(&output.stdout), "pong (ok)\n");
    let log = text(&output.stderr);
    assert!(
        log.contains("ping: retry in") && log.contains("503"),
        "{log}"
    );
    assert!(log.contains("finished after"), "{log}");
}

#[test]
fn the_repl_keeps_the_conversation() {
    let lines = "/system Be brief\none\n/nothing\ntwo \\\nlines\n/show\n/quit\nnever\n";
    let output = pipe(imagine("repl", &["--mock", "repl"]), lines);
    let (replies, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{output:?}");
    assert!(errors.contains("there is no command /nothing"), "{errors}");
    assert!(replies.contains("two \\nlines"), "{replies}");
    assert!(!replies.contains("never"), "{replies}");
}

#[test]
fn a_shell_gets_the_models_of_the_service() {
    let mut command = imagine(
        "complete",
        &["--", "imagine", "--mock", "chat", "-m", "Llama-3.3"],
    );
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", "4")
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "true")
        .env("_CLAP_IFS", "\n");
    let output = pipe(command, "");
    assert_eq!(text(&output.stdout).trim(), "Llama-3.3-70B", "{output:?}");
}

#[test]
fn every_command_has_a_man_page() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("man");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    let output = pipe(imagine("man", &["man", "."]), "");
    assert!(output.status.success(), "{output:?}");
    for page in [
        "imagine.1",
        "imagine-chat.1",
        "imagine-api-text2img.1",
        "imagine-media-tts.1",
    ] {
        assert!(directory.join(page).exists(), "{page}");
    }
}
