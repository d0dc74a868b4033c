//! `cargo xtask codegen`: plans every file, then writes or checks them.

mod drift;
pub(crate) mod pipeline;
mod write;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use crate::apis::{self, Api};
use crate::artifact::Artifact;
use crate::compare;
use crate::emit::{clients, features, mock_apis, operations_doc, unsupported};
use crate::error::Error;
use crate::outcome::{Mode, Outcome, print_line};
use pipeline::Generated;

/// The generated files outside of `generated` directories, beside their sources.
const BESIDE: [&str; 4] = [
    unsupported::FILE,
    compare::FILE,
    operations_doc::FILE,
    features::FILE,
];

/// Writes the generated files below `root`, or checks that they are up to date.
pub(crate) fn run(root: &Path, mode: Mode, out: &mut impl Write) -> Result<Outcome, Error> {
    let apis = apis::load(root)?;
    let generated = plan_apis(root, &apis)?;
    for (api, generated) in apis.iter().zip(&generated) {
        report(out, api, generated);
    }
    let files = files(root, &apis, &generated)?;
    for difference in write::apply(root, &files, &BESIDE, mode)? {
        let path = difference.path().display();
        print_line(out, format_args!("  {} {path}", difference.fix()));
    }
    Ok(Outcome::Good)
}

fn plan_apis(root: &Path, apis: &[Api]) -> Result<Vec<Generated>, Error> {
    let mut names = BTreeMap::new();
    let mut planned = Vec::new();
    for api in apis {
        planned.push(pipeline::api(root, api, &mut names)?);
    }
    Ok(planned)
}

/// Returns all files for the APIs.
pub(crate) fn files(
    root: &Path,
    apis: &[Api],
    generated: &[Generated],
) -> Result<Vec<Artifact>, Error> {
    let by_api = apis.iter().zip(generated);
    let tables: Vec<_> = by_api
        .clone()
        .map(|(api, generated)| (api, generated.operations_table.as_str()))
        .collect();
    let lists: Vec<_> = by_api
        .map(|(api, generated)| (api, generated.unsupported.as_slice()))
        .collect();
    let mut files = vec![unsupported::list(&lists), operations_doc::document(&tables)];
    files.extend(compare::list(root)?);
    files.extend(pipeline::root_modules(apis));
    files.extend(clients::artifacts(apis));
    files.push(features::manifest(root, apis)?);
    files.push(mock_apis::artifact(apis));
    files.extend(
        generated
            .iter()
            .flat_map(|generated| generated.artifacts.iter().cloned()),
    );
    Ok(files)
}

fn report(out: &mut impl Write, api: &Api, generated: &Generated) {
    let Generated {
        operations,
        types,
        artifacts,
        ..
    } = generated;
    let files = artifacts.len();
    print_line(
        out,
        format_args!(
            "{}: {operations} operations and {types} types in {files} files",
            api.name
        ),
    );
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::testing::{TempDir, apis};
    use crate::workspace;

    #[test]
    fn committed_files_are_up_to_date() {
        run(&workspace::root(), Mode::Check, &mut io::sink()).unwrap();
    }

    #[test]
    fn planning_twice_returns_the_same_bytes() {
        let root = workspace::root();
        let plan = || files(&root, apis(), &plan_apis(&root, apis()).unwrap()).unwrap();
        assert_eq!(plan(), plan());
    }

    /// Copies the specifications to a temporary directory and generates code there.
    fn generated_copy() -> TempDir {
        let directory = TempDir::new();
        let documents = apis().iter().map(|api| api.document.as_str());
        for file in documents.chain([apis::FILE, features::FILE]) {
            let path = workspace::root().join(file);
            directory.write(file, &std::fs::read_to_string(path).unwrap());
        }
        run(directory.path(), Mode::Write, &mut io::sink()).unwrap();
        directory
    }

    #[test]
    fn check_reports_a_deleted_line_and_write_restores_it() {
        let directory = generated_copy();
        let file = "imagine-sdk/src/generated/inference/operations.rs";
        let original = directory.read(file);
        directory.write(file, &original.replacen("use http::Method;\n", "", 1));

        let message = run(directory.path(), Mode::Check, &mut io::sink())
            .unwrap_err()
            .to_string();
        assert!(
            message.contains(&format!(
                "stale: {file}, line 6\n    expected: use http::Method;"
            )),
            "{message}"
        );
        assert!(message.contains("cargo xtask codegen"), "{message}");
        run(directory.path(), Mode::Write, &mut io::sink()).unwrap();
        assert_eq!(directory.read(file), original);
    }

    #[test]
    fn rejects_an_operation_name_that_two_apis_have() {
        let directory = generated_copy();
        let media = directory.read("openapi/media.yaml");
        let renamed = media.replacen("operationId: foley", "operationId: chat", 1);
        assert_ne!(renamed, media);
        directory.write("openapi/media.yaml", &renamed);
        let error = run(directory.path(), Mode::Check, &mut io::sink()).unwrap_err();
        let message = error.to_string();
        let expected = "the inference API has an operation `chat` too";
        assert!(message.contains(expected), "{message}");
        assert!(message.contains("--> openapi/media.yaml:"), "{message}");
        assert!(message.contains("x-imagine-name"), "{message}");
    }

    #[test]
    fn an_error_names_a_missing_file() {
        let directory = TempDir::new();
        let message = || {
            let result = run(directory.path(), Mode::Check, &mut io::sink());
            result.unwrap_err().to_string()
        };
        assert!(message().starts_with("cannot read "), "{}", message());
        assert!(message().contains(apis::FILE), "{}", message());
        directory.write(apis::FILE, include_str!("../../../openapi/apis.toml"));
        assert!(
            message().contains("openapi/inference.yaml"),
            "{}",
            message()
        );
    }
}
