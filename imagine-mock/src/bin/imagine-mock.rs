//! Serves the mock until it is interrupted.

use std::future;
use std::io::{self, Write};
use std::process::ExitCode;

use imagine_mock::{Fault, MockServer, MockServerBuilder};

const HELP: &str = "\
A mock of the Imagine service.

Usage: imagine-mock [--port PORT] [--api-key KEY] [--credits NUMBER] [--media-build 0.2|0.5|mixed]
                    [--concurrent-generations] [--fault OPERATION:FAULT]...
                    [--chaos PROBABILITY [--seed NUMBER]]

  --port PORT              listen at this port of 127.0.0.1; 0 picks a free one (default: 8787)
  --api-key KEY            take this key only; without it any key is taken
  --credits NUMBER         grant this many credits for generations (default: 10000)
  --media-build BUILD      play this build of the media API: 0.2, 0.5, or mixed for both in turn (default: mixed)
  --concurrent-generations accept several generation requests of a key at a time; without it the second one gets 429
  --fault OPERATION:FAULT  let the requests for an operation meet a fault; may be repeated
  --chaos PROBABILITY      let any request meet a fault by chance, for instance 0.1
  --seed NUMBER            choose the faults of --chaos (default: 0)
  --help                   print this help

A fault is one of
  status=NUMBER   refuse, and do nothing
  delay=TIME      response late
  stall[=EVENTS]  send nothing after the head, or after so many events of a stream
  reset[=BYTES]   reset the connection after so many bytes of the body
  cut[=BYTES]     close the connection after so many bytes of the body
  malformed       send JSON that ends in the middle
  mislabelled     send the response as text/plain
  html            send a web page instead
  drip=BYTES      send so many bytes at a time, with a pause=TIME after each (default: 10ms)
  close           close the connection after the response
  hang-up         close the connection without a response
with times=NUMBER, retry-after=SECONDS, delay=TIME and work=before or work=after, which says whether the
operation is carried out all the same. For instance: --fault chat:status=429,retry-after=2,times=2

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
        Ok(Command::Serve(builder)) => serve(*builder).await.map_err(|error| error.to_string()),
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
    Serve(Box<MockServerBuilder>),
}

fn parse(arguments: &[String]) -> Result<Command, String> {
    let mut asked = Asked::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, given) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument.as_str(), None),
        };
        if matches!(name, "--help" | "-h") {
            return Ok(Command::Help);
        }
        asked = asked.with(name, || {
            let next = given.or_else(|| arguments.next().map(String::as_str));
            next.ok_or_else(|| format!("{name} needs a value"))
        })?;
    }
    asked.serve()
}

/// What was asked for so far.
struct Asked {
    builder: MockServerBuilder,
    chaos: Option<f64>,
    seed: Option<u64>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            builder: MockServer::builder().port(DEFAULT_PORT),
            chaos: None,
            seed: None,
        }
    }
}

impl Asked {
    fn with<'a>(
        mut self,
        name: &str,
        value: impl FnOnce() -> Result<&'a str, String>,
    ) -> Result<Self, String> {
        match name {
            "--port" => self.builder = self.builder.port(port(value()?)?),
            "--api-key" => self.builder = self.builder.api_key(value()?),
            "--credits" => self.builder = self.builder.credits(number(name, value()?)?),
            "--media-build" => {
                let build = value()?
                    .parse()
                    .map_err(|error| format!("{name}: {error}"))?;
                self.builder = self.builder.media_build(build);
            }
            "--concurrent-generations" => self.builder = self.builder.concurrent_generations(),
            "--fault" => self.builder = fault(self.builder, value()?)?,
            "--chaos" => self.chaos = Some(probability(value()?)?),
            "--seed" => self.seed = Some(number(name, value()?)?),
            _ => return Err(format!("unknown argument {name}")),
        }
        Ok(self)
    }

    fn serve(self) -> Result<Command, String> {
        let Some(chaos) = self.chaos else {
            return match self.seed {
                Some(_) => Err("--seed goes with --chaos only".to_owned()),
                None => Ok(Command::Serve(Box::new(self.builder))),
            };
        };
        let builder = self.builder.chaos(chaos, self.seed.unwrap_or(0));
        Ok(Command::Serve(Box::new(builder)))
    }
}

/// Scripts a fault that is given as `chat:status=429`.
fn fault(builder: MockServerBuilder, text: &str) -> Result<MockServerBuilder, String> {
    let (operation, fault) = text.split_once(':').ok_or_else(|| {
        format!("--fault takes an operation and a fault, as in chat:status=429, not {text}")
    })?;
    let wrong = |error: &dyn std::error::Error| format!("--fault {text}: {error}");
    let fault: Fault = fault.parse().map_err(|error| wrong(&error))?;
    builder
        .fault(operation, fault)
        .map_err(|error| wrong(&error))
}

fn probability(text: &str) -> Result<f64, String> {
    let probability = text.parse().ok();
    let probability = probability.filter(|number| (0.0..=1.0).contains(number));
    probability.ok_or_else(|| format!("--chaos takes a number from 0 to 1, not {text}"))
}

fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("--port takes a number from 0 to 65535, not {text}"))
}

fn number(name: &str, text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("{name} takes a whole number, not {text}"))
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
