//! The methods of a client, each with the struct of its arguments.

use serde_json::Value;

use crate::error::{Fault, Place};
use crate::normalise::ARGUMENTS;
use crate::spec::json::{items, owned_texts, text};
use crate::spec::names::pascal;
use crate::spec::operation::{Media, Operation};
use crate::spec::operations;
use crate::spec::schema;

/// One method of a client: an operation, or a view of one.
pub(crate) struct Root {
    pub(crate) operation: String,
    pub(crate) component: String,
    pub(crate) method: String,
    pub(crate) builder: String,
    /// The Rust type of the response.
    pub(crate) response: Option<String>,
    /// The Rust type of the events of a stream.
    pub(crate) event: Option<String>,
    pub(crate) media: Option<Media>,
    pub(crate) positional: Vec<String>,
    pub(crate) whole: bool,
    pub(crate) validate_request: Option<String>,
    pub(crate) validate_response: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) about: String,
    pub(crate) place: Place,
}

impl Root {
    /// The methods of all operations, each followed by its views. Before the arguments are made there
    /// are none.
    pub(crate) fn all(doc: &Value) -> Result<Vec<Self>, Fault> {
        let mut roots = Vec::new();
        for (site, node) in operations::all(doc)? {
            let Some(component) = text(node, ARGUMENTS) else {
                continue;
            };
            let operation = Operation::read(site, node)?;
            let root = Self::of(&operation, component, doc)?;
            let views = items(node, "x-imagine-views").map(|view| root.view(&operation, view));
            let views: Vec<Self> = views.collect();
            roots.push(root);
            roots.extend(views);
        }
        Ok(roots)
    }

    fn of(operation: &Operation, component: &str, doc: &Value) -> Result<Self, Fault> {
        let typed = |schema: &Option<Value>| {
            schema
                .as_ref()
                .map(|schema| type_of(schema, doc, &operation.site.place))
                .transpose()
        };
        let id = &operation.site.id;
        Ok(Self {
            operation: id.clone(),
            component: component.to_owned(),
            method: id.clone(),
            builder: pascal(id),
            response: typed(&operation.response)?,
            event: typed(&operation.event)?,
            media: operation.payload.as_ref().map(|payload| payload.media),
            positional: operation.positional.clone(),
            whole: operation.whole,
            validate_request: operation.validate_request.clone(),
            validate_response: operation.validate_response.clone(),
            aliases: operation.python.clone(),
            about: about(
                operation,
                &operation.summary,
                operation.description.as_deref(),
            ),
            place: operation.site.place.clone(),
        })
    }

    /// The same operation as another method. What a view may hold was checked with the hints.
    fn view(&self, operation: &Operation, view: &Value) -> Self {
        let method = text(view, "method").unwrap_or_default();
        Self {
            operation: self.operation.clone(),
            component: text(view, ARGUMENTS).unwrap_or_default().to_owned(),
            method: method.to_owned(),
            builder: pascal(method),
            response: text(view, "response").map(str::to_owned),
            event: self.event.clone(),
            media: self.media,
            positional: self.positional.clone(),
            whole: self.whole,
            validate_request: self.validate_request.clone(),
            // A view reads the response as another type.
            validate_response: None,
            aliases: owned_texts(view.get("python")),
            about: about(operation, text(view, "summary").unwrap_or_default(), None),
            place: self.place.clone(),
        }
    }
}

/// The documentation of a method.
fn about(operation: &Operation, summary: &str, description: Option<&str>) -> String {
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

/// The Rust type that a schema has.
fn type_of(schema: &Value, doc: &Value, place: &Place) -> Result<String, Fault> {
    let place = place.key("responses");
    let found = schema::component(schema)
        .and_then(|name| Some((name, schema::components(doc)?.get(name)?)));
    let unnamed = || place.cannot_lower("this response", "it must be a reference to a component");
    let (name, component) = found.ok_or_else(unnamed)?;
    if let Some(path) = text(component, "x-imagine-rust") {
        return Ok(path.to_owned());
    }
    if !schema::is_struct(component) && !schema::is_enum(component) {
        return Err(place.cannot_lower(
            "a response that is no object",
            "name its type with `x-imagine-rust`",
        ));
    }
    Ok(name.to_owned())
}
