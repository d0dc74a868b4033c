//! Emits the Cargo features of the APIs: a marked part of the manifest of imagine-sdk.

use std::fs;
use std::path::Path;

use crate::apis::{self, Api};
use crate::artifact::{Artifact, header};
use crate::error::Error;

/// The manifest that contains the features.
pub(crate) const FILE: &str = "imagine-sdk/Cargo.toml";

const END: &str = "# The end of the generated features.";

/// Returns the manifest below `root` with the features of the APIs.
pub(crate) fn manifest(root: &Path, apis: &[Api]) -> Result<Artifact, Error> {
    let path = root.join(FILE);
    let manifest = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    let contents = with_features(&manifest.replace("\r\n", "\n"), apis);
    let contents = contents.ok_or_else(|| {
        let problem = format!("lacks the lines `{}` and `{END}`", start());
        Error::Manifest(FILE, problem)
    })?;
    Ok(Artifact {
        path: FILE.into(),
        contents,
    })
}

fn start() -> String {
    format!("# {}", header(apis::FILE))
}

/// Returns the feature that enables the types of an API without its client. The types of a shared API always exist.
pub(crate) fn of_types(api: &Api) -> Option<String> {
    (!api.shared).then(|| format!("__{}_types", api.name))
}

fn with_features(manifest: &str, apis: &[Api]) -> Option<String> {
    let (before, rest) = manifest.split_once(&start())?;
    let (_, after) = rest.split_once(END)?;
    let clients = apis.iter().map(|api| {
        let enabled = ["__client".to_owned()].into_iter().chain(of_types(api));
        let enabled = list(enabled);
        format!(
            "## The client of the {}.\n{} = {enabled}\n",
            api.title(),
            api.feature
        )
    });
    let types = list(apis.iter().filter_map(of_types));
    let types = format!(
        "## The types of all APIs, to encode requests and to decode responses without a client.\ntypes = {types}\n"
    );
    let of_apis = apis.iter().filter_map(|api| {
        let feature = of_types(api)?;
        Some(format!(
            "# The types of the {}.\n{feature} = []\n",
            api.title()
        ))
    });
    let features: String = clients.chain([types]).chain(of_apis).collect();
    Some(format!("{before}{}\n{features}{END}{after}", start()))
}

fn list(features: impl Iterator<Item = String>) -> String {
    let quoted: Vec<String> = features.map(|feature| format!("{feature:?}")).collect();
    format!("[{}]", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::API;

    #[test]
    fn the_types_of_a_shared_api_need_no_feature() {
        let manifest = format!("{}\n{END}\n", start());
        let features = with_features(&manifest, std::slice::from_ref(&*API)).unwrap();
        assert!(features.contains("\ntest = [\"__client\"]\n"), "{features}");
        assert!(features.contains("\ntypes = []\n"), "{features}");
    }

    #[test]
    fn replaces_the_features_between_the_marks() {
        let manifest = format!("[features]\n{}\nold = []\n{END}\nother = []\n", start());
        let expected = format!(
            "[features]\n{}\n## The client of the test API.\ntest = [\"__client\", \"__test_types\"]\n\
             ## The types of all APIs, to encode requests and to decode responses without a client.\n\
             types = [\"__test_types\"]\n# The types of the test API.\n__test_types = []\n{END}\nother = []\n",
            start()
        );
        let apis = [Api {
            shared: false,
            ..API.clone()
        }];
        assert_eq!(with_features(&manifest, &apis).as_deref(), Some(&*expected));
        assert_eq!(with_features("[features]\n", &apis), None);
    }
}
