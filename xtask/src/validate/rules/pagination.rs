//! The rule for operations whose response is a page of a list.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::Node;
use crate::openapi::body::{JSON, is_success};
use crate::openapi::json::{items, members, string, strings};
use crate::openapi::operations::METHODS;
use crate::openapi::pagination::{PAGINATION, PageStyle, Pagination};
use crate::openapi::reference;
use crate::openapi::shapes::PATH;
use crate::validate::spec::Spec;

/// `x-pagination` names parameters of the operation and properties of its response, of the right types.
pub(super) fn valid(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for item in spec.each(&PATH) {
        let operations = METHODS
            .iter()
            .filter_map(|method| Some((method, item.value.get(method)?)));
        for (method, node) in operations {
            let Some(pagination) = node.get(PAGINATION).and_then(Pagination::read) else {
                continue;
            };
            let mut pages = Pages {
                schemas: Schemas { doc: spec.doc },
                pagination: &pagination,
                location: location(item, method, node),
                found: Vec::new(),
            };
            pages.check(item.value, node);
            found.extend(pages.found);
        }
    }
    found
}

fn location(item: &Node<'_>, method: &str, operation: &Value) -> Location {
    let location = item.location.key(method).key(PAGINATION);
    match string(operation, "operationId") {
        Some(id) => location.in_operation(id),
        None => location,
    }
}

/// The deepest nesting of references and `allOf` that is followed.
const DEEPEST: usize = 16;

const INTEGER: &[&str] = &["integer"];

struct Pages<'a> {
    schemas: Schemas<'a>,
    pagination: &'a Pagination,
    location: Location,
    found: Vec<Diagnostic>,
}

impl<'a> Pages<'a> {
    fn check(&mut self, path_item: &'a Value, operation: &'a Value) {
        let (pagination, schemas) = (self.pagination, self.schemas);
        let positions: &[&str] = match pagination.style {
            PageStyle::Cursor => &["string", "integer"],
            PageStyle::Page | PageStyle::Offset => INTEGER,
        };
        let arguments = [path_item, operation];
        self.check_parameter("parameter", &pagination.parameter, &arguments, positions);
        if let Some(size) = &pagination.size {
            self.check_parameter("size", size, &arguments, INTEGER);
        }
        self.check_facts();
        match schemas.response(operation) {
            Some(response) => self.check_response(response, positions),
            None => self.report(
                "style",
                "the operation has no JSON response",
                "remove the extension",
            ),
        }
    }

    fn report(&mut self, key: &str, message: impl Into<String>, help: &str) {
        let location = self.location.key(key);
        self.found.push(Diagnostic::new(&location, message, help));
    }

    fn check_parameter(&mut self, key: &str, name: &str, arguments: &[&'a Value], types: &[&str]) {
        let schemas = self.schemas;
        let schema = arguments
            .iter()
            .find_map(|node| schemas.argument(node, name));
        let Some(schema) = schema else {
            let message = format!(
                "`{name}` is neither a parameter of the operation nor a property of its body"
            );
            return self.report(key, message, "name the parameter as the request does");
        };
        if !schemas.has_type(schema, types) {
            let message = format!(
                "the parameter `{name}` is not of the type {}",
                types.join(" or ")
            );
            self.report(
                key,
                message,
                "correct its schema, or the style of the pagination",
            );
        }
    }

    /// Checks that the style uses the facts.
    fn check_facts(&mut self) {
        let (style, facts) = (self.pagination.style, &self.pagination.facts);
        let is_cursor = style == PageStyle::Cursor;
        if is_cursor && facts.next.is_none() {
            let help = "add `next` with the property that contains the next cursor";
            self.report("style", "the style `cursor` needs `next`", help);
        }
        let useless = [
            ("next", facts.next.is_some() && !is_cursor),
            ("total", facts.total.is_some() && is_cursor),
            ("pages", facts.pages.is_some() && style != PageStyle::Page),
        ];
        for (key, _) in useless.into_iter().filter(|(_, useless)| *useless) {
            let message = format!("`{key}` has no effect on the style `{}`", style.name());
            self.report(key, message, "remove it");
        }
    }

    fn check_response(&mut self, response: &'a Value, cursor: &[&str]) {
        let (pagination, schemas) = (self.pagination, self.schemas);
        match schemas.nested(response, &pagination.items) {
            Some(list) if schemas.has_type(list, &["array"]) => {
                let item = schemas.resolved(list).get("items").unwrap_or(&Value::Null);
                for id in &pagination.item_ids {
                    if schemas.property(item, id, DEEPEST).is_none() {
                        let message = format!("the items have no property `{id}`");
                        self.report("item_ids", message, "name properties that identify an item");
                    }
                }
            }
            _ => {
                let message = format!(
                    "`{}` is not a list in the response",
                    pagination.items.join(".")
                );
                let help = "name the property with the items; of a nested one, `data.items`";
                self.report("items", message, help);
            }
        }
        let facts = &pagination.facts;
        let expected = [
            ("next", &facts.next, cursor),
            ("has_more", &facts.has_more, &["boolean"]),
            ("total", &facts.total, INTEGER),
            ("pages", &facts.pages, INTEGER),
        ];
        for (key, path, types) in expected {
            let Some(path) = path else {
                continue;
            };
            let schema = schemas.nested(response, path);
            if !schema.is_some_and(|schema| schemas.has_type(schema, types)) {
                let message = format!(
                    "`{}` is not a property of the response of the type {}",
                    path.join("."),
                    types.join(" or ")
                );
                self.report(key, message, "name the property as the response does");
            }
        }
    }
}

/// Schemas of a document, through references.
#[derive(Clone, Copy)]
struct Schemas<'a> {
    doc: &'a Value,
}

impl<'a> Schemas<'a> {
    /// Returns the schema of a parameter, or of a property of the JSON body.
    fn argument(self, node: &'a Value, name: &str) -> Option<&'a Value> {
        let mut parameters =
            items(node, "parameters").filter_map(|one| reference::resolve(self.doc, one));
        let parameter = parameters.find(|parameter| string(parameter, "name") == Some(name));
        if let Some(parameter) = parameter {
            return parameter.get("schema");
        }
        let body = reference::resolve(self.doc, node.get("requestBody")?)?;
        let mut contents =
            members(body, "content").filter_map(|(_, content)| content.get("schema"));
        contents.find_map(|schema| self.property(schema, name, DEEPEST))
    }

    /// Returns the schema of the JSON response.
    fn response(self, operation: &'a Value) -> Option<&'a Value> {
        let responses = members(operation, "responses");
        let mut good = responses.filter(|(status, _)| is_success(operation, status));
        good.find_map(|(_, response)| {
            let response = reference::resolve(self.doc, response)?;
            response.get("content")?.get(JSON)?.get("schema")
        })
    }

    fn nested(self, schema: &'a Value, path: &[String]) -> Option<&'a Value> {
        path.iter()
            .try_fold(schema, |schema, name| self.property(schema, name, DEEPEST))
    }

    /// Returns a property of an object or of the parts of its `allOf`.
    fn property(self, schema: &'a Value, name: &str, depth: usize) -> Option<&'a Value> {
        let depth = depth.checked_sub(1)?;
        let schema = reference::resolve(self.doc, schema)?;
        let own = schema
            .get("properties")
            .and_then(|properties| properties.get(name));
        own.or_else(|| {
            let mut parts = items(schema, "allOf");
            parts.find_map(|part| self.property(part, name, depth))
        })
    }

    fn has_type(self, schema: &Value, types: &[&str]) -> bool {
        let schema = self.resolved(schema);
        // OpenAPI 3.1 has lists of types.
        let several = strings(schema.get("type"));
        string(schema, "type")
            .into_iter()
            .chain(several)
            .any(|name| types.contains(&name))
    }

    /// Follows references, and the parts of an `allOf` or of a nullable `anyOf` up to the first one with a type.
    fn resolved(self, schema: &'a Value) -> &'a Value {
        let mut current = schema;
        for _ in 0..DEEPEST {
            current = reference::resolve(self.doc, current).unwrap_or(current);
            let part = ["allOf", "anyOf", "oneOf"]
                .iter()
                .find_map(|key| items(current, key).next());
            match part {
                Some(part) if current.get("type").is_none() => current = part,
                _ => break,
            }
        }
        current
    }
}
