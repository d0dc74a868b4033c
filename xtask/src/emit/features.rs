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

fn with_features(manifest: &str, apis: &[Api]) -> Option<String> {
    let (before, rest) = manifest.split_once(&start())?;
    let (_, after) = rest.split_once(END)?;
    let features = apis.iter().map(|api| {
        format!(
            "## The client of the {}.\n{} = []\n",
            api.title(),
            api.feature
        )
    });
    Some(format!(
        "{before}{}\n{}{END}{after}",
        start(),
        features.collect::<String>()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::API;

    #[test]
    fn replaces_the_features_between_the_marks() {
        let manifest = format!("[features]\n{}\nold = []\n{END}\nother = []\n", start());
        let expected = format!(
            "[features]\n{}\n## The client of the test API.\ntest = []\n{END}\nother = []\n",
            start()
        );
        let apis = std::slice::from_ref(&*API);
        assert_eq!(with_features(&manifest, apis).as_deref(), Some(&*expected));
        assert_eq!(with_features("[features]\n", apis), None);
    }
}
