//! Emits the operations of the command line: their fields for `--help` and the parser, and the calls of the SDK.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, parse_quote};

use crate::apis::Api;
use crate::artifact::{Artifact, header};
use crate::emit::types::sentence;
use crate::model::{Method, Model};
use crate::openapi::body::Media;
use crate::openapi::json::{boolean, items, members, owned_strings, string};
use crate::openapi::lowered::{LOCATION, WIRE};
use crate::openapi::names::snake;
use crate::openapi::operation::Operation;
use crate::openapi::schema;

/// The directory of the files.
const DIRECTORY: &str = "imagine-cli/src/generated";

/// The response of operations that submit a job.
const JOB: &str = "Generation";

/// The deepest chain of references to the type of a field.
const DEEPEST: usize = 16;

/// Returns the module that contains those of the APIs. The command line has the APIs with hand-written conveniences:
/// its manifest names their features, and a client of another API may not exist.
pub(crate) fn root(apis: &[Api]) -> Artifact {
    let apis: Vec<&Api> = apis.iter().filter(|api| api.hand_written).collect();
    let modules = apis.iter().map(|api| {
        let name = format_ident!("{}", api.name);
        let docs = format!(" The operations of the {}.", api.title());
        parse_quote!(#[doc = #docs] #[rustfmt::skip] pub(crate) mod #name;)
    });
    let modules: Vec<Item> = modules.collect();
    let sources: Vec<&str> = apis.iter().map(|api| api.document.as_str()).collect();
    let docs = "Code generated from the specifications.";
    Artifact::rust(
        format!("{DIRECTORY}/mod.rs"),
        &header(&sources.join(", ")),
        docs,
        &modules,
    )
}

/// Returns the module of an API.
pub(crate) fn module(model: &Model<'_>, api: &Api) -> Artifact {
    let docs = format!("The operations of the {}.", api.title());
    let path = format!("{DIRECTORY}/{}.rs", api.name);
    Artifact::rust(path, &header(&api.document), &docs, &contents(model, api))
}

fn contents(model: &Model<'_>, api: &Api) -> Vec<Item> {
    let calls: Vec<Call<'_>> = model
        .operations
        .iter()
        .filter_map(|operation| Call::of(operation, model))
        .collect();
    let client = format_ident!("{}", api.client);
    let specs = calls.iter().map(Call::spec);
    let arms = calls.iter().map(|call| call.arm(api));
    let mut contents: Vec<Item> = vec![
        parse_quote!(
            use imagine_sdk::{Bytes, #client};
        ),
        parse_quote!(
            use crate::failure::Result;
        ),
        parse_quote!(
            use crate::operation::{Call, Field, Kind, Operation, send};
        ),
        parse_quote! {
            /// Every operation, in the order of the specification.
            pub(crate) static OPERATIONS: &[Operation] = &[#(#specs),*];
        },
        parse_quote! {
            /// Sends a call and returns the bytes of the response. The events of a stream are printed.
            pub(crate) async fn send(client: &#client, call: &Call<'_>) -> Result<Bytes> {
                match call.operation.id {
                    #(#arms)*
                    _ => Err(call.unknown()),
                }
            }
        },
    ];
    let submissions: Vec<&Call<'_>> = calls.iter().filter(|call| call.submits()).collect();
    if !submissions.is_empty() {
        let arms = submissions.iter().map(|call| {
            let (id, request) = (&call.operation.site.id, call.request(api));
            quote!(#id => send::submit!(client, call, #request),)
        });
        let module = format_ident!("{}", api.name);
        contents.push(parse_quote! {
            /// Submits a job and returns its handle.
            pub(crate) async fn submit(
                client: &#client,
                call: &Call<'_>,
            ) -> Result<imagine_sdk::#module::Generation> {
                match call.operation.id {
                    #(#arms)*
                    _ => Err(call.unknown()),
                }
            }
        });
    }
    contents
}

/// An operation, its method and the schema of its arguments.
struct Call<'a> {
    operation: &'a Operation,
    method: &'a Method,
    arguments: &'a Value,
    model: &'a Model<'a>,
}

impl<'a> Call<'a> {
    fn of(operation: &'a Operation, model: &'a Model<'a>) -> Option<Self> {
        let id = &operation.site.id;
        let mut methods = model.methods.iter();
        let method = methods.find(|method| method.operation == *id && method.name == *id)?;
        let arguments = model.schemas.get(&method.component)?;
        Some(Self {
            operation,
            method,
            arguments,
            model,
        })
    }

    /// Returns true if the body is a form, or one string or file.
    fn is_form(&self) -> bool {
        let media = self.method.media;
        media.is_some_and(|media| media == Media::Form || media.is_whole())
    }

    /// Returns true if the response is the handle of a job, which is billable.
    fn submits(&self) -> bool {
        let is_job = self.method.response.as_deref() == Some(JOB);
        is_job && self.operation.retry != "idempotent" && !self.is_form()
    }

    /// Returns the type of the request.
    fn request(&self, api: &Api) -> TokenStream {
        let module = format_ident!("{}", api.name);
        let name = format_ident!("{}", self.method.component);
        quote!(imagine_sdk::#module::#name)
    }

    fn arm(&self, api: &Api) -> TokenStream {
        let (id, request) = (&self.operation.site.id, self.request(api));
        if self.is_form() {
            return self.form();
        }
        match self.operation.event {
            Some(_) => quote!(#id => send::json_or_stream!(client, call, #request),),
            None => quote!(#id => send::json!(client, call, #request),),
        }
    }

    /// Returns the call of a form, whose type cannot be deserialized because of its files.
    fn form(&self) -> TokenStream {
        let id = &self.operation.site.id;
        let method = format_ident!("{id}");
        let fields: Vec<FieldSpec> = self.fields().collect();
        let is_file = |field: &&FieldSpec| field.kind == "File";
        let args = fields.iter().filter(|field| field.is_argument);
        let args = args.map(|field| {
            let (name, read) = (&field.name, format_ident!("{}", read(field)));
            quote!(call.#read(#name)?)
        });
        let setters = fields.iter().filter(is_file);
        let setters = setters.filter(|field| !field.is_argument).map(|field| {
            let (name, setter) = (&field.name, format_ident!("{}", snake(&field.name)));
            quote!((#name, #setter))
        });
        quote!(#id => send::form!(client.#method(#(#args),*), call, [#(#setters),*]),)
    }

    fn spec(&self) -> TokenStream {
        let operation = self.operation;
        let (id, request) = (&operation.site.id, operation.request_line());
        let about = operation.summary.trim_end_matches('.');
        let details = operation.description.as_deref().unwrap_or_default().trim();
        let streams = operation.event.is_some();
        let submits = self.submits();
        let args: Vec<String> = self
            .fields()
            .filter(|field| field.is_argument)
            .map(|field| field.name)
            .collect();
        let fields = self.fields().map(|field| field.tokens());
        quote! {
            Operation {
                id: #id,
                request: #request,
                about: #about,
                details: #details,
                streams: #streams,
                submits: #submits,
                arguments: &[#(#args),*],
                fields: &[#(#fields),*],
            }
        }
    }

    fn fields(&self) -> impl Iterator<Item = FieldSpec> {
        let properties = members(self.arguments, "properties");
        let sent = properties.filter(|(_, property)| {
            !boolean(property, "x-imagine-stream-flag")
                && !boolean(property, "x-imagine-response-only")
        });
        sent.map(|(key, property)| self.field(key, property))
    }

    fn field(&self, key: &str, property: &Value) -> FieldSpec {
        let wire = string(property, WIRE).unwrap_or(key);
        // The name in the JSON of the request's type; see `types::fields`.
        let name = match property.get(LOCATION) {
            Some(_) => key,
            None => wire,
        };
        let chain = Chain::of(property, self.model);
        let items = chain.find(|schema| schema.get("items"));
        let item = items.map(|items| Chain::of(items, self.model));
        let list_of = item.filter(|item| item.is_scalar() && chain.rust().is_none());
        let default = property
            .get("default")
            .filter(|_| boolean(property, "x-imagine-send-default"));
        let is_argument = {
            let mut args = self.method.args.iter();
            args.any(|arg| arg == key || arg == wire)
        };
        let is_required = schema::is_required(self.arguments, key) || is_argument;
        FieldSpec {
            name: name.to_owned(),
            kind: list_of.as_ref().unwrap_or(&chain).kind(),
            is_list: list_of.is_some(),
            is_required: is_required && default.is_none(),
            is_argument,
            help: chain.help(),
            values: list_of.as_ref().unwrap_or(&chain).values(),
            default: default.map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            }),
            also_sets: owned_strings(property.get("x-imagine-also-sets")),
        }
    }
}

/// Returns the method of a call that reads a required field.
fn read(field: &FieldSpec) -> &'static str {
    match field.kind {
        "File" => "file",
        _ => "string",
    }
}

/// A field of an operation.
struct FieldSpec {
    name: String,
    kind: &'static str,
    is_list: bool,
    is_required: bool,
    is_argument: bool,
    help: String,
    values: Vec<String>,
    default: Option<String>,
    also_sets: Vec<String>,
}

impl FieldSpec {
    fn tokens(&self) -> TokenStream {
        let Self {
            name,
            is_list,
            is_required,
            help,
            values,
            also_sets,
            ..
        } = self;
        let kind = format_ident!("{}", self.kind);
        let default = match &self.default {
            Some(text) => quote!(Some(#text)),
            None => quote!(None),
        };
        quote! {
            Field {
                name: #name,
                kind: Kind::#kind,
                is_list: #is_list,
                is_required: #is_required,
                help: #help,
                values: &[#(#values),*],
                default: #default,
                also_sets: &[#(#also_sets),*],
            }
        }
    }
}

/// A schema and those that it refers to, the schema first.
struct Chain<'a>(Vec<&'a Value>);

impl<'a> Chain<'a> {
    fn of(schema: &'a Value, model: &Model<'a>) -> Self {
        let mut chain = vec![schema];
        let mut last = schema;
        while chain.len() < DEEPEST {
            let named = schema::component(last).and_then(|name| model.schemas.get(name));
            let Some(next) = named.or_else(|| items(last, "allOf").next()) else {
                break;
            };
            chain.push(next);
            last = next;
        }
        Self(chain)
    }

    fn find<T>(&self, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(|schema| read(schema))
    }

    /// Returns the hand-written type in Rust.
    fn rust(&self) -> Option<&'a str> {
        self.find(|schema| string(schema, "x-imagine-rust"))
    }

    fn kind(&self) -> &'static str {
        let name = self.rust().and_then(|path| path.rsplit("::").next());
        match name {
            Some("Image") => return "Image",
            Some("FilePart") => return "File",
            Some("Messages") => return "Messages",
            _ => {}
        }
        let is_choice = self.0.iter().any(|schema| schema::is_union(schema));
        match self.find(|schema| string(schema, "type")) {
            _ if is_choice => "Json",
            Some("string") => "String",
            Some("integer") => "Integer",
            Some("number") => "Number",
            Some("boolean") => "Boolean",
            _ => "Json",
        }
    }

    fn is_scalar(&self) -> bool {
        !matches!(self.kind(), "Json" | "Messages" | "File")
    }

    fn help(&self) -> String {
        let description = self.find(|schema| string(schema, "description"));
        let description = description.unwrap_or_default().trim();
        match description {
            "" => String::new(),
            text => sentence(&text.replace('\n', " ")),
        }
    }

    /// Returns the known values of an enumeration.
    fn values(&self) -> Vec<String> {
        let values = self.find(|schema| schema.get("enum")?.as_array());
        let strings = values.into_iter().flatten().filter_map(Value::as_str);
        strings.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{generate, spec};

    const MORE: &str = "
        paths: {/ask: {post: {
            x-imagine-args: [a],
            parameters: [{name: a, in: query, required: true, description: The thing., schema: {type: string}}],
        }}}
        components: {schemas: {Body: {properties: {
            b: {type: array, items: {type: integer}, description: The numbers.},
            c: {type: string, enum: [x, y], description: The letter},
            d: {type: object, additionalProperties: true},
        }}}}";

    #[test]
    fn every_field_has_a_kind_and_its_help() {
        let generated = generate(spec(MORE)).unwrap();
        let path = "imagine-cli/src/generated/test.rs";
        let mut files = generated.artifacts.iter();
        let file = files.find(|file| file.path == std::path::Path::new(path));
        let text = file.unwrap().contents.split_whitespace();
        let text = text.collect::<Vec<_>>().join(" ");
        for expected in [
            "name: \"a\", kind: Kind::String, is_list: false, is_required: true, help: \"The thing.\"",
            "name: \"b\", kind: Kind::Integer, is_list: true, is_required: false, help: \"The numbers.\"",
            "name: \"c\", kind: Kind::String, is_list: false, is_required: false, help: \"The letter.\", values: &[\"x\", \"y\"]",
            "name: \"d\", kind: Kind::Json,",
            "arguments: &[\"a\"]",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}
