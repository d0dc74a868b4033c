//! The documents in `cmd/` show commands with their output. `TRYCMD=overwrite` updates them.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

#[test]
fn commands_print_what_the_documents_show() {
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    // The state of an earlier run would number the jobs differently.
    let _ = std::fs::remove_dir_all(&state);
    let cases = trycmd::TestCases::new();
    cases
        .env("IMAGINE_STATE_DIR", state.to_string_lossy())
        .env("IMAGINE_CONFIG", "no-config.toml")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.md");
}
