//! Serves the mock until it is interrupted.

use std::future;
use std::io::{self, Write};
use std::process::ExitCode;

use imagine_mock::{Fault, MockServer, MockServerBuilder};

const HELP: &str = "\
A mock of the Imagine service.

Usage: imagine-mock [--port PORT] [--api-key KEY] [--credits NUMBER] [--media-build 0.2|0.5|mixed]
                    [--profile documented|cirrascale]
                    [--concurrent-generations] [--fault OPERATION:FAULT]...
                    [--chaos PROBABILITY [--seed NUMBER]]
                    [--tls] [--h2] [--h2-requests NUMBER] [--h2-refuse-each NUMBER] [--h2-stall-bodies]

  --port PORT              listen on this port of 127.0.0.1; 0 selects a free one (default: 8787)
  --api-key KEY            accept only this key (default: any key)
  --credits NUMBER         set the credits for generations (default: 10000)
  --media-build BUILD      simulate this build of the media API: 0.2, 0.5, or mixed for both in turn (default: mixed)
  --profile PROFILE        simulate this host of the inference API: documented, or cirrascale as users report it, with
                           limits of requests and tool calls as text (default: documented)
  --concurrent-generations accept several generation requests of a key at a time (default: the second one gets 429)
  --fault OPERATION:FAULT  apply a fault to the requests for an operation; repeatable
  --chaos PROBABILITY      apply a random fault to each request with this probability, for instance 0.1
  --seed NUMBER            seed of --chaos (default: 0)
  --tls                    serve TLS with a self-signed certificate, which is printed after the endpoints in PEM format
  --h2                     serve HTTP/2 too; the options below imply it, and it implies --tls
  --h2-requests NUMBER     process this many requests of a connection, then send GOAWAY and refuse further streams
  --h2-refuse-each NUMBER  refuse every stream of a connection with this number or a multiple of it
  --h2-stall-bodies        keep the flow-control window of request bodies closed after 65535 bytes
  --help                   print this help

TLS and HTTP/2 require that the program is built with the feature `tls`.

Kinds of faults:
  status=NUMBER       return an error response; the operation is not executed
  delay=TIME          delay the response
  stall[=EVENTS]      send nothing after the head, or after this number of events of a stream (default: 0)
  reset[=BYTES]       reset the connection after this number of body bytes (default: 0)
  truncate[=BYTES]    close the connection after this number of body bytes (default: 0)
  malformed           truncate the JSON in the middle
  wrong-content-type  send the response as text/plain
  html-page           send a web page instead of the response
  dribble=BYTES       send this number of bytes at a time, with chunk-delay=TIME after each chunk (default: 10ms)
  connection-close    close the connection after the response
  empty-response      close the connection without a response

Modifiers of faults: times=NUMBER, retry-after=SECONDS, delay=TIME, and executed=true or executed=false, which
sets whether the operation is executed despite the fault. Example: --fault chat:status=429,retry-after=2,times=2

The first three lines of output are the endpoints of the inference API, the media API, and the operations in the shapes
of OpenAI's API. Ctrl-C stops the program. While it runs, these paths control it:

  GET, DELETE       /__mock/requests      list or forget the recorded requests
  GET, POST, DELETE /__mock/faults        list, add or remove faults; a body such as chat:status=429,times=2
  GET, POST, DELETE /__mock/expectations  list, add or remove expectations, as JSON
  POST              /__mock/reset         remove requests, faults, expectations and stored data
";

const DEFAULT_PORT: u16 = 8787;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let result = match parse(&arguments) {
        Ok(Command::Help) => print(HELP).map_err(|error| error.to_string()),
        Ok(Command::Serve(builder)) => serve(*builder).await.map_err(|error| error.to_string()),
        Err(message) => {
            eprintln!("imagine-mock: {message}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("imagine-mock: {message}");
            ExitCode::FAILURE
        }
    }
}

enum Command {
    Help,
    Serve(Box<MockServerBuilder>),
}

fn parse(arguments: &[String]) -> Result<Command, String> {
    let mut args = Args::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument.as_str(), None),
        };
        if matches!(name, "--help" | "-h") {
            return Ok(Command::Help);
        }
        args = args.with(name, || {
            let value = inline.or_else(|| arguments.next().map(String::as_str));
            value.ok_or_else(|| format!("{name} requires a value"))
        })?;
    }
    args.into_command()
}

/// The parsed arguments.
struct Args {
    builder: MockServerBuilder,
    chaos: Option<f64>,
    seed: Option<u64>,
    #[cfg(feature = "tls")]
    http2: Option<imagine_mock::Http2>,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            builder: MockServer::builder().port(DEFAULT_PORT),
            chaos: None,
            seed: None,
            #[cfg(feature = "tls")]
            http2: None,
        }
    }
}

impl Args {
    fn with<'a>(
        mut self,
        name: &str,
        value: impl FnOnce() -> Result<&'a str, String>,
    ) -> Result<Self, String> {
        match name {
            "--port" => self.builder = self.builder.port(port(value()?)?),
            "--api-key" => self.builder = self.builder.api_key(value()?),
            "--credits" => self.builder = self.builder.credits(integer(name, value()?)?),
            "--media-build" => {
                let build = value()?
                    .parse()
                    .map_err(|error| format!("{name}: {error}"))?;
                self.builder = self.builder.media_build(build);
            }
            "--profile" => {
                let profile = value()?
                    .parse()
                    .map_err(|error| format!("{name}: {error}"))?;
                self.builder = self.builder.profile(profile);
            }
            "--concurrent-generations" => self.builder = self.builder.concurrent_generations(),
            "--fault" => self.builder = fault(self.builder, value()?)?,
            "--chaos" => self.chaos = Some(probability(value()?)?),
            "--seed" => self.seed = Some(integer(name, value()?)?),
            "--tls" | "--h2" | "--h2-requests" | "--h2-refuse-each" | "--h2-stall-bodies" => {
                return self.with_protocol(name, value);
            }
            _ => return Err(format!("unknown argument {name}")),
        }
        Ok(self)
    }

    #[cfg(feature = "tls")]
    fn with_protocol<'a>(
        mut self,
        name: &str,
        value: impl FnOnce() -> Result<&'a str, String>,
    ) -> Result<Self, String> {
        if name == "--tls" {
            self.builder = self.builder.tls();
            return Ok(self);
        }
        let http2 = self.http2.unwrap_or_default();
        let number = || {
            let number = integer(name, value()?)?;
            u32::try_from(number).map_err(|_| format!("{name} takes a number below 2^32"))
        };
        let http2 = match name {
            "--h2-requests" => http2.requests_per_connection(number()?),
            "--h2-refuse-each" => http2.refuse_each(number()?),
            "--h2-stall-bodies" => http2.stall_request_bodies(),
            _ => http2,
        };
        self.http2 = Some(http2);
        self.builder = self.builder.http2(http2);
        Ok(self)
    }

    #[cfg(not(feature = "tls"))]
    fn with_protocol<'a>(
        self,
        name: &str,
        _: impl FnOnce() -> Result<&'a str, String>,
    ) -> Result<Self, String> {
        Err(format!("{name} requires the feature `tls` of imagine-mock"))
    }

    fn into_command(self) -> Result<Command, String> {
        let Some(chaos) = self.chaos else {
            return match self.seed {
                Some(_) => Err("--seed requires --chaos".to_owned()),
                None => Ok(Command::Serve(Box::new(self.builder))),
            };
        };
        let builder = self.builder.chaos(chaos, self.seed.unwrap_or(0));
        Ok(Command::Serve(Box::new(builder)))
    }
}

/// Adds a fault in the format `chat:status=429`.
fn fault(builder: MockServerBuilder, argument: &str) -> Result<MockServerBuilder, String> {
    let (operation, fault) = argument.split_once(':').ok_or_else(|| {
        format!("--fault takes an operation and a fault, as in chat:status=429, not {argument}")
    })?;
    let invalid = |error: &dyn std::error::Error| format!("--fault {argument}: {error}");
    let fault: Fault = fault.parse().map_err(|error| invalid(&error))?;
    builder
        .fault(operation, fault)
        .map_err(|error| invalid(&error))
}

fn probability(value: &str) -> Result<f64, String> {
    let probability = value.parse().ok();
    let probability = probability.filter(|number| (0.0..=1.0).contains(number));
    probability.ok_or_else(|| format!("--chaos takes a number from 0 to 1, not {value}"))
}

fn port(value: &str) -> Result<u16, String> {
    value
        .parse()
        .map_err(|_| format!("--port takes a number from 0 to 65535, not {value}"))
}

fn integer(name: &str, value: &str) -> Result<u64, String> {
    value
        .parse()
        .map_err(|_| format!("{name} takes a nonnegative integer, not {value}"))
}

async fn serve(builder: MockServerBuilder) -> io::Result<()> {
    let server = builder.start().await?;
    print(&format!(
        "inference {}\nmedia {}\nopenai {}\n",
        server.inference_endpoint(),
        server.media_endpoint(),
        server.openai_endpoint()
    ))?;
    #[cfg(feature = "tls")]
    if let Some(certificate) = server.certificate() {
        print(certificate)?;
    }
    future::pending().await
}

/// Prints and flushes, because the parent process waits for the first lines.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
