//! Field types in idiomatic form.

use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Ident, Path, PathArguments, Type, parse_quote};

use crate::openapi::json::string;
use crate::openapi::schema;

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

/// Gives the integers of a type the width and the sign of the innermost schema.
pub(super) fn sized(mut ty: Type, property: &Value) -> Type {
    let mut schema = property;
    while let Some(inner) = schema.get("items") {
        schema = inner;
    }
    if string(schema, "type") == Some("integer") {
        Integers(schema::integer(schema)).visit_type_mut(&mut ty);
    }
    ty
}

struct Integers(&'static str);

impl VisitMut for Integers {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if ident == "i64" || ident == "i32" {
            *ident = Ident::new(self.0, ident.span());
        }
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
    fn integers_have_the_width_and_the_sign_of_their_schema() {
        let of = |ty: &str, property: Value| {
            let ty = sized(syn::parse_str(ty).unwrap(), &property);
            ty.to_token_stream().to_string().replace(' ', "")
        };
        let integer = |more: Value| {
            let mut schema = serde_json::json!({"type": "integer"});
            crate::testing::merge(&mut schema, more);
            schema
        };
        for (more, expected) in [
            (serde_json::json!({}), "i64"),
            (serde_json::json!({"minimum": -1}), "i64"),
            (serde_json::json!({"minimum": 0}), "u64"),
            (serde_json::json!({"format": "int32"}), "i32"),
            (serde_json::json!({"format": "int32", "minimum": 1}), "u32"),
            (serde_json::json!({"format": "uint32"}), "u32"),
            (serde_json::json!({"format": "uint64"}), "u64"),
            (serde_json::json!({"format": "seconds"}), "i64"),
        ] {
            let schema = integer(more);
            assert_eq!(
                of("Option<i64>", schema.clone()),
                format!("Option<{expected}>")
            );
            let list = serde_json::json!({"type": "array", "minItems": 0, "items": schema});
            assert_eq!(of("Vec<i64>", list), format!("Vec<{expected}>"));
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
