//! Serves the mock until it is interrupted.

use std::future;
use std::io::{self, Write};
use std::process::ExitCode;

use imagine_mock::{MockServer, MockServerBuilder};

const HELP: &str = "\
A mock of the Imagine service.

Usage: imagine-mock [--port PORT] [--api-key KEY] [--credits NUMBER]

  --port PORT       listen at this port of 127.0.0.1; 0 picks a free one (default: 8787)
  --api-key KEY     take this key only; without it any key is taken
  --credits NUMBER  grant this many credits for generations (default: 1000)
  --help            print this help

The first two lines it prints name the endpoints of the inference and the media API. Ctrl-C ends it.
";

const DEFAULT_PORT: u16 = 8787;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let done = match parse(&arguments) {
        Ok(Command::Help) => print(HELP).map_err(|error| error.to_string()),
        Ok(Command::Serve(builder)) => serve(builder).await.map_err(|error| error.to_string()),
        Err(message) => {
            eprintln!("imagine-mock: {message}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("imagine-mock: {message}");
            ExitCode::FAILURE
        }
    }
}

/// What the program is asked to do.
enum Command {
    Help,
    Serve(MockServerBuilder),
}

fn parse(arguments: &[String]) -> Result<Command, String> {
    let mut builder = MockServer::builder().port(DEFAULT_PORT);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, given) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument.as_str(), None),
        };
        let mut value = || {
            let next = given.or_else(|| arguments.next().map(String::as_str));
            next.ok_or_else(|| format!("{name} needs a value"))
        };
        builder = match name {
            "--help" | "-h" => return Ok(Command::Help),
            "--port" => builder.port(port(value()?)?),
            "--api-key" => builder.api_key(value()?),
            "--credits" => builder.credits(credits(value()?)?),
            _ => return Err(format!("unknown argument {argument}")),
        };
    }
    Ok(Command::Serve(builder))
}

fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("--port takes a number from 0 to 65535, not {text}"))
}

fn credits(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("--credits takes a whole number, not {text}"))
}

async fn serve(builder: MockServerBuilder) -> io::Result<()> {
    let server = builder.start().await?;
    print(&format!(
        "inference {}\nmedia {}\n",
        server.endpoint(),
        server.media_endpoint()
    ))?;
    future::pending().await
}

/// Whoever started the program waits for its first lines, so they must not stay in a buffer.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
