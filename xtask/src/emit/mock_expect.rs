//! Emits the typed expectations of the mock: matchers for the requests of each operation.

use std::collections::BTreeSet;

use quote::format_ident;
use serde_json::Value;
use syn::{Ident, ImplItemFn, Item, parse_quote};

use crate::apis::Api;
use crate::emit::mock_apis::variant;
use crate::emit::types::{doc_attrs, sentence};
use crate::model::{Method, Model};
use crate::openapi::json::{members, string};
use crate::openapi::lowered::{LOCATION, WIRE};
use crate::openapi::names::{pascal, snake};
use crate::openapi::operation::Operation;
use crate::openapi::schema;

/// The methods of every `When`, private ones included: Rust permits no two methods of one name on a type. A field with
/// such a name gets another.
const RESERVED: [&str; 17] = [
    "argument",
    "at",
    "clone",
    "field",
    "header",
    "in_body",
    "in_cookie",
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

/// Returns the items of an API's module.
pub(crate) fn items(model: &Model<'_>, api: &Api) -> Vec<Item> {
    let mut items: Vec<Item> = vec![parse_quote!(
        use crate::{Api, Fault, MockServer, UnknownOperation, expect};
    )];
    let handle = format_ident!("{}Mock", variant(api));
    for operation in &model.operations {
        items.extend(marker(operation, api, &handle));
        items.push(conditions(operation, &handle, model));
    }
    items.extend(accessors(model, api, &handle));
    items
}

/// Returns the type of an operation and its trait implementations.
fn marker(operation: &Operation, api: &Api, handle: &Ident) -> Vec<Item> {
    let (name, id) = (name(operation, handle), &operation.site.id);
    let api = variant(api);
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
                const API: Api = Api::#api;
                const ID: &'static str = #id;
            }
        },
    ];
    if operation.event.is_some() {
        items.push(parse_quote!(impl expect::StreamingOperation for #name {}));
    }
    items
}

/// Returns the name of an operation's type, which must not be the name of an imported one.
fn name(operation: &Operation, handle: &Ident) -> Ident {
    match pascal(&operation.site.id).as_str() {
        "Self_" => format_ident!("SelfCall"),
        name if handle == name || IN_SCOPE.contains(&name) => format_ident!("{name}Call"),
        name => format_ident!("{name}"),
    }
}

/// The names that generated modules import or that are in every scope.
const IN_SCOPE: [&str; 9] = [
    "Api",
    "Err",
    "Fault",
    "FnOnce",
    "MockServer",
    "Ok",
    "Result",
    "Self",
    "UnknownOperation",
];

/// Returns an impl with one method for each field of the request.
fn conditions(operation: &Operation, handle: &Ident, model: &Model<'_>) -> Item {
    let name = name(operation, handle);
    // The views of an operation take the same arguments.
    let is_primary =
        |method: &&Method| method.operation == operation.site.id && method.name == method.operation;
    let arguments = model.methods.iter().find(is_primary);
    let arguments = arguments.and_then(|method| model.schemas.get(&method.component));
    let payload = operation.payload.as_ref();
    let is_whole = payload.is_some_and(|payload| payload.media.is_whole());
    let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
    let methods: Vec<ImplItemFn> = arguments
        .into_iter()
        .flat_map(|arguments| members(arguments, "properties"))
        // A body that is not an object has no fields to match.
        .filter(|(_, property)| !is_whole || property.get(LOCATION).is_some())
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
    let docs = doc_attrs(&format!("Matches `{wire}` in the {location}."));
    let (method, kind) = (method(field, taken), kind(property, model));
    let location = format_ident!("in_{location}");
    parse_quote! {
        #(#docs)*
        pub fn #method(&self, is: impl expect::IntoMatcher<expect::#kind>) -> Self {
            self.#location(#wire, is)
        }
    }
}

/// Creates a valid and unique method name, the name of the field in the SDK if it is free.
fn method(field: &str, taken: &mut BTreeSet<String>) -> Ident {
    let mut name = snake(field);
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    format_ident!("{name}")
}

/// Returns the JSON type of a field's values.
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

/// Returns the handle of the API, the accessors of the mock, and the methods that expect requests for operations.
fn accessors(model: &Model<'_>, api: &Api, handle: &Ident) -> Vec<Item> {
    let (accessor, variant) = (format_ident!("{}", api.name), variant(api));
    let endpoint = format_ident!("{}_endpoint", api.name);
    let title = api.title();
    let handle_docs = format!(" The {title} of a mock, which [`MockServer::{accessor}`] returns.");
    let accessor_docs =
        format!(" Returns the {title} of the mock: its endpoint, faults and expectations.");
    let endpoint_docs = format!(" Returns the base URL of the {title}, without a trailing slash.");
    let methods = expect_methods(model, handle);
    let shortcuts = if api.shortcuts {
        methods.as_slice()
    } else {
        &[]
    };
    vec![
        parse_quote! {
            #[doc = #handle_docs]
            #[derive(Clone, Copy, Debug)]
            pub struct #handle<'a>(&'a MockServer);
        },
        parse_quote! {
            impl<'a> #handle<'a> {
                #[doc = #endpoint_docs]
                pub fn endpoint(&self) -> &'a str {
                    self.0.endpoint(Api::#variant)
                }

                /// Adds a fault for the requests of an operation, as [`MockServer::fault`] does.
                ///
                /// # Errors
                ///
                /// Fails if the API has no operation with this name, and lists the known operations.
                pub fn fault(&self, operation: &str, fault: Fault) -> Result<(), UnknownOperation> {
                    self.0.fault_of(Api::#variant, operation, fault)
                }

                /// Expects requests for an operation, as [`MockServer::expect`] does.
                #[track_caller]
                fn expect<O: expect::Operation, R>(
                    &self,
                    script: impl FnOnce(expect::When<O>, expect::Then<O>) -> R,
                ) -> expect::Expectation {
                    self.0.expect(script)
                }
            }
        },
        parse_quote! {
            /// Typed expectations.
            impl #handle<'_> {
                #(#methods)*
            }
        },
        parse_quote! {
            /// Typed expectations.
            impl MockServer {
                #[doc = #accessor_docs]
                pub fn #accessor(&self) -> #handle<'_> {
                    #handle(self)
                }

                #[doc = #endpoint_docs]
                pub fn #endpoint(&self) -> &str {
                    self.endpoint(Api::#variant)
                }

                #(#shortcuts)*
            }
        },
    ]
}

/// Returns one method for each operation.
fn expect_methods(model: &Model<'_>, handle: &Ident) -> Vec<ImplItemFn> {
    let methods = model.operations.iter().map(|operation| {
        let (name, id) = (name(operation, handle), &operation.site.id);
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
    methods.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_the_methods_of_when() {
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
        assert_eq!(methods, RESERVED.map(str::to_owned).into());
    }

    #[test]
    fn a_field_of_any_name_gets_a_unique_method() {
        let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
        let names = [
            "model", "type", "self", "json", "a-b", "a_b", "2d", "straße",
        ];
        let names = names.map(|name| method(name, &mut taken).to_string());
        let expected = [
            "model", "type_", "self_", "json_", "a_b", "a_b_", "x2d", "straße",
        ];
        assert_eq!(names, expected);
    }
}
