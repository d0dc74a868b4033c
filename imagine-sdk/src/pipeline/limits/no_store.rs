//! Without the feature `persist`, no client has a store. The types have no values.

use super::plan::Record;
use super::settings::RateLimits;
use crate::error::Error;

#[derive(Debug)]
pub(super) enum Store {}

impl Store {
    pub(super) fn of(_: &RateLimits, _: (&str, Option<&str>)) -> Result<Option<Self>, Error> {
        Ok(None)
    }

    pub(super) fn try_lock(&self) -> Result<Option<Locked<'_>>, Error> {
        match *self {}
    }

    pub(super) fn still_locked(&self) -> Error {
        match *self {}
    }
}

pub(super) enum Locked<'a> {
    #[expect(dead_code, reason = "there is no store")]
    Never(&'a Store),
}

impl Locked<'_> {
    pub(super) fn record(&self) -> Record {
        match *self {
            Self::Never(store) => match *store {},
        }
    }

    pub(super) fn write(self, _: &Record) -> Result<(), Error> {
        match self {
            Self::Never(store) => match *store {},
        }
    }
}
