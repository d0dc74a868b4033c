//! `imagine api`.

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, Subcommand};
use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::generated::{inference, media};
use crate::operation::{self, Call, Operation};
use crate::output;
use crate::session::Session;

/// The id of the option for fields that the specification does not have.
const SET: &str = "set";
/// The id of the flag for streams.
const STREAM: &str = "stream-events";

/// A call of any operation with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    operation: &'static Operation,
    matches: ArgMatches,
}

impl Api {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let mut call = Call::from_arguments(self.operation, &self.matches)?;
        let added = self.matches.get_many::<String>(SET);
        for added in added.into_iter().flatten() {
            let (name, value) = added.split_once('=').unwrap_or((added, "null"));
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            call.extra.insert(name.to_owned(), value);
        }
        call.streams = self.matches.try_get_one(STREAM).ok().flatten() == Some(&true);
        let is_media = media::OPERATIONS
            .iter()
            .any(|operation| std::ptr::eq(operation, self.operation));
        let body = match is_media {
            true => media::send(&session.media()?, &call).await?,
            false => inference::send(&session.inference()?, &call).await?,
        };
        print(&body)
    }
}

/// Prints a response: JSON indented, anything else unchanged.
fn print(body: &[u8]) -> Result<()> {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => output::json(&value),
        Err(_) => output::bytes(body),
    }
}

fn operations() -> impl Iterator<Item = &'static Operation> {
    inference::OPERATIONS.iter().chain(media::OPERATIONS)
}

fn command(operation: &'static Operation) -> Command {
    let command = operation::command(operation, operation::flag);
    let set = Arg::new(SET)
        .long(SET)
        .value_name("NAME=JSON")
        .action(ArgAction::Append)
        .help("Send a field that the specification does not have. May be repeated.");
    let command = command.arg(set);
    if !operation.streams {
        return command;
    }
    let stream = Arg::new(STREAM)
        .long(STREAM)
        .action(ArgAction::SetTrue)
        .help("Print each event of the streamed response as a line of JSON.");
    command.arg(stream)
}

impl FromArgMatches for Api {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let selected = matches.subcommand();
        let selected = selected
            .and_then(|(name, matches)| Some((operation::find(operations(), name)?, matches)));
        let (operation, matches) =
            selected.ok_or_else(|| clap::Error::new(clap::error::ErrorKind::MissingSubcommand))?;
        Ok(Self {
            operation,
            matches: matches.clone(),
        })
    }

    fn update_from_arg_matches(
        &mut self,
        matches: &ArgMatches,
    ) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for Api {
    fn augment_subcommands(command: Command) -> Command {
        let command = command
            .subcommand_required(true)
            .arg_required_else_help(true);
        command.subcommands(operations().map(self::command))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        operation::find(operations(), name).is_some()
    }
}

/// Returns the operation with this id.
pub(crate) fn operation(id: &str) -> Result<&'static Operation> {
    operations()
        .find(|operation| operation.id == id)
        .ok_or_else(|| Failure::other(format!("there is no operation `{id}`")))
}

#[cfg(test)]
mod tests {
    use imagine_mock::MockServer;
    use imagine_sdk::{InferenceClient, MediaClient};
    use serde_json::json;

    use super::*;
    use crate::operation::{Field, Kind};

    /// Returns a value for a field, as its parser returns it.
    fn sample(field: &Field, recording: &str) -> Value {
        let value = match (field.kind, field.values.first()) {
            (_, Some(value)) => json!(value),
            (Kind::String, None) => json!("Helsinki-NLP/opus-mt-en-es"),
            (Kind::Integer | Kind::Number, None) => json!(1),
            (Kind::Boolean, None) => json!(true),
            (Kind::Image, None) => json!("https://example.com/cat.png"),
            (Kind::File, None) => json!(recording),
            (Kind::Messages, None) => json!([{"role": "user", "content": "hi"}]),
            (Kind::Json, None) => json!("text"),
        };
        match field.is_list {
            true => json!([value]),
            false => value,
        }
    }

    #[tokio::test]
    async fn every_operation_sends_a_valid_request() {
        let directory = std::env::temp_dir().join(format!("imagine-api-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let recording = directory.join("speech.wav");
        std::fs::write(&recording, "RIFF").unwrap();
        let recording = recording.to_string_lossy().into_owned();
        let server = MockServer::start().await.unwrap();
        let inference = InferenceClient::builder()
            .endpoint(server.inference_endpoint())
            .api_key("key")
            .build()
            .unwrap();
        let media = MediaClient::builder()
            .endpoint(server.media_endpoint())
            .api_key("key")
            .build()
            .unwrap();
        for operation in operations() {
            let required = operation.fields.iter().filter(|field| field.is_required);
            let fields = required.map(|field| (field.name.to_owned(), sample(field, &recording)));
            let call = Call::new(operation, fields.collect());
            let is_inference = inference::OPERATIONS
                .iter()
                .any(|other| std::ptr::eq(other, operation));
            let result = match is_inference {
                true => inference::send(&inference, &call).await,
                false => media::send(&media, &call).await,
            };
            let last = server.requests().into_iter().next_back();
            let sent = last.and_then(|request| request.operation);
            assert_eq!(sent, Some(operation.id), "{result:?}");
        }
        std::fs::remove_dir_all(directory).unwrap();
        server.assert_contract();
    }
}
