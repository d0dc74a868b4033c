//! `cargo xtask budget`: the cost of building a program on the SDK, compared with the same program on other crates.
//!
//! Each program is a package of its own below `target/budget`, built from an empty target directory.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::outcome::{self, Outcome};

/// A program that makes a call, or encodes one.
struct Program {
    name: &'static str,
    dependencies: &'static str,
    /// The body of `main`, which is asynchronous if the program needs a runtime.
    main: &'static str,
    has_runtime: bool,
}

const TOKIO: &str = r#"tokio = { version = "1", features = ["macros", "rt"] }"#;

const PROGRAMS: [Program; 4] = [
    Program {
        name: "imagine-sdk",
        dependencies: r#"imagine-sdk = { path = "{root}/imagine-sdk", default-features = false, features = ["inference", "rustls"] }"#,
        main: r#"
    let client = imagine_sdk::Client::from_env()?;
    println!("{:?}", client.chat("Hi").await?.text());
"#,
        has_runtime: true,
    },
    Program {
        name: "imagine-sdk, types",
        dependencies: r#"imagine-sdk = { path = "{root}/imagine-sdk", default-features = false, features = ["types"] }"#,
        main: r#"
    use imagine_sdk::{Bytes, http, inference::ChatCompletionRequest, operation};
    let request = ChatCompletionRequest::new("Hi");
    println!("{:?}", operation::encode(&request, &std::env::var("ENDPOINT")?)?);
    let body = Bytes::from(std::fs::read("response.json")?);
    println!("{:?}", operation::decode(&request, http::Response::new(body))?.value().text());
"#,
        has_runtime: false,
    },
    Program {
        name: "reqwest",
        dependencies: r#"reqwest = { version = "0.13", features = ["json", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1""#,
        main: r#"
    #[derive(Debug, serde::Deserialize)]
    struct Reply {
        choices: Vec<serde_json::Value>,
    }
    let body = serde_json::json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    let request = reqwest::Client::new().post(std::env::var("ENDPOINT")?).json(&body);
    let reply: Reply = request.send().await?.error_for_status()?.json().await?;
    println!("{:?}", reply.choices);
"#,
        has_runtime: true,
    },
    Program {
        name: "async-openai",
        dependencies: r#"async-openai = { version = "0.43", features = ["chat-completion"] }"#,
        main: r#"
    use async_openai::types::chat::{ChatCompletionRequestUserMessage, CreateChatCompletionRequestArgs};
    let message = ChatCompletionRequestUserMessage::from("Hi");
    let request = CreateChatCompletionRequestArgs::default().model("m").messages([message.into()]).build()?;
    println!("{:?}", async_openai::Client::new().chat().create(request).await?.choices);
"#,
        has_runtime: true,
    },
];

/// The cost of a program.
struct Cost {
    crates: usize,
    /// The processor time of a release build, and the size of its binary.
    release: Duration,
    binary: u64,
    /// The time of `cargo check` after a change of `main.rs`.
    check: Duration,
}

/// Prints a table of the costs.
pub(crate) fn run(root: &Path, out: &mut impl Write) -> Result<Outcome, Error> {
    outcome::print_line(
        out,
        format_args!(
            "{:<18} {:>7} {:>20} {:>12} {:>28}",
            "program", "crates", "release build (CPU)", "binary", "check after touching main.rs"
        ),
    );
    for program in &PROGRAMS {
        let cost = measure(root, program)?;
        outcome::print_line(
            out,
            format_args!(
                "{:<18} {:>7} {:>18.1} s {:>8.2} MiB {:>26.2} s",
                program.name,
                cost.crates,
                cost.release.as_secs_f64(),
                cost.binary as f64 / f64::from(1 << 20),
                cost.check.as_secs_f64(),
            ),
        );
    }
    Ok(Outcome::Good)
}

fn measure(root: &Path, program: &Program) -> Result<Cost, Error> {
    let package = write(root, program)?;
    let target = package.join("target");
    match fs::remove_dir_all(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::file("remove", &target)(error));
        }
        _ => {}
    }
    // Downloads must not count.
    cargo(&package, &["fetch"])?;
    let crates = cargo(
        &package,
        &[
            "tree",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ],
    )?;
    let mut crates: Vec<&str> = crates
        .lines()
        .filter(|line| !line.ends_with("(*)"))
        .collect();
    crates.sort_unstable();
    crates.dedup();

    let before = children_time()?;
    cargo(&package, &["build", "--release", "--offline"])?;
    let release = children_time()?.saturating_sub(before);
    let binary = target.join("release").join("hello");
    let binary = fs::metadata(&binary)
        .map_err(Error::file("read", &binary))?
        .len();

    cargo(&package, &["check", "--offline"])?;
    write_main(&package, program, "// changed")?;
    let started = Instant::now();
    cargo(&package, &["check", "--offline"])?;
    Ok(Cost {
        crates: crates.len().saturating_sub(1),
        release,
        binary,
        check: started.elapsed(),
    })
}

/// Writes the package of a program, and returns its directory.
fn write(root: &Path, program: &Program) -> Result<PathBuf, Error> {
    let root = root.canonicalize().map_err(Error::file("find", root))?;
    let package = root
        .join("target/budget")
        .join(program.name.replace(", ", "-"));
    let sources = package.join("src");
    fs::create_dir_all(&sources).map_err(Error::file("create", &sources))?;
    let dependencies = program
        .dependencies
        .replace("{root}", &root.display().to_string());
    let tokio = if program.has_runtime { TOKIO } else { "" };
    let manifest = format!(
        "[package]\nname = \"hello\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{tokio}\n{dependencies}\n"
    );
    let path = package.join("Cargo.toml");
    fs::write(&path, manifest).map_err(Error::file("write", &path))?;
    write_main(&package, program, "")?;
    Ok(package)
}

fn write_main(package: &Path, program: &Program, end: &str) -> Result<(), Error> {
    let start = match program.has_runtime {
        true => "#[tokio::main(flavor = \"current_thread\")]\nasync ",
        false => "",
    };
    let main = format!(
        "{start}fn main() -> Result<(), Box<dyn std::error::Error>> {{{}    Ok(())\n}}\n{end}\n",
        program.main
    );
    let path = package.join("src/main.rs");
    fs::write(&path, main).map_err(Error::file("write", &path))
}

/// Runs Cargo in a package, and returns its output.
fn cargo(package: &Path, arguments: &[&str]) -> Result<String, Error> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .stderr(Stdio::piped())
        .output()
        .map_err(Error::file("run Cargo in", package))?;
    if !output.status.success() {
        let problem = String::from_utf8_lossy(&output.stderr);
        return Err(Error::file("build", package)(io::Error::other(problem)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns the processor time of all finished child processes and their children.
fn children_time() -> Result<Duration, Error> {
    /// Linux reports times in hundredths of a second.
    const TICK: Duration = Duration::from_millis(10);
    let path = Path::new("/proc/self/stat");
    let stat = fs::read_to_string(path).map_err(Error::file("read", path))?;
    // The name of the program, in parentheses, may contain spaces. Fields 16 and 17 follow it as 14 and 15.
    let fields = stat
        .rsplit_once(')')
        .map_or("", |(_, fields)| fields)
        .split_whitespace();
    let ticks: u32 = fields
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    Ok(TICK * ticks)
}
