//! The modules of the APIs without a hand-written one.

pub(crate) mod generated;
