//! Runs progenitor and typify on a stripped document and collects the structs and enums.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator};
use serde_json::Value;
use syn::{Item, ItemEnum, ItemStruct};

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, string};
use crate::openapi::reach::reach;
use crate::openapi::schema;

/// Guards the panic hook, which is global to the process.
static HOOK: Mutex<()> = Mutex::new(());

const MAP: &str = "::std::collections::BTreeMap";

/// The types that typify generated, by name.
#[derive(Debug, Default)]
pub(crate) struct TypifyOutput {
    pub(crate) structs: BTreeMap<String, ItemStruct>,
    pub(crate) enums: BTreeMap<String, ItemEnum>,
}

/// Generates the types of `doc`. `shaped` is the document before stripping, which still names the hand-written
/// types.
pub(crate) fn generate(doc: &Value, shaped: &Object) -> Result<TypifyOutput, Diagnostic> {
    let settings = settings(shaped);
    attempt(doc, &settings)
        .map_err(|message| culprit(doc, &settings).diagnostic(DiagnosticKind::Generator(message)))
}

fn settings(shaped: &Object) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_map_type(MAP);
    for (name, schema) in shaped {
        if let Some(path) = string(schema, "x-imagine-rust") {
            settings.with_replacement(name, path, std::iter::empty());
        }
    }
    settings
}

/// Runs typify and converts its panics to errors. Suppresses the backtrace.
fn attempt(doc: &Value, settings: &GenerationSettings) -> Result<TypifyOutput, String> {
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(|| translate(doc, settings)));
    panic::set_hook(hook);
    result.unwrap_or_else(|panic| Err(message(&*panic)))
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", text.unwrap_or("without a message"))
}

// A generator must not be reused: it would repeat its types.
fn translate(doc: &Value, settings: &GenerationSettings) -> Result<TypifyOutput, String> {
    let doc: OpenAPI = serde_json::from_value(doc.clone()).map_err(|error| error.to_string())?;
    let tokens = Generator::new(settings)
        .generate_tokens(&doc)
        .map_err(|error| error.to_string())?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    let mut raw = TypifyOutput::default();
    file.items
        .into_iter()
        .filter_map(types_module)
        .flatten()
        .for_each(|item| raw.add(item));
    Ok(raw)
}

fn types_module(item: Item) -> Option<Vec<Item>> {
    match item {
        Item::Mod(module) if module.ident == "types" => module.content.map(|(_, items)| items),
        _ => None,
    }
}

impl TypifyOutput {
    fn add(&mut self, item: Item) {
        match item {
            Item::Struct(item) => drop(self.structs.insert(item.ident.to_string(), item)),
            Item::Enum(item) => drop(self.enums.insert(item.ident.to_string(), item)),
            _ => {}
        }
    }
}

/// Finds the smallest component that typify fails on, by generating each with its dependencies alone.
fn culprit(doc: &Value, settings: &GenerationSettings) -> Location {
    let none = Object::new();
    let schemas = schema::components(doc).unwrap_or(&none);
    let mut closures: Vec<_> = schemas
        .keys()
        .map(|name| (name, reach(schemas, [name.clone()])))
        .collect();
    closures.sort_by_key(|(_, closure)| closure.len());
    let fails = |names: &BTreeSet<String>| {
        let mut alone = doc.clone();
        if let Some(schemas) = schema::components_mut(&mut alone) {
            schemas.retain(|name, _| names.contains(name));
        }
        attempt(&alone, settings).is_err()
    };
    if fails(&BTreeSet::new()) {
        return Location::default();
    }
    let failing = closures.into_iter().find(|(_, closure)| fails(closure));
    failing.map_or_else(Location::default, |(name, _)| Location::schema(name))
}
