//! The commands, one module each.

pub(crate) mod api;
pub(crate) mod chat;
pub(crate) mod complete;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod embed;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod image;
pub(crate) mod jobs;
pub(crate) mod man;
pub(crate) mod media;
pub(crate) mod models;
pub(crate) mod repl;
pub(crate) mod rerank;
pub(crate) mod sample;
pub(crate) mod transcribe;
pub(crate) mod translate;
pub(crate) mod usage;
