//! The pipeline from specifications to generated files.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use quote::format_ident;
use serde_json::Value;
use syn::parse_quote;

use crate::apis::Api;
use crate::artifact::{Artifact, header};
use crate::diagnostic::{Diagnostic, Location};
use crate::emit::unsupported::{self, Unsupported};
use crate::emit::{
    command_line, exports, features, mock_expect, operations, operations_doc, types, typify,
};
use crate::error::Error;
use crate::model::Model;
use crate::normalize::{self, RESOLVE, SHAPE, STRIP};
use crate::openapi::lower::lowered;
use crate::openapi::operations::{self as openapi_operations, Site};
use crate::openapi::{Document, reach};
use crate::validate;

const SDK: &str = "imagine-sdk/src/generated";
const MOCK: &str = "imagine-mock/src/generated";

/// The output for one specification.
pub(crate) struct Generated {
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) unsupported: Vec<Unsupported>,
    pub(crate) operations: usize,
    /// The rows of the API in `docs/operations.md`.
    pub(crate) operations_table: String,
    pub(crate) types: usize,
}

/// Generates the files of an API from its specification below `root`. `names` collects the operations of the APIs with
/// shortcuts: `MockServer` has one method for each.
pub(super) fn api(
    root: &Path,
    api: &Api,
    names: &mut BTreeMap<String, String>,
) -> Result<Generated, Error> {
    let document = Document::load(&root.join(&api.document), &api.document)?;
    let generated = generate(&document.value, api);
    let generated = generated.map_err(|diagnostic| document.error(diagnostic))?;
    for (site, _) in operations_of(&document)?
        .into_iter()
        .filter(|_| api.shortcuts)
    {
        if let Some(other) = names.insert(site.id.clone(), api.name.clone()) {
            let message = format!("the {other} API has an operation `{}` too", site.id);
            let help = "give one of the two another name with `x-imagine-name`";
            let diagnostic = Diagnostic::new(&site.location.key("operationId"), message, help);
            return Err(document.error(diagnostic.with_code("operation-id")));
        }
    }
    Ok(generated)
}

fn operations_of(document: &Document) -> Result<Vec<(Site, &Value)>, Error> {
    openapi_operations::all(&document.value).map_err(|diagnostic| document.error(diagnostic))
}

/// Generates the parent modules of the APIs' modules.
pub(crate) fn root_modules(apis: &[Api]) -> [Artifact; 3] {
    [
        sdk_module(apis),
        mock_module(apis),
        command_line::root(apis),
    ]
}

fn sdk_module(apis: &[Api]) -> Artifact {
    let modules = apis.iter().map(|api| {
        let docs = format!(" The {}.", api.title());
        let name = format_ident!("{}", api.name);
        let gate: Option<syn::Attribute> =
            features::of_types(api).map(|feature| parse_quote!(#[cfg(feature = #feature)]));
        parse_quote!(#[doc = #docs] #gate pub mod #name;)
    });
    let modules: Vec<syn::Item> = [required_feature(apis)]
        .into_iter()
        .chain(modules)
        .collect();
    root_module(SDK, apis, &modules)
}

/// Returns the error of a build without an API and without `types`.
fn required_feature(apis: &[Api]) -> syn::Item {
    let features = apis.iter().map(|api| &api.feature);
    let names = apis.iter().map(|api| format!("`{}`", api.feature));
    let names = names.collect::<Vec<_>>().join(", ");
    let message = format!("enable the feature of an API ({names}), or `types`");
    parse_quote! {
        #[cfg(not(any(#(feature = #features,)* feature = "types")))]
        compile_error!(#message);
    }
}

fn mock_module(apis: &[Api]) -> Artifact {
    let modules: Vec<syn::Item> = apis
        .iter()
        .map(|api| {
            let docs = format!(" The operations of the {}.", api.title());
            let name = format_ident!("{}", api.name);
            // The check of one formatter must not undo the other.
            parse_quote!(#[doc = #docs] #[rustfmt::skip] pub mod #name;)
        })
        .collect();
    root_module(MOCK, apis, &modules)
}

fn root_module(directory: &str, apis: &[Api], modules: &[syn::Item]) -> Artifact {
    let sources: Vec<&str> = apis.iter().map(|api| api.document.as_str()).collect();
    let docs = "Code generated from the specifications.";
    let header = header(&sources.join(", "));
    Artifact::rust(format!("{directory}/mod.rs"), &header, docs, modules)
}

/// Generates the files of an API from its specification. Diagnostics name an operation that is affected.
pub(crate) fn generate(written: &Value, api: &Api) -> Result<Generated, Diagnostic> {
    let written = &*lowered(written);
    let named = |diagnostic| reach::with_operation(diagnostic, written);
    validate::check(written).map_err(named)?;
    if !api.hand_written {
        reject_hand_written(written, &Location::default(), api).map_err(named)?;
    }
    let mut resolved = written.clone();
    normalize::run(RESOLVE, &mut resolved)?;
    lower(written, &resolved, api)
        .map_err(|diagnostic| reach::with_operation(diagnostic, &resolved))
}

/// The extensions that promise hand-written code for the types of an API.
pub(crate) const HAND_WRITTEN: [&str; 4] = [
    "x-imagine-accumulated",
    "x-imagine-check",
    "x-imagine-validate-request",
    "x-imagine-validate-response",
];

/// Rejects extensions that would have no effect, because the API has no hand-written module.
fn reject_hand_written(node: &Value, location: &Location, api: &Api) -> Result<(), Diagnostic> {
    match node {
        Value::Object(members) => members.iter().try_for_each(|(key, value)| {
            let location = location.key(key);
            if HAND_WRITTEN.contains(&key.as_str()) {
                let title = api.title();
                let message = format!("`{key}` names hand-written code, and the {title} has none");
                let help =
                    "remove it, or write the module of the API and set `hand_written` in openapi/apis.toml";
                return Err(Diagnostic::new(&location, message, help).with_code("hand-written"));
            }
            reject_hand_written(value, &location, api)
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(at, item)| reject_hand_written(item, &location.key(at), api)),
        _ => Ok(()),
    }
}

fn lower(written: &Value, resolved: &Value, api: &Api) -> Result<Generated, Diagnostic> {
    validate::supported(resolved)
        .and_then(|()| validate::compiles(resolved))
        .map_err(|diagnostic| normalize::at_origin(diagnostic, resolved))?;
    let mut shaped = resolved.clone();
    normalize::run(SHAPE, &mut shaped)?;
    let mut stripped = shaped.clone();
    normalize::run(STRIP, &mut stripped)?;
    let stages = Stages {
        written,
        shaped: &shaped,
        stripped: &stripped,
    };
    let emitted = stages.emit(api);
    emitted.map_err(|diagnostic| normalize::at_origin(diagnostic, &shaped))
}

/// The forms of a specification at each stage of lowering.
struct Stages<'a> {
    written: &'a Value,
    shaped: &'a Value,
    stripped: &'a Value,
}

impl Stages<'_> {
    fn emit(&self, api: &Api) -> Result<Generated, Diagnostic> {
        let model = Model::read(self.shaped)?;
        let raw = typify::generate(self.stripped, model.schemas)?;
        let mut artifacts = modules(&model, &raw, api)?;
        artifacts.push(expectations(&model, api));
        if api.hand_written {
            artifacts.push(command_line::module(&model, api));
        }
        Ok(Generated {
            artifacts,
            unsupported: unsupported::of(self.written, self.shaped)?,
            operations: model.operations.len(),
            operations_table: operations_doc::rows(&model, api),
            types: raw.structs.len() + raw.enums.len(),
        })
    }
}

fn expectations(model: &Model<'_>, api: &Api) -> Artifact {
    let docs = format!(
        "Typed expectations for the operations of the {}.",
        api.title()
    );
    let path = format!("{MOCK}/{}.rs", api.name);
    Artifact::rust(
        path,
        &header(&api.document),
        &docs,
        &mock_expect::items(model, api),
    )
}

fn modules(
    model: &Model<'_>,
    raw: &typify::TypifyOutput,
    api: &Api,
) -> Result<Vec<Artifact>, Diagnostic> {
    let (header, directory) = (header(&api.document), format!("{SDK}/{}", api.name));
    let file = |name: &str, docs: String, items: &[syn::Item]| {
        Artifact::rust(format!("{directory}/{name}.rs"), &header, &docs, items)
    };
    Ok(vec![
        file(
            "mod",
            format!("The operations and types of the {}.", api.title()),
            &exports::items(model, raw, api),
        ),
        file(
            "operations",
            format!("The operations of the {}.", api.title()),
            &operations::items(model)?,
        ),
        file(
            "types",
            format!("The types of the {}.", api.title()),
            &types::types(model, raw, api)?,
        ),
    ])
}
