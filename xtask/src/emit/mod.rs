//! Emitters: each turns the model of a document into one generated file.

pub(crate) mod clients;
pub(crate) mod command_line;
pub(crate) mod exports;
pub(crate) mod features;
pub(crate) mod mock_apis;
pub(crate) mod mock_expect;
pub(crate) mod operations;
pub(crate) mod operations_doc;
pub(crate) mod types;
pub(crate) mod typify;
pub(crate) mod unsupported;
