//! Methods of clients, with the structs of their arguments.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::body::{self, Media};
use crate::openapi::json::{items, owned_strings, string};
use crate::openapi::lowered::ARGUMENTS;
use crate::openapi::names::pascal;
use crate::openapi::operation::Operation;
use crate::openapi::operations;
use crate::openapi::pagination::Pagination;
use crate::openapi::schema;

/// A method of a client: an operation or a view.
pub(crate) struct Method {
    pub(crate) operation: String,
    pub(crate) component: String,
    pub(crate) name: String,
    pub(crate) builder: String,
    /// The Rust type of the response.
    pub(crate) response: Option<String>,
    /// The Rust type of the events of a stream.
    pub(crate) event: Option<String>,
    pub(crate) media: Option<Media>,
    pub(crate) args: Vec<String>,
    pub(crate) by_value: bool,
    pub(crate) validate_request: Option<String>,
    pub(crate) validate_response: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) docs: String,
    pub(crate) deprecated: bool,
    /// True if the response is a file.
    pub(crate) download: bool,
    /// The pages of which the response is one. A view has none: it decodes another type.
    pub(crate) pagination: Option<Pagination>,
    pub(crate) location: Location,
}

impl Method {
    /// Returns the methods of all operations, each followed by its views. Before the arguments have components,
    /// there are none.
    pub(crate) fn all(doc: &Value) -> Result<Vec<Self>, Diagnostic> {
        let mut methods = Vec::new();
        for (site, node) in operations::all(doc)? {
            let Some(component) = string(node, ARGUMENTS) else {
                continue;
            };
            let operation = Operation::read(site, node)?;
            let method = Self::of(&operation, component, doc)?;
            let views =
                items(node, "x-imagine-views").map(|view| method.view(&operation, view, doc));
            let views: Vec<Self> = views.collect();
            methods.push(method);
            methods.extend(views);
        }
        Ok(methods)
    }

    fn of(operation: &Operation, component: &str, doc: &Value) -> Result<Self, Diagnostic> {
        let typed = |schema: &Option<Value>| {
            schema
                .as_ref()
                .map(|schema| type_of(schema, doc, &operation.site.location))
                .transpose()
        };
        let id = &operation.site.id;
        Ok(Self {
            operation: id.clone(),
            component: component.to_owned(),
            name: id.clone(),
            builder: builder(id, doc),
            response: match body::is_bytes(&operation.response_media) {
                true => Some("::bytes::Bytes".to_owned()),
                false => typed(&operation.response)?,
            },
            event: event(operation, doc)?,
            media: operation.payload.as_ref().map(|payload| payload.media),
            args: operation.args.clone(),
            by_value: operation.by_value,
            validate_request: operation.validate_request.clone(),
            validate_response: operation.validate_response.clone(),
            aliases: operation.python.clone(),
            docs: docs(
                operation,
                &operation.summary,
                operation.description.as_deref(),
            ),
            deprecated: operation.deprecated,
            download: operation.is_download(),
            pagination: operation.pagination.clone(),
            location: operation.site.location.clone(),
        })
    }

    /// Creates the method of a view. The extensions' check has validated the view.
    fn view(&self, operation: &Operation, view: &Value, doc: &Value) -> Self {
        let method = string(view, "method").unwrap_or_default();
        Self {
            operation: self.operation.clone(),
            component: string(view, ARGUMENTS).unwrap_or_default().to_owned(),
            name: method.to_owned(),
            builder: builder(method, doc),
            response: string(view, "response").map(str::to_owned),
            event: self.event.clone(),
            media: self.media,
            args: self.args.clone(),
            by_value: self.by_value,
            validate_request: self.validate_request.clone(),
            // A view decodes the response to another type.
            validate_response: None,
            aliases: owned_strings(view.get("python")),
            docs: docs(operation, string(view, "summary").unwrap_or_default(), None),
            deprecated: self.deprecated,
            download: false,
            pagination: None,
            location: self.location.clone(),
        }
    }
}

/// Returns the Rust type of the events of a stream.
fn event(operation: &Operation, doc: &Value) -> Result<Option<String>, Diagnostic> {
    let Some(event) = &operation.event else {
        return Ok(None);
    };
    let location = operation.site.location.key("responses");
    match schema::component(event) {
        Some(_) => type_of(event, doc, &operation.site.location).map(Some),
        None => Err(location.unsupported("a stream of values that are not objects", "use objects")),
    }
}

/// The names that generated modules use.
const IN_SCOPE: [&str; 6] = ["Box", "Option", "Self_", "String", "Vec", "Client"];

/// Returns the name of a method's builder. A component keeps its own.
fn builder(method: &str, doc: &Value) -> String {
    let name = pascal(method);
    let component = schema::components(doc).and_then(|schemas| schemas.get(&name));
    let is_type = component.is_some_and(|schema| !schema::is_by_hand(schema));
    match is_type || IN_SCOPE.contains(&name.as_str()) {
        true => format!("{}Call", name.trim_end_matches('_')),
        false => name,
    }
}

/// Formats the documentation of a method.
fn docs(operation: &Operation, summary: &str, description: Option<&str>) -> String {
    let source = match &operation.grade {
        Some(grade) => format!("`{}`; {grade}.", operation.request_line()),
        None => format!("`{}`.", operation.request_line()),
    };
    let summary = format!("{}.", summary.trim_end_matches('.'));
    let paragraphs = [
        Some(summary.as_str()),
        description.map(str::trim),
        Some(&source),
    ];
    paragraphs
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// Returns the Rust type of a response or an event.
fn type_of(schema: &Value, doc: &Value, location: &Location) -> Result<String, Diagnostic> {
    let location = location.key("responses");
    let unnamed = || location.unsupported("this response", "refer to a component");
    if let Some(name) = schema::component(schema) {
        let component = schema::components(doc).and_then(|schemas| schemas.get(name));
        let component = component.ok_or_else(unnamed)?;
        return Ok(string(component, "x-imagine-rust")
            .unwrap_or(name)
            .to_owned());
    }
    let inner = |key: &str| {
        let inner = schema.get(key).filter(|inner| inner.is_object());
        inner
            .map(|inner| type_of(inner, doc, &location))
            .transpose()
    };
    Ok(match string(schema, "type") {
        Some("array") => format!(
            "Vec<{}>",
            inner("items")?.unwrap_or_else(|| JSON.to_owned())
        ),
        Some("object") => match inner("additionalProperties")? {
            Some(values) => format!("::std::collections::BTreeMap<String, {values}>"),
            None => format!("::serde_json::Map<String, {JSON}>"),
        },
        Some("boolean") => "bool".to_owned(),
        Some("integer") => schema::integer(schema).to_owned(),
        Some("number") => "f64".to_owned(),
        Some("string") => "String".to_owned(),
        None if schema.get("anyOf").is_none() && schema.get("oneOf").is_none() => JSON.to_owned(),
        _ => return Err(unnamed()),
    })
}

const JSON: &str = "::serde_json::Value";
