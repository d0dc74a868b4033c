//! Emits `docs/operations.md`: the methods of every client, with their streams, blocking calls and mock expectations.

use std::fmt::Write;

use crate::apis::Api;
use crate::artifact::{Artifact, header};
use crate::model::{Method, Model};
use crate::openapi::operation::Operation;

/// The path of the document.
pub(crate) const FILE: &str = "docs/operations.md";

const INTRODUCTION: &str = "\
# Operations

The methods of the clients. Each returns a builder with a setter for every optional field. Await the builder, or call
`.send()`; where the table lists it, `.stream()` returns events or lines, `.save_to(path)` saves a file, and `.all()`
lists the items of all pages. A blocking client has the same methods; `.send()` sends the request.
Arguments are required fields.

The last column is the retry safety: an *idempotent* operation is retried after any transient failure; every other
operation is retried only if the service did not start it.
";

const HEAD: &str = "\
| operation | call | stream | blocking | mock | retry |
|---|---|---|---|---|---|
";

/// Creates the document.
pub(crate) fn document(tables: &[(&Api, &str)]) -> Artifact {
    let sources: Vec<&str> = tables
        .iter()
        .map(|(api, _)| api.document.as_str())
        .collect();
    let mut contents = format!("<!-- {} -->\n\n{INTRODUCTION}", header(&sources.join(", ")));
    for (api, rows) in tables {
        contents += &format!("\n## {}\n\n{HEAD}{rows}", api.name);
    }
    Artifact {
        path: FILE.into(),
        contents,
    }
}

/// Formats the rows of an API: its methods, in the order of the specification.
pub(crate) fn rows(model: &Model<'_>, api: &Api) -> String {
    let mock = match api.shortcuts {
        true => "mock".to_owned(),
        false => format!("mock.{}()", api.name),
    };
    let mut rows = String::new();
    for method in &model.methods {
        let operation = model
            .operations
            .iter()
            .find(|operation| operation.site.id == method.operation);
        if let Some(operation) = operation {
            // Writing to a string cannot fail.
            let _: std::fmt::Result = row(&mut rows, operation, method, &mock);
        }
    }
    rows
}

fn row(rows: &mut String, operation: &Operation, method: &Method, mock: &str) -> std::fmt::Result {
    let arguments = match method.by_value {
        true => "request".to_owned(),
        false => method.args.join(", "),
    };
    let call = format!("client.{}({arguments})", method.name);
    let streams = [
        (method.event.is_some(), "stream()"),
        (method.download, "save_to(path)"),
        (method.pagination.is_some(), "all()"),
    ];
    let streams = streams.into_iter().filter(|(exists, _)| *exists);
    let streams: Vec<_> = streams
        .map(|(_, name)| format!("`{call}.{name}`"))
        .collect();
    let stream = match streams.is_empty() {
        true => "-".to_owned(),
        false => streams.join(", "),
    };
    let retry = match operation.retry.as_str() {
        "idempotent" => "idempotent",
        _ => "only if not started",
    };
    writeln!(
        rows,
        "| `{}` | `{call}` | {stream} | `{call}.send()` | `{mock}.expect_{}(..)` | {retry} |",
        operation.request_line(),
        method.operation,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{API, generate, spec};

    #[test]
    fn the_table_has_a_row_for_each_method() {
        let more = "
            paths: {/ask: {post: {
                x-imagine-args: [a],
                x-imagine-views: [{method: ask_names, summary: Asks for names., response: Body}],
                responses: {'200': {content: {text/event-stream: {schema: {$ref: '#/components/schemas/Body'}}}}},
            }}}
            components: {schemas: {Body: {required: [a], properties: {a: {type: string}}}}}";
        let generated = generate(spec(more)).unwrap();
        let document = document(&[(&API, &generated.operations_table)]).contents;
        let row = |name: &str| {
            format!(
                "| `POST /ask` | `client.{name}(a)` | `client.{name}(a).stream()` | `client.{name}(a).send()` \
                 | `mock.expect_ask(..)` | idempotent |\n"
            )
        };
        let expected = format!("\n## test\n\n{HEAD}{}{}", row("ask"), row("ask_names"));
        assert!(document.ends_with(&expected), "{document}");
    }
}
