//! Calls every operation of both APIs at two endpoints, with generations that finish and that fail.
//!
//! A validator between the SDK and the service turns violations of a specification into errors. Streams are excluded:
//! validators of buffered responses have no schema for event sequences.
//!
//! ```text
//! cargo run --package imagine-tests --example call_operations -- INFERENCE_ENDPOINT MEDIA_ENDPOINT
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of the command line"
)]

use std::process::ExitCode;

use imagine_sdk::{Error, FilePart, MediaClient, media};
use imagine_tests::{Clients, KEY, cases};

/// Operations that require an existing object, or a file that survives a validator that reads forms as text.
const CALLED_BELOW: [&str; 5] = [
    "check",
    "imagine_check",
    "delete_voice",
    "transcribe",
    "stt",
];

/// A recording with four 8-bit samples. All bytes are ASCII.
const ASCII_WAV: &[u8] = b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x04\0\0\0@@@@";

/// Prompts for generations: the mock runs normally, finishes immediately, or fails for each reason.
const PROMPTS: [&str; 7] = [
    "a cat",
    "a cat, instantly",
    "failure",
    "explicit_text",
    "explicit_image",
    "malformed_image",
    "out_of_credits",
];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [inference, media] = arguments.as_slice() else {
        eprintln!("usage: call_operations INFERENCE_ENDPOINT MEDIA_ENDPOINT");
        return ExitCode::from(2);
    };
    let clients = Clients::with_endpoints([inference, media], KEY);
    let mut calls = Calls::default();
    for case in cases() {
        if !CALLED_BELOW.contains(&case.operation) {
            calls.record(case.method, case.call(&clients).send().await);
        }
    }
    let recording = || FilePart::bytes("a.wav", ASCII_WAV);
    calls.record("transcribe", clients.client.transcribe(recording()).await);
    calls.record("stt", clients.media.stt(recording()).await);
    let voice = clients.media.voice_clone().await;
    if let Some(voice) = calls.record("voice_clone", voice) {
        let deleted = clients.media.delete_voice(voice.uuid).await;
        calls.record("delete_voice", deleted);
    }
    for prompt in PROMPTS {
        let submitted = clients.media.foley(prompt).await;
        if let Some(job) = calls.record("foley", submitted) {
            poll(&clients.media, &job, &mut calls).await;
        }
    }
    let Calls {
        all,
        missing,
        failed,
    } = calls;
    println!("{all} calls, {missing} of operations that are missing, {failed} failed");
    ExitCode::from(u8::from(calls.failed > 0))
}

/// Polls with each operation until the generation has ended.
async fn poll(client: &MediaClient, job: &media::Generation, calls: &mut Calls) {
    for _ in 0..4 {
        calls.record("check", client.check(job).await);
        calls.record("imagine_check", client.imagine_check(job).await);
    }
    calls.record("my_images", client.my_images().await);
    calls.record("imagine_history", client.imagine_history().await);
}

#[derive(Default)]
struct Calls {
    all: usize,
    missing: usize,
    failed: usize,
}

impl Calls {
    fn record<T>(&mut self, name: &str, called: Result<T, Error>) -> Option<T> {
        self.all += 1;
        called
            .inspect_err(|error| {
                // The older build lacks some operations.
                if error.is_not_found() {
                    self.missing += 1;
                    return;
                }
                self.failed += 1;
                eprintln!("{name}: {error}");
                if let Some(body) = error.body() {
                    eprintln!("  {}", body.escape_ascii());
                }
            })
            .ok()
    }
}
