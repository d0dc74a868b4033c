//! What must compile: hostile names and every lint denied. Compiling these modules is the test; clippy
//! looks at them as well.

#![allow(dead_code, reason = "what is derived is there to compile")]

#[path = "ui/pass/hostile_names.rs"]
mod hostile_names;
#[path = "ui/pass/local_types.rs"]
mod local_types;
#[path = "ui/pass/no_prelude.rs"]
mod no_prelude;
#[path = "ui/pass/quiet.rs"]
mod quiet;
