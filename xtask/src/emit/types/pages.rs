//! Requests for the pages of a list.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, ItemStruct, Type, parse_quote};

use super::access::{Access, Borrow, Form, argument, is};
use super::named::{self, Named};
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::emit::typify::TypifyOutput;
use crate::model::{Method, Model};
use crate::openapi::pagination::{PAGINATION, PageStyle, Pagination};

/// Implements `PageRequest` for the paginated operations of the API. `types` are the emitted types.
pub(super) fn implementations<'a>(
    model: &'a Model<'_>,
    raw: &TypifyOutput,
    types: &[(&String, Item)],
) -> Result<Vec<(&'a String, Item)>, Diagnostic> {
    let structs = types.iter().filter_map(|(name, item)| match item {
        Item::Struct(item) => Some((name.as_str(), item)),
        _ => None,
    });
    let structs = structs.collect();
    let paginated = model
        .methods
        .iter()
        .filter_map(|method| Some((method, method.pagination.as_ref()?)));
    let implement = |(method, pagination): (&'a Method, &'a Pagination)| {
        let pages = Pages {
            model,
            raw,
            structs: &structs,
            pagination,
            location: method.location.key(PAGINATION),
        };
        Ok((&method.component, pages.implement(method)?))
    };
    paginated.map(implement).collect()
}

struct Pages<'a> {
    model: &'a Model<'a>,
    raw: &'a TypifyOutput,
    structs: &'a BTreeMap<&'a str, &'a ItemStruct>,
    pagination: &'a Pagination,
    location: Location,
}

impl Pages<'_> {
    fn implement(&self, method: &Method) -> Result<Item, Diagnostic> {
        let pagination = self.pagination;
        let name = format_ident!("{}", method.component);
        let response = method.response.as_deref().unwrap_or_default();
        let response: Type = syn::parse_str(response).map_err(|_| self.unsupported())?;
        let list = self.access(&response, &pagination.items, Borrow::Yes)?;
        let item = argument(&list.ty, "Vec").ok_or_else(|| self.unsupported())?;
        let items = list.items();
        let into_items = self
            .access(&response, &pagination.items, Borrow::No)?
            .into_items();
        let (position, set_position) = self.position(&method.component)?;
        let page_size = self.page_size(&method.component)?;
        let item_id = self.item_id(item)?;
        let facts = &pagination.facts;
        let info = [
            (
                "next",
                &facts.next,
                Access::string as fn(&Access) -> Option<TokenStream>,
            ),
            ("has_more", &facts.has_more, Access::boolean),
            ("total", &facts.total, Access::number),
            ("pages", &facts.pages, Access::number),
        ];
        let info = info.into_iter().map(|(key, path, convert)| {
            let Some(path) = path else {
                return Ok(None);
            };
            let key = format_ident!("{key}");
            let access = self.access(&response, path, Borrow::Yes)?;
            let value = convert(&access).ok_or_else(|| self.unsupported())?;
            Ok(Some(quote!(#key: #value,)))
        });
        let info: Vec<_> = info.collect::<Result<Vec<_>, Diagnostic>>()?;
        let info: Vec<_> = info.into_iter().flatten().collect();
        let rest = (info.len() < 4).then(|| quote!(..crate::request::PageInfo::default()));
        let page = match info.is_empty() {
            true => format_ident!("_page"),
            false => format_ident!("page"),
        };
        Ok(parse_quote! {
            impl crate::request::PageRequest for #name {
                type Item = #item;
                fn position(&self) -> crate::request::PagePosition {
                    #position
                }
                fn set_position(&mut self, position: crate::request::PagePosition) {
                    #set_position
                }
                #page_size
                fn info(#page: &Self::Response) -> crate::request::PageInfo {
                    crate::request::PageInfo { #(#info)* #rest }
                }
                fn items(page: &Self::Response) -> &[Self::Item] {
                    #items
                }
                fn into_items(page: Self::Response) -> Vec<Self::Item> {
                    #into_items
                }
                #item_id
            }
        })
    }

    /// Returns the bodies of `position` and `set_position`.
    fn position(&self, component: &str) -> Result<(TokenStream, TokenStream), Diagnostic> {
        let field = self.argument(component, &self.pagination.parameter)?;
        let (place, first) = (&field.expression, self.pagination.first);
        let variant = quote!(crate::request::PagePosition);
        let value = match (self.pagination.style, is(&field.ty, "String")) {
            (PageStyle::Cursor, true) => quote!(value),
            (PageStyle::Cursor, false) => quote!(value.and_then(|value| value.parse().ok())),
            _ if is(&field.ty, "u64") => quote!(value),
            _ => {
                let ty = &field.ty;
                quote!(#ty::try_from(value).unwrap_or(#ty::MAX))
            }
        };
        let is_cursor = self.pagination.style == PageStyle::Cursor;
        let value = match (field.form == Form::Option, is_cursor) {
            (true, true) | (false, false) => value,
            (true, false) => quote!(Some(#value)),
            (false, true) => quote!(#value.unwrap_or_default()),
        };
        let unsupported = || self.unsupported();
        Ok(match self.pagination.style {
            PageStyle::Cursor => {
                let current = field.string().ok_or_else(unsupported)?;
                let set = quote!(if let #variant::Cursor(value) = position { #place = #value; });
                (quote!(#variant::Cursor(#current)), set)
            }
            PageStyle::Page => {
                let number = field.number_or(quote!(#first)).ok_or_else(unsupported)?;
                let set = quote!(if let #variant::Page { number: value, .. } = position { #place = #value; });
                (
                    quote!(#variant::Page { number: #number, first: #first }),
                    set,
                )
            }
            PageStyle::Offset => {
                let number = field.number_or(quote!(0)).ok_or_else(unsupported)?;
                let set = quote!(if let #variant::Offset(value) = position { #place = #value; });
                (quote!(#variant::Offset(#number)), set)
            }
        })
    }

    fn page_size(&self, component: &str) -> Result<Option<TokenStream>, Diagnostic> {
        let Some(size) = &self.pagination.size else {
            return Ok(None);
        };
        let field = self.argument(component, size)?;
        let size = field.number().ok_or_else(|| self.unsupported())?;
        let default = self.default(component, self.pagination.size.as_deref());
        let size = match default {
            Some(default) => quote!(#size.or(Some(#default))),
            None => size,
        };
        Ok(Some(quote! {
            fn page_size(&self) -> Option<u64> {
                #size
            }
        }))
    }

    /// Returns the documented default of a parameter.
    fn default(&self, component: &str, wire: Option<&str>) -> Option<u64> {
        let schema = self.model.schemas.get(component)?;
        let property = named::property(schema, wire?)?;
        property.get("default")?.as_u64()
    }

    fn item_id(&self, item: &Type) -> Result<Option<TokenStream>, Diagnostic> {
        let mut ids = Vec::new();
        for id in &self.pagination.item_ids {
            let access =
                self.access_from(quote!(item), item, std::slice::from_ref(id), Borrow::Yes)?;
            ids.push(access.string().ok_or_else(|| self.unsupported())?);
        }
        let Some((first, others)) = ids.split_first() else {
            return Ok(None);
        };
        Ok(Some(quote! {
            fn item_id(item: &Self::Item) -> Option<String> {
                #first #(.or_else(|| #others))*
            }
        }))
    }

    /// Returns a field of the request.
    fn argument(&self, component: &str, wire: &str) -> Result<Access, Diagnostic> {
        let (ident, ty) = self.field(component, wire)?;
        Ok(Access {
            expression: quote!(self.#ident),
            form: match argument(&ty, "Option") {
                Some(_) => Form::Option,
                None => Form::Value,
            },
            ty: argument(&ty, "Option").unwrap_or(&ty).clone(),
        })
    }

    fn access(
        &self,
        response: &Type,
        path: &[String],
        borrow: Borrow,
    ) -> Result<Access, Diagnostic> {
        self.access_from(quote!(page), response, path, borrow)
    }

    /// Returns a nested field, `Option` if one on the path is.
    fn access_from(
        &self,
        root: TokenStream,
        ty: &Type,
        path: &[String],
        borrow: Borrow,
    ) -> Result<Access, Diagnostic> {
        let mut access = Access {
            expression: root,
            form: Form::Value,
            ty: ty.clone(),
        };
        for wire in path {
            let ty = argument(&access.ty, "Box").unwrap_or(&access.ty);
            let component = quote!(#ty).to_string();
            let (ident, ty) = self.field(&component, wire)?;
            access = access.member(&ident, &ty, borrow);
        }
        Ok(access)
    }

    /// Returns the name and the type of the field of a struct.
    fn field(&self, component: &str, wire: &str) -> Result<(Ident, Type), Diagnostic> {
        let parts = (
            self.structs.get(component),
            self.raw.structs.get(component),
            self.model.schemas.get(component),
        );
        let (Some(emitted), Some(raw), Some(schema)) = parts else {
            return Err(self.unsupported());
        };
        let raw = named::with_reserved(raw, Some(schema));
        let fields = Named::of(&raw, schema, &Location::schema(component))?;
        let field = fields.iter().find(|field| field.wire() == wire);
        let missing = || {
            self.location
                .diagnostic(DiagnosticKind::NotAField(wire.to_owned()))
        };
        let ident = field.map(|field| field.ident.clone()).ok_or_else(missing)?;
        let mut fields = emitted.fields.iter();
        let field = fields.find(|field| field.ident.as_ref() == Some(&ident));
        let ty = field.map(|field| field.ty.clone()).ok_or_else(missing)?;
        Ok((ident, ty))
    }

    fn unsupported(&self) -> Diagnostic {
        let help = "use generated types: objects, lists, strings, integers and booleans";
        self.location
            .unsupported("pagination by a hand-written type", help)
    }
}
