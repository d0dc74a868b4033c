//! Calls operations of scripted servers, and prints the outcomes, to compare the SDK with other clients.
//!
//! Each line of the input is `{"case": NAME, "op": OPERATION, "base": URL, "arg": ARGUMENT}`; each line of the output
//! is `{"case": NAME, "ms": MILLISECONDS, "got": OUTCOME}`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the limit is that of this program"
)]
#![allow(clippy::print_stdout, reason = "this is a program")]

use std::io::BufRead as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use imagine_sdk::inference::{ChatAccumulator, CompletionAccumulator, StreamOptions};
use imagine_sdk::media::Generation;
use imagine_sdk::schemars::{self, JsonSchema};
use imagine_sdk::{
    ApiClient, ChatMessage, Client, ClientBuilder, Error, FilePart, MediaClient, Response, Toolbox,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

const KEY: &str = "sk-canary-key";

/// The longest time of a case.
const LIMIT: Duration = Duration::from_secs(40);

#[derive(Deserialize)]
struct Case {
    case: String,
    op: String,
    base: String,
    #[serde(default)]
    arg: String,
}

#[derive(Deserialize, JsonSchema)]
struct City {
    city: String,
}

#[derive(Deserialize, JsonSchema)]
struct Nothing {}

#[derive(Deserialize, JsonSchema)]
struct Unit {
    unit: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Cheese {
    #[expect(dead_code, reason = "printed")]
    name: String,
    #[expect(dead_code, reason = "printed")]
    months: Option<u32>,
}

fn toolbox() -> Toolbox {
    Toolbox::new()
        .function("get_weather", "w", async |City { city }| {
            Ok::<_, String>(format!("31 in {city}"))
        })
        .function("now", "t", async |Nothing {}| Ok::<_, String>("noon"))
        .function("opt", "o", async |Unit { unit }| {
            Ok::<_, String>(format!("unit {unit:?}"))
        })
}

/// Describes an error by its message, its predicates and its parts.
fn error(error: &Error) -> Value {
    let api = error.api_error().map(|api| {
        json!({"msg": api.message(), "code": api.code(), "fields": format!("{:?}", api.fields())})
    });
    let body = error.body().map(|body| {
        let start = body.get(..120).unwrap_or(body);
        String::from_utf8_lossy(start).into_owned()
    });
    json!({
        "err": error.to_string(),
        "flags": format!("{:?}", error.kind()),
        "status": error.status().map(|status| status.as_u16()),
        "api": api,
        "rid": error.request_id(),
        "path": error.decode_path(),
        "attempts": error.attempts(),
        "timeout": format!("{:?}", error.timeout_kind()),
        "retry_after": format!("{:?}", error.retry_after()),
        "body": body,
    })
}

fn outcome<T: Serialize>(result: Result<T, Error>) -> Value {
    match result {
        Ok(value) => {
            let json = serde_json::to_string(&value).unwrap();
            json!({"ok": serde_json::from_str::<Value>(&json).unwrap_or(json.into())})
        }
        Err(problem) => error(&problem),
    }
}

fn response<T: Serialize>(result: Result<Response<T>, Error>) -> Value {
    match result {
        Ok(response) => {
            let (attempts, id) = (
                response.attempts(),
                response.request_id().map(str::to_owned),
            );
            let mut described = outcome(Ok(response.into_inner()));
            described["attempts"] = attempts.into();
            described["rid"] = id.into();
            described
        }
        Err(problem) => error(&problem),
    }
}

fn debugged<T: std::fmt::Debug>(result: Result<T, Error>) -> Value {
    outcome(result.map(|value| format!("{value:?}")))
}

/// Describes the result of an operation with an error type of its own.
fn text<T, E: std::fmt::Display>(result: Result<T, E>, describe: impl FnOnce(T) -> Value) -> Value {
    match result {
        Ok(value) => describe(value),
        Err(problem) => json!({"err": problem.to_string()}),
    }
}

/// Reads a stream, accumulates its events and describes them.
macro_rules! accumulated {
    ($builder:expr, $accumulator:ty) => {
        match $builder.stream().await {
            Err(problem) => json!({"begin": error(&problem)}),
            Ok(mut stream) => {
                let mut accumulator = <$accumulator>::default();
                let (mut texts, mut last) = (Vec::new(), Value::Null);
                while let Some(event) = stream.next().await {
                    match event {
                        Ok(event) => {
                            texts.extend(event.text().map(|text| text.into_owned()));
                            accumulator.push(event);
                        }
                        Err(problem) => last = error(&problem),
                    }
                }
                json!({
                    "pieces": texts,
                    "end": format!("{:?}", stream.end_reason()),
                    "error": last,
                    "sum": outcome(Ok(accumulator.finish()))["ok"],
                })
            }
        }
    };
}

macro_rules! collected {
    ($builder:expr) => {
        match $builder.stream().await {
            Err(problem) => json!({"begin": error(&problem)}),
            Ok(stream) => outcome(stream.collect().await),
        }
    };
}

async fn inference(client: &Client, op: &str, arg: &str) -> Option<Value> {
    let audio = |length| {
        let name = if arg.is_empty() { "speech.wav" } else { arg };
        FilePart::bytes(name, vec![b'x'; length])
    };
    Some(match op {
        "chat" => response(client.chat("hi").send_with_response().await),
        "chatgo" => match client.chat("hi").await.map(|reply| reply.into_message()) {
            Ok(Some(message)) => {
                let messages = [ChatMessage::user("hi"), message, ChatMessage::user("go on")];
                response(client.chat(messages).send_with_response().await)
            }
            Ok(None) => json!("no choice"),
            Err(problem) => error(&problem),
        },
        "stream" => {
            let mut options = StreamOptions::default();
            options.include_usage = Some(true);
            accumulated!(client.chat("hi").stream_options(options), ChatAccumulator)
        }
        "collect" => collected!(client.chat("hi")),
        "completion" => response(client.completion("Once").send_with_response().await),
        "cstream" => accumulated!(client.completion("Once"), CompletionAccumulator),
        "embeddings" => response(client.embeddings(["a", "b"]).send_with_response().await),
        "rerank" => response(client.reranker("q", ["a", "b"]).send_with_response().await),
        "translate" => response(client.translate("hi", "m").send_with_response().await),
        "images" => match client.images_generate("cat").await {
            Ok(images) => {
                let files = images
                    .data
                    .iter()
                    .map(|image| format!("{:?}", image.bytes()));
                json!({"bytes": files.collect::<Vec<_>>(), "ok": outcome(Ok(&images))["ok"]})
            }
            Err(problem) => error(&problem),
        },
        "istream" => collected!(client.images_generate("cat")),
        "transcribe" => response(client.transcribe(audio(64)).send_with_response().await),
        "bigup" => {
            let file = FilePart::bytes("speech.wav", vec![b'x'; arg.parse().unwrap_or(8 << 20)]);
            response(client.transcribe(file).send_with_response().await)
        }
        "transcribe_path" => response(client.transcribe(arg).send_with_response().await),
        "ping" => response(client.ping().send_with_response().await),
        "health" => response(client.health_check().send_with_response().await),
        "models" => debugged(client.available_models().await),
        "mtype" => debugged(client.available_models_by_type().await),
        "usage" => debugged(client.usage().await),
        "hist" => outcome(client.chat_history().max_items(10).await),
        "chist" => outcome(client.completion_history().max_items(10).await),
        "ehist" => outcome(client.embedding_history().max_items(10).await),
        "rhist" => outcome(client.reranker_history().max_items(10).await),
        "tools" => {
            let run = client
                .chat("hi")
                .run_tools(toolbox())
                .max_rounds(4)
                .send()
                .await;
            text(run, |run| json!({"text": run.text(), "rounds": run.rounds}))
        }
        "toolstream" => {
            let mut stream = client
                .chat("hi")
                .run_tools(toolbox())
                .max_rounds(4)
                .stream();
            let mut events = Vec::new();
            while let Some(event) = stream.next().await {
                events.push(text(event, |event| format!("{event:?}").into()));
            }
            events.into()
        }
        "parse" => text(
            client.chat("cheese").parse::<Cheese>().await,
            |parsed| json!({"ok": format!("{:?}", parsed.into_inner())}),
        ),
        _ => return None,
    })
}

async fn media(client: &MediaClient, op: &str, base: &str, arg: &str) -> Option<Value> {
    let job: Generation =
        serde_json::from_value(json!({"generation_uuid": "g1", "cost": 1, "queue_length": 0}))
            .unwrap();
    let state = |job: Generation| json!({"state": format!("{:?}", job.state()), "url": job.url()});
    Some(match op {
        "text2img" => response(client.text2img("cat").send_with_response().await),
        "costs" => response(client.costs().send_with_response().await),
        "tts" => response(client.tts("hi").send_with_response().await),
        "stt" => {
            let name = if arg.is_empty() { "speech.wav" } else { arg };
            let file = FilePart::bytes(name, vec![b'x'; 64]);
            response(client.stt(file).send_with_response().await)
        }
        "voices" => response(client.voices().send_with_response().await),
        "delvoice" => response(client.delete_voice(arg).send_with_response().await),
        "prompt" => response(client.prompt("hi").send_with_response().await),
        "pstream" => collected!(client.prompt("hi")),
        "check" => match client.check(&job).await {
            Ok(job) => state(job),
            Err(problem) => error(&problem),
        },
        "wait" => text(
            client.wait(&job).with_timeout(Duration::from_secs(6)).await,
            state,
        ),
        "dl" | "dlx" => {
            let url = arg.strip_prefix("abs:").map(str::to_owned);
            let url = url.unwrap_or_else(|| format!("{base}{arg}"));
            outcome(client.download(url).bytes().await.map(|file| {
                let head = String::from_utf8_lossy(file.get(..40).unwrap_or(&file)).into_owned();
                json!({"len": file.len(), "head": head})
            }))
        }
        "save" => {
            let (url, path) = arg.split_once(' ').unwrap_or((arg, "hunt-out/out.bin"));
            debugged(client.download(format!("{base}{url}")).save_to(path).await)
        }
        "images_all" => {
            let items: Vec<_> = client.my_images().first(2).all().take(50).collect().await;
            let errors = items
                .iter()
                .filter_map(|item| item.as_ref().err().map(error));
            json!({"n": items.len(), "err": errors.collect::<Vec<_>>()})
        }
        "ptools" => {
            let run = client
                .prompt("hi")
                .run_tools(toolbox())
                .max_rounds(4)
                .send()
                .await;
            text(run, |run| json!({"text": run.text(), "rounds": run.rounds}))
        }
        "pparse" => text(
            client.prompt("cheese").parse::<Cheese>().await,
            |parsed| json!({"ok": format!("{:?}", parsed.into_inner())}),
        ),
        "myimages" => response(client.my_images().send_with_response().await),
        _ => return None,
    })
}

fn build<C: ApiClient>(builder: ClientBuilder<C>, endpoint: String) -> C {
    builder
        .endpoint(endpoint)
        .api_key(KEY)
        .timeout(Duration::from_secs(8))
        .idle_timeout(Duration::from_secs(4))
        .no_proxy()
        .build()
        .unwrap()
}

async fn run(case: Case) -> Value {
    let Case { op, base, arg, .. } = case;
    // A download from another origin than the endpoint's.
    let endpoint = if op == "dlx" {
        "http://localhost:1"
    } else {
        &base
    };
    let client = build(Client::builder(), format!("{endpoint}/v2"));
    if let Some(outcome) = inference(&client, &op, &arg).await {
        return outcome;
    }
    let client = build(MediaClient::builder(), format!("{endpoint}/media"));
    let outcome = media(&client, &op, &base, &arg).await;
    outcome.unwrap_or_else(|| json!("unknown operation"))
}

#[tokio::main]
async fn main() {
    let permits = Arc::new(Semaphore::new(10));
    let cases = std::io::stdin().lock().lines().map(|line| {
        let case: Case = serde_json::from_str(&line.unwrap()).unwrap();
        let (name, permits) = (case.case.clone(), Arc::clone(&permits));
        tokio::spawn(async move {
            let _permit = permits.acquire_owned().await.unwrap();
            let start = Instant::now();
            // A task of its own, so that a panic is an outcome.
            let outcome = tokio::spawn(async move { tokio::time::timeout(LIMIT, run(case)).await });
            let got = match outcome.await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => json!("no outcome in time"),
                Err(panic) => json!(format!("panic: {panic}")),
            };
            let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap();
            println!("{}", json!({"case": name, "ms": milliseconds, "got": got}));
        })
    });
    for case in cases.collect::<Vec<_>>() {
        case.await.unwrap();
    }
}
