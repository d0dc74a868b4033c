//! Field types in idiomatic form.

use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Ident, Path, PathArguments, Type, parse_quote};

use crate::openapi::json::string;

/// Removes the paths of types in scope, and moves `Option` out of `Box`, where typify writes the reverse.
pub(super) fn shorten(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Shorten.visit_type_mut(&mut ty);
    ty
}

/// Wraps a type in `Option`.
pub(super) fn optional(ty: Type) -> Type {
    if is_option(&ty) {
        ty
    } else {
        parse_quote!(Option<#ty>)
    }
}

/// Removes an outer `Option`.
pub(super) fn without_option(ty: Type) -> Type {
    argument(&ty, "Option").cloned().unwrap_or(ty)
}

/// Makes the integers of a type unsigned if the specification sets a minimum of 0 or more.
pub(super) fn unsigned(mut ty: Type, property: &Value) -> Type {
    let items = property.get("items").unwrap_or(property);
    let is_unsigned = |schema: &Value| {
        let minimum = schema.get("minimum").and_then(Value::as_f64);
        string(schema, "type") == Some("integer") && minimum.is_some_and(|minimum| minimum >= 0.0)
    };
    if is_unsigned(property) || is_unsigned(items) {
        Unsigned.visit_type_mut(&mut ty);
    }
    ty
}

struct Unsigned;

impl VisitMut for Unsigned {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        let unsigned = match ident.to_string().as_str() {
            "i32" => "u32",
            "i64" => "u64",
            _ => return,
        };
        *ident = Ident::new(unsigned, ident.span());
    }
}

/// Returns the path of the function that decides if an optional value is skipped.
pub(super) fn emptiness(ty: &Type) -> Option<String> {
    let Type::Path(ty) = ty else {
        return None;
    };
    let last = ty.path.segments.last()?.ident.to_string();
    match last.as_str() {
        "Option" => Some("Option::is_none".to_owned()),
        "Vec" | "Map" | "BTreeMap" => {
            let mut path = ty.path.clone();
            path.segments
                .iter_mut()
                .for_each(|segment| segment.arguments = PathArguments::None);
            Some(format!(
                "{}::is_empty",
                quote::quote!(#path).to_string().replace(' ', "")
            ))
        }
        _ => None,
    }
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(ty) if ty.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// Returns the argument of a generic type with this name.
fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(ty) = ty else {
        return None;
    };
    let last = ty.path.segments.last().filter(|last| last.ident == name)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(argument) => Some(argument),
            _ => None,
        },
        _ => None,
    }
}

struct Shorten;

impl VisitMut for Shorten {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Some(inner) = argument(ty, "Box").and_then(|boxed| argument(boxed, "Option")) {
            *ty = parse_quote!(Option<Box<#inner>>);
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let in_scope = matches!(
            names.as_slice(),
            ["std", "option", "Option"]
                | ["std", "vec", "Vec"]
                | ["std", "string", "String"]
                | ["std", "boxed", "Box"]
        );
        if in_scope && let Some(last) = path.segments.pop() {
            *path = Path::from(last.into_value());
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn shortened(text: &str) -> String {
        shorten(&syn::parse_str(text).unwrap())
            .to_token_stream()
            .to_string()
            .replace(' ', "")
    }

    #[test]
    fn shorten_keeps_paths_that_are_not_in_scope() {
        assert_eq!(
            shortened("::std::option::Option<::std::vec::Vec<::std::string::String>>"),
            "Option<Vec<String>>"
        );
        assert_eq!(
            shortened("::serde_json::Map<::std::string::String, a::Vec>"),
            "::serde_json::Map<String,a::Vec>"
        );
    }

    #[test]
    fn shorten_moves_option_out_of_box() {
        let node = "::std::boxed::Box<::std::option::Option<Node>>";
        assert_eq!(shortened(node), "Option<Box<Node>>");
    }

    #[test]
    fn counts_are_unsigned() {
        let of = |ty: &str, property: Value| {
            let ty = unsigned(syn::parse_str(ty).unwrap(), &property);
            ty.to_token_stream().to_string().replace(' ', "")
        };
        let count = serde_json::json!({"type": "integer", "minimum": 0});
        assert_eq!(of("Option<i64>", count.clone()), "Option<u64>");
        let list = serde_json::json!({"type": "array", "items": count});
        assert_eq!(of("Vec<i64>", list), "Vec<u64>");
        for signed in [
            serde_json::json!({"type": "integer"}),
            serde_json::json!({"type": "integer", "minimum": -1}),
            serde_json::json!({"type": "array", "minItems": 0, "items": {"type": "integer"}}),
        ] {
            assert_eq!(of("Vec<i64>", signed), "Vec<i64>");
        }
    }

    #[test]
    fn emptiness_returns_the_function_of_the_type() {
        let of = |text| emptiness(&syn::parse_str(text).unwrap());
        assert_eq!(of("Option<f64>").as_deref(), Some("Option::is_none"));
        assert_eq!(
            of("::serde_json::Map<String, f64>").as_deref(),
            Some("::serde_json::Map::is_empty")
        );
        assert_eq!(of("String"), None);
    }
}
