//! The encoding of values outside of a JSON body.

use serde_json::Value;

use super::formats::FILE;
use crate::diagnostic::Diagnostic;
use crate::openapi::body::{Media, URL_ENCODED};
use crate::openapi::json::{boolean, members, members_mut, set, string};
use crate::openapi::lowered::STYLE;
use crate::openapi::operation::Operation;
use crate::openapi::parameter::Parameter;
use crate::openapi::schema::{self, Kind};

/// Returns the style of a parameter by the name in the derive: none for the default encoding.
pub(super) fn of_parameter(
    parameter: &Parameter,
    doc: &Value,
) -> Result<Option<&'static str>, Diagnostic> {
    let Parameter { node, location, .. } = parameter;
    let kind = Kind::of(&parameter.schema, doc);
    let items_are_scalar = kind.item().is_none_or(|item| *item == Kind::Scalar);
    let style = string(node, "style");
    let explodes = node.get("explode").and_then(Value::as_bool);
    let explodes = explodes.unwrap_or(matches!(style, None | Some("form" | "deepObject")));
    let reject = |message: &str, help: &str| Err(location.unsupported(message, help));
    let unknown = || {
        let message = format!("the style `{}`", style.unwrap_or_default());
        Err(location.key("style").unsupported(&message, "remove it"))
    };
    if node.get("content").is_some() {
        return match parameter.sent_in.as_str() {
            "query" => Ok(Some("json")),
            _ => reject(
                "JSON outside of the query and the body",
                "write it as a string",
            ),
        };
    }
    match (parameter.sent_in.as_str(), &kind) {
        (_, Kind::List(_)) if !items_are_scalar => reject(
            "a list of objects outside of a JSON body",
            "write `content` with `application/json`",
        ),
        ("query", Kind::Object) => match (style, explodes) {
            (None | Some("form"), true) => Ok(Some("members")),
            (Some("deepObject"), true) => Ok(Some("deep_object")),
            (None | Some("form"), false) => reject(
                "an object in one parameter",
                "write `style: deepObject` or `explode: true`",
            ),
            _ => unknown(),
        },
        ("query", Kind::List(_)) => match style {
            _ if explodes
                && matches!(
                    style,
                    None | Some("form" | "spaceDelimited" | "pipeDelimited")
                ) =>
            {
                Ok(None)
            }
            None | Some("form") => Ok(Some("comma")),
            Some("spaceDelimited") => Ok(Some("space")),
            Some("pipeDelimited") => Ok(Some("pipe")),
            _ => unknown(),
        },
        ("query" | "cookie", Kind::Scalar) if matches!(style, None | Some("form")) => Ok(None),
        ("path", Kind::Scalar) | ("header", Kind::Scalar | Kind::List(_))
            if matches!(style, None | Some("simple")) =>
        {
            Ok(None)
        }
        ("path", Kind::List(_)) => reject("a list in the path", "use a string"),
        ("cookie", Kind::List(_)) => reject("a list in a cookie", "use a string"),
        (_, Kind::Object) => reject(
            "an object outside of the query and the body",
            "use a string",
        ),
        (_, Kind::Any) => reject("a parameter of any type", "write a `type`"),
        _ => unknown(),
    }
}

/// Marks the parts of forms that are JSON documents, and makes binary strings files.
pub(super) fn mark_form_parts(doc: &mut Value) -> Result<usize, Diagnostic> {
    let operations = Operation::all(doc)?;
    operations
        .iter()
        .try_for_each(|operation| check_url_encoded(operation, doc))?;
    let forms: Vec<String> = operations
        .iter()
        .filter_map(|operation| operation.payload.as_ref())
        .filter(|payload| payload.media == Media::Form)
        .filter_map(|payload| schema::component(&payload.schema).map(str::to_owned))
        .collect();
    let mut marked = 0;
    let mut has_files = false;
    for name in forms {
        let original = doc.clone();
        let Some(form) = schema::components_mut(doc).and_then(|schemas| schemas.get_mut(&name))
        else {
            continue;
        };
        for (_, property) in members_mut(form, "properties") {
            if is_binary(property) {
                FILE.replace(property);
                has_files = true;
            } else if let Some(items) = property.get_mut("items").filter(|items| is_binary(items)) {
                FILE.replace(items);
                has_files = true;
            } else if Kind::of(property, &original).is_json() {
                set(property, STYLE, "json");
            } else {
                continue;
            }
            marked += 1;
        }
    }
    if has_files {
        FILE.define(doc);
    }
    Ok(marked)
}

/// Rejects parts that a URL-encoded form cannot express in one way.
fn check_url_encoded(operation: &Operation, doc: &Value) -> Result<(), Diagnostic> {
    let payload = operation.payload.as_ref();
    let Some(payload) = payload.filter(|payload| payload.media == Media::UrlEncoded) else {
        return Ok(());
    };
    let named =
        schema::component(&payload.schema).and_then(|name| schema::components(doc)?.get(name));
    for (key, property) in members(named.unwrap_or(&payload.schema), "properties") {
        if is_binary(property) || Kind::of(property, doc).is_json() {
            let construct = format!("the field `{key}` of a URL-encoded form");
            let help = "write a string, a number or a list of these, or use `multipart/form-data`";
            let location = operation.site.location.key("requestBody").key("content");
            let location = location.key(URL_ENCODED).key("schema");
            return Err(location.unsupported(&construct, help));
        }
    }
    Ok(())
}

fn is_binary(schema: &Value) -> bool {
    string(schema, "format") == Some("binary")
        && !schema::is_by_hand(schema)
        && !boolean(schema, "nullable")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    /// Returns the style of a parameter in YAML, or the error.
    fn style(parameter: &str) -> String {
        let doc = testing::spec(&format!(
            "{{paths: {{/ask: {{post: {{parameters: [{parameter}]}}}}}},
               components: {{schemas: {{Thing: {{type: object, properties: {{}}}}}}}}}}"
        ));
        let operations = Operation::all(&doc).unwrap();
        match of_parameter(&operations[0].parameters[0], &doc) {
            Ok(style) => style.unwrap_or("-").to_owned(),
            Err(diagnostic) => diagnostic.message,
        }
    }

    // P3
    #[test]
    fn every_style_of_the_query_has_an_encoding() {
        let list = "schema: {type: array, items: {type: string}}";
        let object = "schema: {$ref: '#/components/schemas/Thing'}";
        for (parameter, expected) in [
            (format!("{{name: a, in: query, {list}}}"), "-"),
            (
                format!("{{name: a, in: query, explode: false, {list}}}"),
                "comma",
            ),
            (
                format!("{{name: a, in: query, style: spaceDelimited, {list}}}"),
                "space",
            ),
            (
                format!("{{name: a, in: query, style: pipeDelimited, {list}}}"),
                "pipe",
            ),
            (
                format!("{{name: a, in: query, style: pipeDelimited, explode: true, {list}}}"),
                "-",
            ),
            (
                format!("{{name: a, in: query, style: deepObject, {object}}}"),
                "deep_object",
            ),
            (format!("{{name: a, in: query, {object}}}"), "members"),
            (
                format!("{{name: a, in: query, content: {{application/json: {{{object}}}}}}}"),
                "json",
            ),
            (format!("{{name: a, in: header, {list}}}"), "-"),
            (
                format!("{{name: a, in: query, style: label, {list}}}"),
                "the style `label` is not supported",
            ),
            (
                format!("{{name: a, in: header, {object}}}"),
                "an object outside of the query and the body is not supported",
            ),
            (
                format!("{{name: a, in: cookie, {list}}}"),
                "a list in a cookie is not supported",
            ),
            (
                "{name: a, in: query, schema: {}}".to_owned(),
                "a parameter of any type is not supported",
            ),
        ] {
            assert_eq!(style(&parameter), expected, "{parameter}");
        }
    }
}
