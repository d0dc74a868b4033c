//! The public API of the SDK, parsed from its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Attribute, Fields, Ident, ImplItem, Item, Token, Type, Visibility};

/// A method of the client that creates a builder.
#[derive(Default)]
pub struct Method {
    /// The arguments.
    pub arguments: BTreeSet<String>,
    /// The setters of its builder.
    pub setters: BTreeSet<String>,
    /// The operation streams.
    pub streams: bool,
    /// The aliases from the Python SDK.
    pub aliases: BTreeSet<String>,
}

/// The public API, as far as the guide mentions it.
#[derive(Default)]
pub struct Sdk {
    /// Types, with their fields or values.
    pub types: BTreeMap<String, BTreeSet<String>>,
    /// Functions, as `Type::function`.
    pub functions: BTreeSet<String>,
    /// Methods of the client that create builders.
    pub methods: BTreeMap<String, Method>,
}

impl Sdk {
    /// Parses the sources of the crate, without those of the other API.
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../imagine-sdk/src");
        let mut sdk = Self::default();
        for path in sources(&root) {
            let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
            file.items.iter().for_each(|item| sdk.add(item));
        }
        sdk
    }

    fn add(&mut self, item: &Item) {
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                let fields = names(&item.fields);
                self.add_method(&item.attrs, &fields);
                self.types.insert(item.ident.to_string(), fields);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let values = item.variants.iter().map(|value| value.ident.to_string());
                self.types.insert(item.ident.to_string(), values.collect());
            }
            Item::Macro(item) if item.mac.path.is_ident("client") => {
                // A macro defines the methods of both kinds of clients.
                let definition = item.mac.tokens.to_string();
                let blocking = definition.contains("mode : Blocking");
                let name = if blocking {
                    "blocking::Client"
                } else {
                    "Client"
                };
                self.types.insert(name.to_owned(), BTreeSet::new());
            }
            Item::Impl(item) => {
                let Type::Path(ty) = &*item.self_ty else {
                    return;
                };
                let ty = &ty.path.segments.last().unwrap().ident;
                for inner in &item.items {
                    if let ImplItem::Fn(function) = inner
                        && is_public(&function.vis)
                    {
                        self.functions
                            .insert(format!("{ty}::{}", function.sig.ident));
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds the method that the derive generates for a request.
    fn add_method(&mut self, attrs: &[Attribute], fields: &BTreeSet<String>) {
        let (mut name, mut method) = (None, Method::default());
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("request")) {
            attr.parse_nested_meta(|meta| {
                if meta.path.is_ident("args") {
                    meta.parse_nested_meta(|argument| {
                        let argument = argument.path.require_ident()?.to_string();
                        method.arguments.insert(argument);
                        Ok(())
                    })?;
                } else if meta.path.is_ident("alias") {
                    let aliases;
                    syn::parenthesized!(aliases in meta.input);
                    let aliases = aliases
                        .parse_terminated(<syn::LitStr as syn::parse::Parse>::parse, Token![,])?;
                    method.aliases = aliases.iter().map(syn::LitStr::value).collect();
                } else if meta.path.is_ident("method") {
                    name = Some(meta.value()?.parse::<Ident>()?.to_string());
                } else {
                    method.streams |= meta.path.is_ident("chunk");
                    skip(&meta)?;
                }
                Ok(())
            })
            .unwrap();
        }
        if let Some(name) = name {
            method.setters = fields.difference(&method.arguments).cloned().collect();
            self.methods.insert(name, method);
        }
    }
}

/// Skips the value of an irrelevant key.
fn skip(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
    if !meta.input.peek(Token![=]) {
        return Ok(());
    }
    let value = meta.value()?;
    if value.peek(syn::Lit) {
        value.parse::<syn::Lit>().map(drop)
    } else {
        value.parse::<Type>().map(drop)
    }
}

fn names(fields: &Fields) -> BTreeSet<String> {
    let idents = fields.iter().filter_map(|field| field.ident.as_ref());
    idents
        .map(|ident| ident.to_string().trim_end_matches('_').to_owned())
        .collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("media") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}
