//! Expansions that must compile: with colliding names, without a prelude, and with all lints denied.
//!
//! Compiling these modules is the test. Clippy checks them as well.

#![allow(dead_code, reason = "derived code only has to compile")]

#[path = "ui/pass/lints.rs"]
mod lints;
#[path = "ui/pass/name_collisions.rs"]
mod name_collisions;
#[path = "ui/pass/no_prelude.rs"]
mod no_prelude;
#[path = "ui/pass/std_type_names.rs"]
mod std_type_names;
