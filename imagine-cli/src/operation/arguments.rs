//! The command of an operation, with an option for each field.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command};

use super::value::{integer, number};
use super::{Field, Kind, Operation};

/// Creates the command of an operation. Its options are those that `argument` returns for the fields.
pub(crate) fn command(
    operation: &'static Operation,
    argument: impl Fn(&'static Field) -> Arg,
) -> Command {
    let details = match operation.details {
        "" => String::new(),
        details => format!("{details}\n\n"),
    };
    // Required fields first, as in the usage line.
    let required = operation.fields.iter().filter(|field| field.is_required);
    let optional = operation.fields.iter().filter(|field| !field.is_required);
    let name = operation.command_name();
    let alias = (name != operation.id).then_some(operation.id);
    Command::new(name)
        .aliases(alias)
        .about(operation.about)
        .long_about(format!(
            "{}.\n\n{details}`{}`",
            operation.about, operation.request
        ))
        .args(required.chain(optional).map(argument))
}

/// Returns the operation with the name of a command, or the name of the specification.
pub(crate) fn find(
    mut operations: impl Iterator<Item = &'static Operation>,
    name: &str,
) -> Option<&'static Operation> {
    operations.find(|operation| operation.command_name() == name)
}

/// The names of global options, and those that commands of operations add. A field with such a name gets a prefix.
const RESERVED: [&str; 14] = [
    "endpoint",
    "help",
    "json",
    "max-cost",
    "mock",
    "no-wait",
    "output",
    "profile",
    "set",
    "stream-events",
    "verbose",
    "version",
    "wait",
    "wait-timeout",
];

/// Returns the id of the argument of a field, which differs from those of all options.
pub(super) fn id(field: &Field) -> String {
    format!("field {}", field.name)
}

/// Creates the option of a field.
pub(crate) fn flag(field: &'static Field) -> Arg {
    let name = match field.name.replace('_', "-") {
        name if RESERVED.contains(&name.as_str()) => format!("field-{name}"),
        name => name,
    };
    let argument = base(field).long(name).required(field.is_required);
    let argument = match field.name.contains('_') {
        true => argument.alias(field.name),
        false => argument,
    };
    match field.kind {
        Kind::Boolean => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        _ => argument,
    }
}

/// Creates the positional argument of a field.
pub(crate) fn positional(field: &'static Field) -> Arg {
    base(field).required(true)
}

fn base(field: &'static Field) -> Arg {
    let action = match field.is_list {
        true => ArgAction::Append,
        false => ArgAction::Set,
    };
    Arg::new(id(field))
        .help(help(field))
        .value_name(value_name(field.kind))
        .value_parser(parser(field.kind))
        .allow_hyphen_values(true)
        .action(action)
}

fn help(field: &Field) -> String {
    let mut help = field.help.to_owned();
    if !field.values.is_empty() {
        help += &format!(" [values: {}]", field.values.join(", "));
    }
    if let Some(default) = field.default {
        help += &format!(" [default: {default}]");
    }
    if field.is_list {
        help += " May be repeated.";
    }
    help.trim_start().to_owned()
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "TEXT",
        Kind::Integer => "INTEGER",
        Kind::Number => "NUMBER",
        Kind::Boolean => "BOOLEAN",
        Kind::Image => "FILE|URL",
        Kind::File => "FILE",
        Kind::Messages => "TEXT|JSON",
        Kind::Json => "JSON",
    }
}

fn parser(kind: Kind) -> ValueParser {
    match kind {
        Kind::Integer => ValueParser::new(integer),
        Kind::Number => ValueParser::new(number),
        Kind::Boolean => ["true", "false"].into(),
        _ => ValueParser::string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_the_name_of_an_option_gets_a_prefix() {
        static OUTPUT: Field = Field {
            name: "output",
            kind: Kind::String,
            is_list: false,
            is_required: false,
            help: "",
            values: &[],
            default: None,
            also_sets: &[],
        };
        assert_eq!(flag(&OUTPUT).get_long(), Some("field-output"));
    }
}
