//! Calls the mock over HTTP with a plain client, a raw socket and the SDK.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod apis;
#[cfg(test)]
mod client;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod disconnects;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod expectations;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
#[cfg(test)]
mod media;
#[cfg(test)]
mod openai;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod own_operations;
#[cfg(test)]
mod program;
#[cfg(test)]
mod retrieval;
#[cfg(test)]
mod state;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod text;
