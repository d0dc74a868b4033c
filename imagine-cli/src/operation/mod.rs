//! Operations by name: their fields as options of commands, and calls with these fields.

mod arguments;
mod call;
mod selected;
pub(crate) mod send;
mod value;

pub(crate) use self::arguments::{command, flag, positional};
pub(crate) use self::call::Call;
pub(crate) use self::selected::{OperationSet, Selected};
pub(crate) use self::value::image;

/// An operation of the specification.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name in the specification, such as `chat`.
    pub(crate) id: &'static str,
    /// The HTTP method and the path.
    pub(crate) request: &'static str,
    pub(crate) about: &'static str,
    pub(crate) details: &'static str,
    pub(crate) streams: bool,
    /// True if the response is the handle of a job.
    pub(crate) submits: bool,
    /// The names of the fields without which a call makes no sense.
    pub(crate) arguments: &'static [&'static str],
    pub(crate) fields: &'static [Field],
}

/// A field of a request: in its path, its query or its body.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// True for a list of values of this kind.
    pub(crate) is_list: bool,
    pub(crate) is_required: bool,
    pub(crate) help: &'static str,
    /// The known values. The service may accept others.
    pub(crate) values: &'static [&'static str],
    /// The value that clients send unless there is another.
    pub(crate) default: Option<&'static str>,
    /// The fields that get the same value unless they have one, such as the name in another build.
    pub(crate) also_sets: &'static [&'static str],
}

/// The kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    /// A file or a URL.
    Image,
    /// A file.
    File,
    /// Messages as JSON, or the text of one.
    Messages,
    /// Any JSON.
    Json,
}

impl Operation {
    /// Returns the name of the command.
    pub(crate) fn command_name(&self) -> String {
        self.id.replace('_', "-")
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
