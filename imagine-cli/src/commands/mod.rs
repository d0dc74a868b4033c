//! The commands, one module each.

pub(crate) mod chat;
pub(crate) mod complete;
pub(crate) mod embed;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod image;
pub(crate) mod models;
pub(crate) mod rerank;
pub(crate) mod sample;
pub(crate) mod transcribe;
pub(crate) mod translate;
pub(crate) mod usage;
