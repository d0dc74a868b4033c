//! `cargo xtask codegen`: plans every file, then writes or checks them.

use std::io::Write;
use std::path::Path;

use crate::api::{APIS, Api};
use crate::artifact::Artifact;
use crate::emit::operations_doc;
use crate::error::Error;
use crate::outcome::{Outcome, print_line};
use crate::pipeline::{self, Generated};
use crate::write::{self, Mode};
use crate::{compare, lock, lowering};

/// Writes the generated files below `root`, or checks that they are up to date.
pub(crate) fn run(root: &Path, mode: Mode, out: &mut impl Write) -> Result<Outcome, Error> {
    let generated = plan_apis(root)?;
    for (api, generated) in APIS.iter().zip(&generated) {
        report(out, api, generated);
    }
    let files = files(root, &generated)?;
    let written = write::apply(root, &files, mode)?;
    for path in written {
        print_line(out, format_args!("  wrote {}", path.display()));
    }
    Ok(Outcome::Good)
}

fn plan_apis(root: &Path) -> Result<Vec<Generated>, Error> {
    APIS.iter().map(|api| pipeline::api(root, api)).collect()
}

fn files(root: &Path, generated: &[Generated]) -> Result<Vec<Artifact>, Error> {
    let by_api: Vec<_> = APIS.iter().zip(generated).collect();
    let lock = lock::lock(root, APIS)?;
    let mut files = vec![
        lock,
        lowering::list(&by_api),
        operations_doc::document(&by_api),
    ];
    files.extend(compare::list(root)?);
    files.extend(pipeline::root_modules(APIS));
    files.extend(
        generated
            .iter()
            .flat_map(|generated| generated.artifacts.iter().cloned()),
    );
    Ok(files)
}

fn report(out: &mut impl Write, api: &Api, generated: &Generated) {
    let applied = generated.counts.iter().filter(|count| count.times > 0);
    let applied: Vec<String> = applied
        .map(|count| format!("{} {}", count.rule, count.times))
        .collect();
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
            "{}: {operations} operations and {types} types in {files} files ({})",
            api.name,
            applied.join(", ")
        ),
    );
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::cli::workspace;
    use crate::testing::TempDir;

    #[test]
    fn committed_files_are_up_to_date() {
        run(&workspace(), Mode::Check, &mut io::sink()).unwrap();
    }

    #[test]
    fn planning_twice_returns_the_same_bytes() {
        let plan = || files(&workspace(), &plan_apis(&workspace()).unwrap()).unwrap();
        assert_eq!(plan(), plan());
    }

    /// Copies the specifications to a temporary directory and generates code there.
    fn generated_copy() -> TempDir {
        let directory = TempDir::new();
        for api in APIS {
            directory.write(
                api.spec,
                &std::fs::read_to_string(workspace().join(api.spec)).unwrap(),
            );
        }
        run(directory.path(), Mode::Write, &mut io::sink()).unwrap();
        directory
    }

    #[test]
    fn check_names_a_changed_input_or_tool_as_the_cause() {
        let directory = generated_copy();
        let check = || {
            let result = run(directory.path(), Mode::Check, &mut io::sink());
            result.unwrap_err().to_string()
        };
        let media = directory.read("openapi/media.yaml");
        directory.write("openapi/media.yaml", &format!("{media}# More.\n"));
        let expected = "1 generated file is stale:
  openapi/media.yaml changed after the last run
  stale: openapi/lock.toml, line ";
        assert!(check().starts_with(expected), "{}", check());

        directory.write("openapi/media.yaml", &media);
        let lock = directory.read(lock::FILE);
        directory.write(lock::FILE, &lock.replace("codegen = ", "codegen = 99"));
        assert!(
            check().contains("\n  the last run used codegen 99"),
            "{}",
            check()
        );
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
    fn an_error_names_a_missing_specification() {
        let message = run(TempDir::new().path(), Mode::Check, &mut io::sink())
            .unwrap_err()
            .to_string();
        assert!(message.starts_with("cannot read "), "{message}");
        assert!(message.contains("openapi/inference.yaml"), "{message}");
    }
}
