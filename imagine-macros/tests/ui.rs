//! Tests of the derives' error messages and their locations.
//!
//! `TRYBUILD=overwrite cargo test -p imagine-macros --test ui` updates the expected output. The cases in `ui` only
//! cause errors of the derives, so their output does not depend on the compiler's version. `pass.rs` tests the code in
//! `ui/pass`.

#[test]
fn each_invalid_input_causes_its_errors() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
