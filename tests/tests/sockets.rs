//! A client with a mock transport opens no socket.
//!
//! The calls run in a separate process. The tests list the process's network system calls with `strace`, if available,
//! and its open sockets.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use futures_util::FutureExt;
use imagine_sdk::testing::MockTransport;
use imagine_sdk::{Client, MediaClient};
use imagine_tests::{Clients, KEY, MockResponse, TempDir, cases, stream_cases};

/// Returns the number of open sockets of this process.
fn open_sockets() -> usize {
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    targets
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// A runtime without an I/O driver.
fn run(calls: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_time().build().unwrap();
    runtime.block_on(calls);
}

#[test]
#[ignore = "the tests below run it in a process that they watch"]
fn calls_a_mock_transport() {
    run(async {
        let transport = MockTransport::from_fn(|_| {
            assert_eq!(open_sockets(), 0);
            MockResponse::event_bytes(["data: [DONE]\n\n".into()])
        });
        let (client, media) = (Client::builder(), MediaClient::builder());
        let endpoint = "https://service.test/v2";
        let client = client
            .endpoint(endpoint)
            .api_key(KEY)
            .transport(transport.clone());
        let media = media
            .endpoint(endpoint)
            .api_key(KEY)
            .transport(transport.clone());
        let clients = Clients {
            client: client.build().unwrap(),
            media: media.build().unwrap(),
        };
        for case in cases() {
            case.call(&clients).send_raw().await.unwrap();
        }
        for case in stream_cases() {
            let stream = case.call(&clients).stream().await.unwrap();
            drop(stream);
        }
        assert!(transport.requests().len() > 30);
    });
    println!("held {}", open_sockets());
}

/// A control with a real connection shows that the tests detect sockets.
#[test]
#[ignore = "the tests below run it in a process that they watch"]
fn calls_a_socket() {
    // The port is bound but never accepts, so the connection is established without a response.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let before = open_sockets();
    let address = listener.local_addr().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let builder = Client::builder().endpoint(format!("http://{address}/v2"));
        let client = builder.api_key(KEY).no_proxy().build().unwrap();
        let mut call = Box::pin(client.ping().with_max_retries(0).send());
        while open_sockets() == before {
            assert!((&mut call).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        println!("held {}", open_sockets() - before);
    });
}

/// Runs one of the tests above, and returns its output.
fn output(mut command: Command, test: &str) -> String {
    let arguments = [
        "--exact",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
        test,
    ];
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the number of open sockets at the end of a test.
fn open_sockets_of(test: &str) -> String {
    let command = Command::new(std::env::current_exe().unwrap());
    let printed = output(command, test);
    let line = printed.lines().find_map(|line| line.split_once("held "));
    line.unwrap_or_else(|| panic!("{printed}")).1.to_owned()
}

#[test]
fn mock_transport_calls_open_no_socket() {
    assert_eq!(open_sockets_of("calls_a_mock_transport"), "0");
    assert_eq!(open_sockets_of("calls_a_socket"), "1");
}

/// Returns the network system calls of a test.
fn network_calls(test: &str) -> Vec<String> {
    let dir = TempDir::new();
    let log = dir.path("strace");
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=network", "-o"]).arg(&log);
    command.arg(std::env::current_exe().unwrap());
    output(command, test);
    system_calls(&log)
}

/// Lines of signals and exits start with a symbol instead of a name.
fn system_calls(log: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(log).unwrap();
    let lines = log.lines().filter_map(|line| line.split_once(' '));
    let calls = lines.map(|(_, call)| call.trim());
    calls
        .filter(|call| call.starts_with(|sign: char| sign.is_ascii_lowercase()))
        .map(str::to_owned)
        .collect()
}

/// Returns true if `strace` is installed and permitted.
fn can_trace() -> bool {
    let probe = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    probe.is_ok_and(|output| output.status.success())
}

#[test]
fn mock_transport_calls_make_no_network_system_calls() {
    if !can_trace() {
        println!("there is no `strace`; what is held is looked at all the same");
        return;
    }
    let calls = network_calls("calls_a_mock_transport");
    assert!(calls.is_empty(), "{calls:#?}");
    let calls = network_calls("calls_a_socket");
    assert!(
        calls.iter().any(|call| call.starts_with("connect(")),
        "{calls:#?}"
    );
}
