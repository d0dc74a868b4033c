//! Subcommands of which each is an operation.

use std::marker::PhantomData;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, Error, FromArgMatches, Subcommand};

use super::Operation;

/// A set of operations that are subcommands of a command.
pub(crate) trait OperationSet {
    fn operations() -> impl Iterator<Item = &'static Operation>;

    /// Returns the subcommand of an operation.
    fn command(operation: &'static Operation) -> Command;
}

/// The operation that the user selected, with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Selected<S> {
    pub(crate) operation: &'static Operation,
    pub(crate) matches: ArgMatches,
    set: PhantomData<S>,
}

impl<S: OperationSet> Selected<S> {
    fn find(name: &str) -> Option<&'static Operation> {
        S::operations().find(|operation| operation.command_name() == name)
    }
}

impl<S: OperationSet> FromArgMatches for Selected<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let selected = matches.subcommand();
        let selected = selected.and_then(|(name, matches)| Some((Self::find(name)?, matches)));
        let (operation, matches) =
            selected.ok_or_else(|| Error::new(ErrorKind::MissingSubcommand))?;
        Ok(Self {
            operation,
            matches: matches.clone(),
            set: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<S: OperationSet> Subcommand for Selected<S> {
    fn augment_subcommands(command: Command) -> Command {
        command.subcommands(S::operations().map(S::command))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        Self::find(name).is_some()
    }
}
