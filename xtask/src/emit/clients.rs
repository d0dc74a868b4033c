//! Emits the clients of imagine-sdk, asynchronous and blocking, and the modules of the APIs without a hand-written one.

use super::features;
use crate::apis::{self, Api};
use crate::artifact::{Artifact, header};

const ASYNC: &str = "imagine-sdk/src/client/generated";
const BLOCKING: &str = "imagine-sdk/src/blocking/generated";
const MODULES: &str = "imagine-sdk/src/apis/generated";

/// Returns a file for each client, and the modules that contain them.
pub(crate) fn artifacts(apis: &[Api]) -> Vec<Artifact> {
    let mut files = vec![
        file(ASYNC, "mod", "The clients of the APIs.", &async_root(apis)),
        file(
            BLOCKING,
            "mod",
            "The blocking clients of the APIs.",
            &root(apis),
        ),
        file(
            MODULES,
            "mod",
            "The modules of the APIs without a hand-written one.",
            &modules(apis),
        ),
    ];
    for api in apis {
        let docs = format!("The client of the {}.", api.title());
        files.push(file(ASYNC, &api.name, &docs, &async_client(api)));
        let docs = format!("The blocking client of the {}.", api.title());
        files.push(file(BLOCKING, &api.name, &docs, &blocking_client(api)));
    }
    files
}

fn file(directory: &str, name: &str, docs: &str, contents: &str) -> Artifact {
    let docs: String = docs
        .lines()
        .map(|line| format!("//! {line}").trim_end().to_owned() + "\n")
        .collect();
    Artifact {
        path: format!("{directory}/{name}.rs").into(),
        contents: format!("// {}\n\n{docs}\n{contents}", header(apis::FILE))
            .trim_end()
            .to_owned()
            + "\n",
    }
}

fn async_root(apis: &[Api]) -> String {
    let gates: Vec<String> = apis
        .iter()
        .map(|api| format!("feature = \"{}\"", api.feature))
        .collect();
    let names: Vec<String> = apis
        .iter()
        .map(|api| format!("`{}`", api.feature))
        .collect();
    format!(
        "#[cfg(not(any({})))]\ncompile_error!(\n    \"enable the feature of an API ({}): without one there is no client\"\n);\n\n{}",
        gates.join(", "),
        names.join(", "),
        root(apis),
    )
}

/// Declares the modules, and exports their clients.
fn root(apis: &[Api]) -> String {
    let apis = sorted(apis);
    let gate = |api: &Api| format!("#[cfg(feature = \"{}\")]\n", api.feature);
    let modules = apis
        .iter()
        .map(|api| format!("{}mod {};\n", gate(api), api.name));
    let modules: String = modules.collect();
    let exports = apis
        .iter()
        .map(|api| format!("{}pub use self::{}::{};\n", gate(api), api.name, api.client));
    format!("{modules}\n{}", exports.collect::<String>())
}

fn sorted(apis: &[Api]) -> Vec<&Api> {
    let mut apis: Vec<&Api> = apis.iter().collect();
    apis.sort_by_key(|api| &api.name);
    apis
}

/// Returns the modules that replace hand-written ones.
fn modules(apis: &[Api]) -> String {
    let apis = sorted(apis).into_iter().filter(|api| !api.hand_written);
    let modules: Vec<String> = apis.map(module).collect();
    modules.join("\n")
}

fn module(api: &Api) -> String {
    let Api {
        name,
        client,
        feature,
        ..
    } = api;
    let docs: String = module_docs(api)
        .lines()
        .map(|line| format!("/// {line}").trim_end().to_owned() + "\n")
        .collect();
    let gate = match features::of_types(api) {
        Some(types) => format!("#[cfg(feature = \"{types}\")]\n"),
        None => String::new(),
    };
    format!(
        "{docs}{gate}pub mod {name} {{\n    \
         #[cfg(feature = \"{feature}\")]\n    \
         pub use crate::client::generated::{client};\n    \
         #[cfg(feature = \"{feature}\")]\n    \
         pub use crate::generated::{name}::builder;\n    \
         pub use crate::generated::{name}::data::*;\n    \
         pub use crate::generated::{name}::operations::{{self, ALL as OPERATIONS}};\n}}\n"
    )
}

/// Returns the documentation of a module without a hand-written one.
fn module_docs(api: &Api) -> String {
    let Api {
        document,
        client,
        endpoint_variable,
        key_variable,
        ..
    } = api;
    format!(
        "The {}: its client, builders and types.\n\
         \n\
         [`{client}`](crate::{client}) has a method for each operation. It returns a builder, which sends the request\n\
         when awaited. `{client}::from_env` reads `{endpoint_variable}` and `{key_variable}`.\n\
         \n\
         The module is generated from `{document}`.",
        api.title(),
    )
}

fn async_client(api: &Api) -> String {
    let prose = "    \
    /// Clones are cheap and share connections and limits. A client can be used from any number of tasks concurrently.
    /// It requires a tokio runtime with I/O and time enabled (the default of `#[tokio::main]`), but spawns no tasks.
    /// Dropping a call cancels it.";
    let client = &api.client;
    let docs = format!("    /// A client of the {}.\n    ///\n{prose}", api.title());
    let client_macro = invocation(api, &docs, client, "Async", "Self");
    let (imports, prepare) = match api.hand_written {
        true => ("Async, client", String::new()),
        false => (
            "Async, Prepare, client",
            format!("\nimpl Prepare for {client} {{}}\n"),
        ),
    };
    format!("use crate::client::{{{imports}}};\n\n{client_macro}{prepare}")
}

fn blocking_client(api: &Api) -> String {
    let client = &api.client;
    let prose = "    \
    /// Clones are cheap and share connections, limits and the thread that drives them. A client can be used from any
    /// number of threads concurrently.";
    let docs = format!(
        "    /// A blocking client of the {}: [`{client}`](crate::{client}) for synchronous programs.\n    ///\n{prose}",
        api.title(),
    );
    let path = format!("blocking::{client}");
    let invocation = invocation(
        api,
        &docs,
        &path,
        "Blocking",
        &format!("generated::{client}"),
    );
    format!(
        "use crate::blocking::Blocking;\nuse crate::client::{{client, generated}};\n\n{invocation}"
    )
}

/// Formats the invocation of the macro that defines a client.
fn invocation(api: &Api, docs: &str, path: &str, mode: &str, marker: &str) -> String {
    let Api {
        name,
        client,
        endpoint_variable,
        endpoint_aliases,
        endpoint_end,
        key_variable,
        ..
    } = api;
    let aliases: Vec<String> = api
        .aliases
        .iter()
        .map(|alias| format!("\"{alias}\""))
        .collect();
    let aliases = match aliases.is_empty() {
        true => String::new(),
        false => format!("    #[doc(alias({}))]\n", aliases.join(", ")),
    };
    let (scheme, scheme_docs) = scheme(&api.key_header);
    format!(
        "client! {{\n{docs}\n{aliases}    {client},\n    path: \"{path}\",\n    mode: {mode},\n    api: {marker},\n    \
         endpoint: \"{endpoint_variable}\",\n    endpoint_aliases: {endpoint_aliases:?},\n    \
         endpoint_end: {endpoint_end:?},\n    key: \"{key_variable}\",\n    scheme: {scheme},\n    \
         scheme_docs: \"{scheme_docs}\",\n    operations: crate::generated::{name}::operations::ALL,\n}}\n"
    )
}

/// Returns the expression of the scheme of a key header, and its documentation.
fn scheme(key_header: &str) -> (String, String) {
    let of = |variant: &str| format!("[`AuthScheme::{variant}`](crate::AuthScheme::{variant})");
    let simple = |variant: &str| (format!("crate::auth::AuthScheme::{variant}"), of(variant));
    match key_header {
        "bearer" => simple("Bearer"),
        "authorization" => simple("Authorization"),
        "ch-api-key" => simple("ChApiKey"),
        header => (
            format!(
                "crate::auth::AuthScheme::Header(::http::HeaderName::from_static(\"{header}\"))"
            ),
            format!("{} with `{header}`", of("Header")),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::API;

    fn contents(api: &Api, path: &str) -> String {
        let files = artifacts(std::slice::from_ref(api));
        let file = files.into_iter().find(|file| file.path.ends_with(path));
        file.unwrap().contents
    }

    #[test]
    fn an_api_without_a_hand_written_module_gets_a_public_one() {
        let api = Api {
            hand_written: false,
            shared: false,
            key_header: "x-test-key".to_owned(),
            ..API.clone()
        };
        let client = contents(&api, "client/generated/test.rs");
        for expected in [
            "impl Prepare for TestClient {}\n",
            "Header(::http::HeaderName::from_static(\"x-test-key\"))",
            "endpoint: \"TEST_ENDPOINT\",\n",
        ] {
            assert!(client.contains(expected), "{expected}: {client}");
        }
        let module = contents(&api, "apis/generated/mod.rs");
        for expected in [
            "#[cfg(feature = \"__test_types\")]\npub mod test {\n",
            "    #[cfg(feature = \"test\")]\n    pub use crate::client::generated::TestClient;\n",
            "    #[cfg(feature = \"test\")]\n    pub use crate::generated::test::builder;\n",
        ] {
            assert!(module.contains(expected), "{expected}: {module}");
        }
        for parent in ["client/generated/mod.rs", "blocking/generated/mod.rs"] {
            assert!(contents(&api, parent).contains("\nmod test;\n"), "{parent}");
        }
    }

    #[test]
    fn a_hand_written_module_exports_the_client_itself() {
        assert!(!contents(&API, "apis/generated/mod.rs").contains("mod test"));
        let client = contents(&API, "client/generated/test.rs");
        assert!(
            !client.contains("Prepare") && !client.contains("pub use"),
            "{client}"
        );
    }
}
