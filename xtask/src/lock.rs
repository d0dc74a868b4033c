//! `openapi/lock.toml`: the inputs and the tool of the generated files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::api::Api;
use crate::artifact::{Artifact, header};
use crate::error::Error;

/// The path of the lock.
pub(crate) const FILE: &str = "openapi/lock.toml";

/// The revision of codegen. Increment it when the same specification generates other files.
const REVISION: u32 = 2;

/// The dependencies that affect the output.
const CRATES: [&str; 3] = ["prettyplease", "progenitor-impl", "typify"];

/// The versions that this program was built with.
const CARGO_LOCK: &str = include_str!("../../Cargo.lock");

/// Creates the lock for the specifications below `root` and this program.
pub(crate) fn lock(root: &Path, apis: &[Api]) -> Result<Artifact, Error> {
    let sources: Vec<&str> = apis.iter().map(|api| api.spec).collect();
    let mut text = format!(
        "# {}\n\n[tool]\ncodegen = {REVISION}\n",
        header(&sources.join(", "))
    );
    for name in CRATES {
        let version = version(CARGO_LOCK, name).unwrap_or("unknown");
        text += &format!("{name} = \"{version}\"\n");
    }
    text += "\n[sha256]\n";
    for spec in sources {
        let path = root.join(spec);
        let contents = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        text += &format!("\"{spec}\" = \"{}\"\n", digest(&contents));
    }
    Ok(Artifact {
        path: FILE.into(),
        contents: text,
    })
}

/// Compares the current inputs and tool with those of the last run.
pub(crate) fn differences(now: &str, then: &str) -> Vec<String> {
    let (now, then) = (entries(now), entries(then));
    let changed = now
        .iter()
        .filter(|(key, value)| then.get(*key) != Some(*value));
    changed
        .map(|(key, value)| match then.get(key) {
            _ if key.contains(".yaml") => format!("{key} changed after the last run"),
            Some(then) => format!("the last run used {key} {then}, this one {value}"),
            None => format!("the lock does not contain {key}"),
        })
        .collect()
}

/// Returns the digest of a text, independent of its line endings.
fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    Some(rest.split_once('"')?.0)
}

fn entries(lock: &str) -> BTreeMap<&str, &str> {
    let pairs = lock.lines().filter_map(|line| line.split_once(" = "));
    pairs
        .map(|(key, value)| (key.trim_matches('"'), value.trim_matches('"')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{API, TempDir};

    fn of(contents: &str) -> String {
        let directory = TempDir::new();
        directory.write(API.spec, contents);
        lock(directory.path(), &[API]).unwrap().contents
    }

    #[test]
    fn the_lock_contains_the_tool_and_the_digest_of_its_input() {
        let lock = of("abc");
        assert!(
            lock.contains(&format!(
                "\n[tool]\ncodegen = {REVISION}\nprettyplease = \""
            )),
            "{lock}"
        );
        let typify = entries(&lock)["typify"];
        assert!(
            typify.split('.').all(|part| part.parse::<u32>().is_ok()),
            "{typify}"
        );
        // The standard gives the digest of `abc` as an example.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(
            lock.ends_with(&format!("\"openapi/test.yaml\" = \"{abc}\"\n")),
            "{lock}"
        );
        assert_eq!(of("a\r\nb"), of("a\nb"));
    }

    #[test]
    fn differences_name_the_changed_entries() {
        let now = of("abc");
        assert_eq!(differences(&now, &now), [""; 0]);
        assert_eq!(
            differences(&now, &of("abd")),
            ["openapi/test.yaml changed after the last run"]
        );
        let older = now.replace(&format!("codegen = {REVISION}"), "codegen = 0");
        assert_eq!(
            differences(&now, &older),
            [format!("the last run used codegen 0, this one {REVISION}")]
        );
        let without = now.replace("typify = ", "typist = ");
        assert_eq!(
            differences(&now, &without),
            ["the lock does not contain typify"]
        );
    }
}
