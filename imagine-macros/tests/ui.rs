//! Each mistake that a maintainer can make is one error, at the key that makes it.
//!
//! After a change of messages, `TRYBUILD=overwrite cargo test -p imagine-macros --test ui` writes the
//! expected output anew. The cases only provoke errors of the macros, so that a new compiler does not
//! change them. What must compile is in `ui/pass` and tested by `pass.rs`.

#[test]
fn each_mistake_is_one_error() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
