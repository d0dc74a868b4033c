//! A copy of the crates with generated code, with other generated code.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use super::edit::Edit;
use crate::artifact::Artifact;
use crate::workspace;

/// The directories copied unchanged.
const DIRECTORIES: [&str; 4] = [
    "imagine-macros/src",
    "imagine-mock/src",
    "imagine-sdk/src",
    "imagine-sdk/examples",
];
/// The manifests copied unchanged. That of the SDK is generated in part.
const MANIFESTS: [&str; 2] = ["imagine-macros/Cargo.toml", "imagine-mock/Cargo.toml"];

/// The directory of the crates in the copy. Cargo identifies crates by their path in the workspace: with equal paths,
/// the copies would replace the originals in the target directory.
const CRATES: &str = "mutated";

/// A separate workspace with a stable path, so that only changes are recompiled.
pub(super) struct Copy {
    root: PathBuf,
    target: PathBuf,
    written: RefCell<HashSet<PathBuf>>,
}

impl Copy {
    pub(super) fn make(artifacts: impl IntoIterator<Item = Artifact>, edits: &[Edit]) -> Self {
        let target = target();
        let copy = Self {
            root: target.join("spec_evolution"),
            target,
            written: RefCell::default(),
        };
        copy.write_manifest();
        DIRECTORIES
            .iter()
            .for_each(|directory| copy.directory(directory));
        MANIFESTS.iter().for_each(|file| copy.file(file, file));
        copy.round_trip(edits);
        // The copy has no command line: it adds much to the build, and no translation of its own.
        let is_copied = |artifact: &Artifact| !artifact.path.starts_with("imagine-cli");
        for artifact in artifacts.into_iter().filter(is_copied) {
            copy.write_crate(&artifact.path, artifact.contents.as_bytes());
        }
        copy.remove_others(&copy.root.join(CRATES));
        copy
    }

    /// Removes files of an earlier copy, such as a module that has moved, and empty directories.
    fn remove_others(&self, directory: &Path) {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                self.remove_others(&entry.path());
                // Fails unless the directory is empty. An empty one would be a member without a manifest.
                let _ = fs::remove_dir(entry.path());
            } else if !self.written.borrow().contains(&entry.path()) {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// Builds and runs the copy.
    pub(super) fn run(&self) -> ExitStatus {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["run", "--quiet", "--package", "roundtrip"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target);
        cargo.status().unwrap()
    }

    /// Writes the manifest of the workspace, with other members, and the lock file.
    fn write_manifest(&self) {
        let manifest = fs::read_to_string(workspace::root().join("Cargo.toml")).unwrap();
        let line = |line: &str| match line.split(" = ").next() {
            Some("members") => format!("members = [\"{CRATES}/*\"]\n"),
            Some("default-members") => String::new(),
            _ => line.replace("path = \"", &format!("path = \"{CRATES}/")) + "\n",
        };
        let manifest: String = manifest.lines().map(line).collect();
        self.write("Cargo.toml", manifest.as_bytes());
        let lock = fs::read(workspace::root().join("Cargo.lock")).unwrap();
        self.write("Cargo.lock", &lock);
    }

    /// Writes the program and the list of its calls.
    fn round_trip(&self, edits: &[Edit]) {
        for file in [
            "Cargo.toml",
            "src/main.rs",
            "src/calls/bodies.rs",
            "src/calls/media_types.rs",
            "src/calls/mod.rs",
            "src/calls/operations.rs",
            "src/calls/pages.rs",
            "src/calls/parameters.rs",
            "src/calls/schemas.rs",
            "src/calls/unions.rs",
            "src/further.rs",
        ] {
            self.file(
                &format!("xtask/spec_evolution/roundtrip/{file}"),
                &format!("roundtrip/{file}"),
            );
        }
        let calls: String = edits
            .iter()
            .map(|Edit { name, .. }| format!("    trip.run(\"{name}\", calls::{name}).await;\n"))
            .collect();
        let all = format!(
            "//! All calls.\n\nuse crate::{{RoundTrip, calls}};\n\npub async fn run(trip: &mut RoundTrip) {{\n{calls}}}\n"
        );
        self.write_crate("roundtrip/src/all.rs", all.as_bytes());
    }

    fn directory(&self, directory: &str) {
        for entry in fs::read_dir(workspace::root().join(directory)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{directory}/{}", entry.file_name().to_string_lossy());
            match entry.file_type().unwrap().is_dir() {
                // The caller adds the generated code.
                true if path.ends_with("/generated") => {}
                true => self.directory(&path),
                false => self.file(&path, &path),
            }
        }
    }

    fn file(&self, from: &str, to: &str) {
        self.write_crate(to, &fs::read(workspace::root().join(from)).unwrap());
    }

    fn write_crate(&self, path: impl AsRef<Path>, contents: &[u8]) {
        self.write(Path::new(CRATES).join(path), contents);
    }

    /// Writes a file if its contents changed, so that its time stamp only changes with its contents.
    fn write(&self, path: impl AsRef<Path>, contents: &[u8]) {
        let path = self.root.join(path);
        self.written.borrow_mut().insert(path.clone());
        if fs::read(&path).is_ok_and(|found| found == contents) {
            return;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
}

/// Returns the target directory of this test: `target/debug/deps/xtask-…`.
fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_owned()
}
