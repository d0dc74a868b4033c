//! Emits the typed expectations of the mock: what a test may say of the requests for each operation.

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::format_ident;
use serde_json::Value;
use syn::{Ident, ImplItemFn, Item, parse_quote};

use crate::document::json::{members, string};
use crate::document::names::pascal;
use crate::document::operation::Operation;
use crate::document::schema;
use crate::emit::types::{doc_attrs, sentence};
use crate::model::{Method, Model};
use crate::normalize::{LOCATION, WIRE};

/// Methods that a condition has whatever the operation, private ones too, because Rust lets no two of a type
/// share a name. A field of such a name gets another one.
const TAKEN: [&str; 15] = [
    "at",
    "clone",
    "field",
    "header",
    "in_body",
    "in_header",
    "in_path",
    "in_query",
    "into_conditions",
    "json",
    "json_includes",
    "matches",
    "new",
    "parameter",
    "with",
];

/// The items of the module of an API.
pub(crate) fn items(model: &Model<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = vec![parse_quote!(
        use crate::{MockServer, expect};
    )];
    for operation in &model.operations {
        items.extend(marker(operation));
        items.push(conditions(operation, model));
    }
    items.push(methods(model));
    items
}

/// The type that stands for an operation, with what it can do.
fn marker(operation: &Operation) -> Vec<Item> {
    let (name, id) = (name(operation), &operation.site.id);
    let summary = sentence(&operation.summary);
    let docs = doc_attrs(&format!("{summary}\n\n`{}`", operation.request_line()));
    let mut items: Vec<Item> = vec![
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Copy, Debug)]
            pub struct #name;
        },
        parse_quote! {
            impl expect::Operation for #name {
                const ID: &'static str = #id;
            }
        },
    ];
    if operation.event.is_some() {
        items.push(parse_quote!(impl expect::StreamingOperation for #name {}));
    }
    items
}

fn name(operation: &Operation) -> Ident {
    format_ident!("{}", pascal(&operation.site.id))
}

/// One method for each field of the request.
fn conditions(operation: &Operation, model: &Model<'_>) -> Item {
    let name = name(operation);
    // The views of an operation take what the operation takes.
    let is_its =
        |method: &&Method| method.operation == operation.site.id && method.name == method.operation;
    let arguments = model.methods.iter().find(is_its);
    let arguments = arguments.and_then(|method| model.schemas.get(&method.component));
    let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
    let methods: Vec<ImplItemFn> = arguments
        .into_iter()
        .flat_map(|arguments| members(arguments, "properties"))
        .map(|(field, property)| condition(field, property, model, &mut taken))
        .collect();
    parse_quote! {
        impl expect::When<#name> {
            #(#methods)*
        }
    }
}

fn condition(
    field: &str,
    property: &Value,
    model: &Model<'_>,
    taken: &mut BTreeSet<String>,
) -> ImplItemFn {
    let location = string(property, LOCATION).unwrap_or("body");
    let wire = string(property, WIRE).unwrap_or(field);
    let docs = doc_attrs(&format!("What `{wire}` in the {location} must be."));
    let (method, kind) = (method(field, taken), kind(property, model));
    let location = format_ident!("in_{location}");
    parse_quote! {
        #(#docs)*
        pub fn #method(&self, is: impl expect::IntoMatcher<expect::#kind>) -> Self {
            self.#location(#wire, is)
        }
    }
}

/// A name that Rust allows and nothing else has.
fn method(field: &str, taken: &mut BTreeSet<String>) -> Ident {
    let is_good = |c: char| c.is_alphanumeric() || c == '_';
    let mut name: String = field
        .chars()
        .map(|c| if is_good(c) { c } else { '_' })
        .collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_numeric()) {
        name.insert_str(0, "field_");
    }
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    word(&name)
}

/// A word that means something in Rust, written so that it does not.
fn word(name: &str) -> Ident {
    let raw = || syn::parse_str::<Ident>(&format!("r#{name}")).ok();
    syn::parse_str::<Ident>(name)
        .ok()
        .or_else(raw)
        .unwrap_or_else(|| Ident::new(&format!("{name}_"), Span::call_site()))
}

/// The kind of value that a field is compared with.
fn kind(property: &Value, model: &Model<'_>) -> Ident {
    let component = schema::component(property).and_then(|name| model.schemas.get(name));
    let schema = component.unwrap_or(property);
    let is_choice = ["anyOf", "oneOf"]
        .iter()
        .any(|key| schema.get(key).is_some());
    let kind = match string(schema, "type") {
        _ if is_choice => "JsonValue",
        Some("string") => "JsonString",
        Some("integer") => "JsonInteger",
        Some("number") => "JsonNumber",
        Some("boolean") => "JsonBoolean",
        _ => "JsonValue",
    };
    format_ident!("{kind}")
}

/// One method of the mock for each operation.
fn methods(model: &Model<'_>) -> Item {
    let methods = model.operations.iter().map(|operation| {
        let (name, id) = (name(operation), &operation.site.id);
        let method = format_ident!("expect_{id}");
        let docs = doc_attrs(&format!(
            "Expects requests for `{id}`: {}\n\n# Panics\n\nAs [`MockServer::expect`] does.",
            sentence(&operation.summary)
        ));
        parse_quote! {
            #(#docs)*
            #[track_caller]
            pub fn #method<R>(
                &self,
                script: impl FnOnce(expect::When<#name>, expect::Then<#name>) -> R,
            ) -> expect::Expectation {
                self.expect(script)
            }
        }
    });
    let methods: Vec<ImplItemFn> = methods.collect();
    parse_quote! {
        /// What requests the mock is to expect.
        impl MockServer {
            #(#methods)*
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_a_condition_is_taken() {
        let source = include_str!("../../../imagine-mock/src/expect/when.rs");
        let file = syn::parse_file(source).unwrap();
        let is_condition = |ty: &syn::Type| matches!(ty, syn::Type::Path(path) if path.path.segments.iter().any(|part| part.ident == "When"));
        let mut methods = BTreeSet::new();
        for item in file.items {
            if let Item::Impl(block) = item
                && is_condition(&block.self_ty)
                && block.trait_.is_none()
            {
                methods.extend(block.items.into_iter().filter_map(|item| match item {
                    syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                    _ => None,
                }));
            }
        }
        methods.insert("clone".to_owned());
        assert_eq!(methods, TAKEN.map(str::to_owned).into());
    }

    #[test]
    fn a_field_of_any_name_has_a_method_of_its_own() {
        let mut taken: BTreeSet<String> = TAKEN.map(str::to_owned).into();
        let names = [
            "model", "type", "self", "json", "a-b", "a_b", "2d", "straße",
        ];
        let names = names.map(|name| method(name, &mut taken).to_string());
        let expected = [
            "model", "r#type", "self_", "json_", "a_b", "a_b_", "field_2d", "straße",
        ];
        assert_eq!(names, expected);
    }
}
