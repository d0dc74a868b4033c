//! Reads lines `case op base [arg]` and prints one JSON line of what the SDK did.
#![allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]
use imagine_sdk::inference::{ChatAccumulator, CompletionAccumulator, StreamOptions};
use imagine_sdk::media;
use imagine_sdk::schemars::{self, JsonSchema};
use imagine_sdk::{ChatMessage, Client, Error, FilePart, Image, MediaClient, Toolbox};
use serde_json::{Value, json};
use std::io::BufRead;
use std::time::{Duration, Instant};

fn err(e: &Error) -> Value {
    let mut flags = vec![];
    macro_rules! f { ($($n:ident),*) => { $( if e.$n() { flags.push(stringify!($n)); } )* } }
    f!(
        is_configuration,
        is_invalid_argument,
        is_file_read,
        is_file_write,
        is_connect,
        is_authentication,
        is_not_found,
        is_quota_exceeded,
        is_rate_limited,
        is_timeout,
        is_transport,
        is_truncated,
        is_unexpected_response,
        is_decode,
        is_too_large,
        is_invalid_output,
        is_job_failed,
        is_outcome_unknown
    );
    json!({"err": e.to_string(), "flags": flags, "status": e.status().map(|s| s.as_u16()),
        "api": e.api_error().map(|a| json!({"msg": a.message(), "code": a.code(), "fields": format!("{:?}", a.fields())})),
        "rid": e.request_id(), "path": e.decode_path(), "attempts": e.attempts(), "phase": format!("{:?}", e.timeout_kind()),
        "retry_after": format!("{:?}", e.retry_after()), "body": e.body().map(|b| String::from_utf8_lossy(&b[..b.len().min(120)]).into_owned())})
}
macro_rules! unary { ($call:expr) => {{
    match $call.send_with_response().await {
        Ok(r) => { let a = r.attempts(); let rid = r.request_id().map(str::to_owned); let v = r.into_inner(); json!({"ok": serde_json::to_value(&v).unwrap_or(json!("unser")), "attempts": a, "rid": rid}) }
        Err(e) => err(&e),
    } }} }
#[derive(serde::Deserialize, JsonSchema)]
struct City {
    city: String,
}
#[derive(serde::Deserialize, JsonSchema)]
struct Nothing {}
#[derive(serde::Deserialize, JsonSchema)]
struct Opt {
    unit: Option<String>,
}
async fn weather(c: City) -> Result<String, String> {
    Ok(format!("31 in {}", c.city))
}
async fn now(_: Nothing) -> Result<String, String> {
    Ok("noon".into())
}
async fn opt(o: Opt) -> Result<String, String> {
    Ok(format!("unit {:?}", o.unit))
}

#[derive(serde::Deserialize, JsonSchema, Debug)]
struct Cheese {
    name: String,
    months: Option<u32>,
}

async fn run(op: &str, base: &str, arg: &str) -> Value {
    let retries: u32 = std::env::var("RETRIES")
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(2);
    let mk = || {
        Client::builder()
            .endpoint(format!("{base}/v2"))
            .api_key("sk-canary-key")
            .max_retries(retries)
            .timeout(Duration::from_secs(8))
            .idle_timeout(Duration::from_secs(4))
    };
    let mm = || {
        MediaClient::builder()
            .endpoint(format!("{base}/media"))
            .api_key("sk-canary-key")
            .max_retries(retries)
            .timeout(Duration::from_secs(8))
            .idle_timeout(Duration::from_secs(4))
    };
    const MEDIA: [&str; 18] = [
        "dlx",
        "text2img",
        "costs",
        "tts",
        "stt",
        "voices",
        "delvoice",
        "prompt",
        "pstream",
        "check",
        "wait",
        "dl",
        "save",
        "images_all",
        "myimages",
        "ptools",
        "pparse",
        "mupdate",
    ];
    let is_media = MEDIA.contains(&op);
    let env = std::env::var("HUNT_PROXY").is_ok();
    let (b1, b2) = if env {
        (mk(), mm())
    } else {
        (mk().no_proxy(), mm().no_proxy())
    };
    let (client, m) = tokio::task::spawn_blocking(move || {
        if is_media {
            (None, Some(b2.build().unwrap()))
        } else {
            (Some(b1.build().unwrap()), None)
        }
    })
    .await
    .unwrap();
    static ONE: std::sync::OnceLock<(Client, MediaClient)> = std::sync::OnceLock::new();
    let dummy = ONE.get_or_init(|| {
        (
            Client::builder()
                .endpoint("http://127.0.0.1:1/v2")
                .api_key("x")
                .build()
                .unwrap(),
            MediaClient::builder()
                .endpoint("http://127.0.0.1:1/v2")
                .api_key("x")
                .build()
                .unwrap(),
        )
    });
    let client = client.unwrap_or_else(|| dummy.0.clone());
    let m = m.unwrap_or_else(|| dummy.1.clone());
    match op {
        "chat" => {
            let c = client.chat("hi");
            unary!(c)
        }
        "chatgo" => {
            // answer re-sent as history
            match client.chat("hi").await {
                Ok(r) => {
                    let msg = r.choices.first().map(|c| c.message.clone());
                    match msg {
                        Some(mg) => {
                            let c = client.chat([
                                ChatMessage::user("hi"),
                                mg,
                                ChatMessage::user("go on"),
                            ]);
                            unary!(c)
                        }
                        None => json!("no choice"),
                    }
                }
                Err(e) => err(&e),
            }
        }
        "stream" => {
            let mut opts = StreamOptions::default();
            opts.include_usage = Some(true);
            match client.chat("hi").stream_options(opts).stream().await {
                Err(e) => json!({"begin": err(&e)}),
                Ok(mut s) => {
                    let mut acc = ChatAccumulator::default();
                    let mut pieces = vec![];
                    let mut last = Value::Null;
                    let mut n = 0;
                    while let Some(c) = s.next().await {
                        match c {
                            Ok(c) => {
                                n += 1;
                                if let Some(t) = c.text() {
                                    pieces.push(t.into_owned());
                                }
                                acc.push(c);
                            }
                            Err(e) => {
                                last = err(&e);
                            }
                        }
                    }
                    json!({"n": n, "pieces": pieces, "end": format!("{:?}", s.end_reason()), "error": last, "sum": serde_json::to_value(acc.finish()).unwrap()})
                }
            }
        }
        "collect" => match client.chat("hi").stream().await {
            Err(e) => json!({"begin": err(&e)}),
            Ok(s) => match s.collect().await {
                Ok(r) => json!({"ok": r}),
                Err(e) => json!({"e": err(&e)}),
            },
        },
        "completion" => {
            let c = client.completion("Once");
            unary!(c)
        }
        "cstream" => match client.completion("Once").stream().await {
            Err(e) => json!({"begin": err(&e)}),
            Ok(mut s) => {
                let mut acc = CompletionAccumulator::default();
                let mut last = Value::Null;
                let mut n = 0;
                while let Some(c) = s.next().await {
                    match c {
                        Ok(c) => {
                            n += 1;
                            acc.push(c)
                        }
                        Err(e) => last = err(&e),
                    }
                }
                json!({"n":n,"end": format!("{:?}", s.end_reason()), "error": last, "sum": serde_json::to_value(acc.finish()).unwrap()})
            }
        },
        "embeddings" => {
            let c = client.embeddings(["a", "b"]);
            unary!(c)
        }
        "rerank" => {
            let c = client.reranker("q", ["a", "b"]);
            unary!(c)
        }
        "translate" => {
            let c = client.translate("hi", "m");
            unary!(c)
        }
        "images" => match client.images_generate("cat").await {
            Ok(r) => {
                let b: Vec<_> = r.data.iter().map(|d| format!("{:?}", d.bytes())).collect();
                json!({"ok": serde_json::to_value(&r).unwrap(), "bytes": b})
            }
            Err(e) => err(&e),
        },
        "istream" => match client.images_generate("cat").stream().await {
            Err(e) => json!({"begin": err(&e)}),
            Ok(s) => match s.collect().await {
                Ok(r) => json!({"ok": r}),
                Err(e) => json!({"e": err(&e)}),
            },
        },
        "transcribe" => {
            let c = client.transcribe(FilePart::bytes(
                if arg.is_empty() { "speech.wav" } else { arg },
                vec![b'x'; 64],
            ));
            unary!(c)
        }
        "bigup" => {
            let n: usize = arg.parse().unwrap_or(8 << 20);
            let c = client.transcribe(FilePart::bytes("speech.wav", vec![b'x'; n]));
            unary!(c)
        }
        "transcribe_path" => {
            let c = client.transcribe(arg);
            unary!(c)
        }
        "ping" => {
            let c = client.ping();
            unary!(c)
        }
        "health" => {
            let c = client.health_check();
            unary!(c)
        }
        "models" => match client.available_models().await {
            Ok(r) => json!({"ok": format!("{r:?}")}),
            Err(e) => err(&e),
        },
        "mtype" => match client.available_models_by_type().await {
            Ok(r) => json!({"ok": format!("{r:?}")}),
            Err(e) => err(&e),
        },
        "usage" => match client.usage().await {
            Ok(r) => json!({"ok": format!("{r:?}")}),
            Err(e) => err(&e),
        },
        "hist" => match client.chat_history().max_items(10).await {
            Ok(r) => json!({"ok": serde_json::to_value(&r).unwrap()}),
            Err(e) => err(&e),
        },
        "chist" => match client.completion_history().max_items(10).await {
            Ok(r) => json!({"ok": serde_json::to_value(&r).unwrap()}),
            Err(e) => err(&e),
        },
        "ehist" => match client.embedding_history().max_items(10).await {
            Ok(r) => json!({"ok": serde_json::to_value(&r).unwrap()}),
            Err(e) => err(&e),
        },
        "rhist" => match client.reranker_history().max_items(10).await {
            Ok(r) => json!({"ok": serde_json::to_value(&r).unwrap()}),
            Err(e) => err(&e),
        },
        "tools" | "toolstream" => {
            let tb = Toolbox::new()
                .function("get_weather", "w", weather)
                .function("now", "t", now)
                .function("opt", "o", opt);
            let run = client.chat("hi").run_tools(&tb).max_rounds(4);
            if op == "tools" {
                match run.send().await {
                    Ok(r) => json!({"text": r.text().map(|t| t.into_owned()), "rounds": r.rounds}),
                    Err(e) => {
                        json!({"err": e.to_string(), "dbg": format!("{e:?}").chars().take(300).collect::<String>()})
                    }
                }
            } else {
                let mut s = run.stream();
                let mut ev = vec![];
                while let Some(x) = s.next().await {
                    match x {
                        Ok(x) => ev.push(format!("{x:?}").chars().take(200).collect::<String>()),
                        Err(e) => ev.push(format!("ERR {e}")),
                    }
                }
                json!(ev)
            }
        }
        "parse" => match client.chat("cheese").parse::<Cheese>().await {
            Ok(p) => json!({"ok": format!("{:?}", p.into_inner())}),
            Err(e) => {
                json!({"err": e.to_string(), "dbg": format!("{e:?}").chars().take(300).collect::<String>()})
            }
        },
        "text2img" => {
            let c = m.text2img("cat");
            unary!(c)
        }
        "costs" => {
            let c = m.costs();
            unary!(c)
        }
        "tts" => {
            let c = m.tts("hi");
            unary!(c)
        }
        "stt" => {
            let c = m.stt(FilePart::bytes(
                if arg.is_empty() { "speech.wav" } else { arg },
                vec![b'x'; 64],
            ));
            unary!(c)
        }
        "voices" => {
            let c = m.voices();
            unary!(c)
        }
        "delvoice" => {
            let c = m.delete_voice(arg);
            unary!(c)
        }
        "prompt" => {
            let c = m.prompt("hi");
            unary!(c)
        }
        "pstream" => match m.prompt("hi").stream().await {
            Err(e) => json!({"begin": err(&e)}),
            Ok(s) => match s.collect().await {
                Ok(r) => json!({"ok": r}),
                Err(e) => json!({"e": err(&e)}),
            },
        },
        "check" => {
            let job: media::Generation =
                serde_json::from_value(json!({"generation_uuid":"g1","cost":1,"queue_length":0}))
                    .unwrap();
            match m.check(&job).await {
                Ok(s) => json!({"state": format!("{:?}", s.state()), "url": s.url()}),
                Err(e) => err(&e),
            }
        }
        "wait" => {
            let job: media::Generation =
                serde_json::from_value(json!({"generation_uuid":"g1","cost":1,"queue_length":0}))
                    .unwrap();
            match m.wait(&job).with_timeout(Duration::from_secs(6)).await {
                Ok(s) => json!({"state": format!("{:?}", s.state()), "url": s.url()}),
                Err(e) => json!({"err": e.to_string()}),
            }
        }
        "dlx" => {
            let m = MediaClient::builder()
                .endpoint("http://localhost:1/media")
                .api_key("sk-canary-key")
                .no_proxy()
                .build()
                .unwrap();
            match m.download(format!("{base}{arg}")).bytes().await {
                Ok(b) => json!({"len": b.len()}),
                Err(e) => err(&e),
            }
        }
        "dl" => {
            let url = if arg.starts_with("abs:") {
                arg[4..].to_owned()
            } else {
                format!("{base}{arg}")
            };
            match m.download(url).bytes().await {
                Ok(b) => {
                    json!({"len": b.len(), "head": String::from_utf8_lossy(&b[..b.len().min(40)])})
                }
                Err(e) => err(&e),
            }
        }
        "save" => {
            let (u, p) = arg.split_once(' ').unwrap_or((arg, "hunt-out/out.bin"));
            match m.download(format!("{base}{u}")).save_to(p).await {
                Ok(s) => json!({"saved": format!("{s:?}")}),
                Err(e) => err(&e),
            }
        }
        "images_all" => {
            use futures_util::StreamExt;
            let s = m.my_images().first(2).all().take(50);
            let v: Vec<_> = s.collect().await;
            json!({"n": v.len(), "err": v.iter().filter_map(|x| x.as_ref().err()).map(|e| err(e)).collect::<Vec<_>>()})
        }
        "ptools" => {
            let tb = Toolbox::new()
                .function("get_weather", "w", weather)
                .function("now", "t", now)
                .function("opt", "o", opt);
            match m.prompt("hi").run_tools(&tb).max_rounds(4).send().await {
                Ok(r) => json!({"text": r.text().map(|t| t.into_owned()), "rounds": r.rounds}),
                Err(e) => json!({"err": e.to_string()}),
            }
        }
        "pparse" => match m.prompt("cheese").parse::<Cheese>().await {
            Ok(p) => json!({"ok": format!("{:?}", p.into_inner())}),
            Err(e) => json!({"err": e.to_string()}),
        },
        "myimages" => {
            let c = m.my_images();
            unary!(c)
        }
        _ => json!("unknown op"),
    }
}

#[tokio::main]
async fn main() {
    let mut handles = vec![];
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(10));
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        if line.trim().is_empty() {
            continue;
        }
        let v: Value = serde_json::from_str(&line).unwrap();
        let gate = gate.clone();
        handles.push(tokio::spawn(async move {
            let _p = gate.acquire_owned().await.unwrap();
            let (case, op, base, arg) = (
                v["case"].as_str().unwrap().to_owned(),
                v["op"].as_str().unwrap().to_owned(),
                v["base"].as_str().unwrap().to_owned(),
                v["arg"].as_str().unwrap_or("").to_owned(),
            );
            let start = Instant::now();
            let out = tokio::spawn(async move {
                tokio::time::timeout(Duration::from_secs(40), run(&op, &base, &arg)).await
            });
            let got = match out.await {
                Ok(Ok(v)) => v,
                Ok(Err(_)) => json!("HANG >40s"),
                Err(p) => json!(format!("PANIC {p:?}")),
            };
            println!(
                "{}",
                json!({"case": case, "ms": start.elapsed().as_millis() as u64, "got": got})
            );
        }));
    }
    for h in handles {
        let _ = h.await;
    }
}
