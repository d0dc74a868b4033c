//! The config file: profiles with endpoints, models and sources of keys.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use crate::environment;
use crate::failure::{Failure, Result};
use crate::state;

/// The config file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The profile without `--profile`.
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// A named set of settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    #[serde(default)]
    pub(crate) inference: ApiSettings,
    #[serde(default)]
    pub(crate) media: ApiSettings,
}

/// The settings of one API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiSettings {
    pub(crate) endpoint: Option<String>,
    /// The model of chats.
    pub(crate) model: Option<String>,
    pub(crate) key: Option<KeySource>,
}

/// The source of a key. The config file itself never contains one.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeySource {
    /// A file that contains only the key.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// An entry of the keyring of the system: service `imagine`, and this user name.
    Keyring(String),
}

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Env(name) => write!(f, "the variable {name}"),
            Self::Keyring(name) => write!(f, "the entry `{name}` of the keyring"),
        }
    }
}

impl KeySource {
    /// Reads the key.
    pub(crate) fn read(&self) -> Result<String> {
        match self {
            Self::File(path) => match fs::read_to_string(path) {
                Ok(key) => Ok(key.trim().to_owned()),
                Err(error) => Err(Failure::configuration(format!(
                    "the key file {} cannot be read: {error}",
                    path.display()
                ))),
            },
            Self::Env(name) => environment::variable(name)
                .ok_or_else(|| Failure::configuration(format!("{name} is not set"))),
            Self::Keyring(name) => keyring(name),
        }
    }
}

#[cfg(feature = "keyring")]
fn keyring(name: &str) -> Result<String> {
    let entry = keyring::Entry::new("imagine", name);
    let key = entry.and_then(|entry| entry.get_password());
    key.map_err(|error| {
        let message = format!("the entry `{name}` of the keyring cannot be read: {error}");
        Failure::configuration(message)
    })
}

#[cfg(not(feature = "keyring"))]
fn keyring(name: &str) -> Result<String> {
    let message =
        format!("the key is the entry `{name}` of the keyring, which this build cannot read");
    let hint = "install it with `cargo install --path imagine-cli --features keyring`";
    Err(Failure::configuration(message).with_hint(hint))
}

/// Reads a profile: the named one, which must exist, or the default one, which may not.
pub(crate) fn profile(name: Option<&str>) -> Result<Profile> {
    let path = state::config_file()?;
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(Failure::configuration(format!(
                "{}: {error}",
                path.display()
            )));
        }
    };
    select(&text, name)
        .map_err(|problem| Failure::configuration(format!("{}: {problem}", path.display())))
}

fn select(text: &str, name: Option<&str>) -> std::result::Result<Profile, String> {
    let config: Config = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let default = config.default_profile.as_deref();
    let Some(name) = name.or(default) else {
        return Ok(config.profiles.get("default").cloned().unwrap_or_default());
    };
    config.profiles.get(name).cloned().ok_or_else(|| {
        let names: Vec<_> = config.profiles.keys().map(String::as_str).collect();
        let names = match names.is_empty() {
            true => "none".to_owned(),
            false => names.join(", "),
        };
        format!("there is no profile `{name}`; profiles: {names}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
        default_profile = "work"
        [profiles.work.inference]
        endpoint = "https://host/v2"
        key = { file = "/key" }
        [profiles.home.media]
        key = { env = "HOME_KEY" }
    "#;

    #[test]
    fn the_default_profile_is_the_named_one_or_default() {
        let work = select(CONFIG, None).unwrap();
        assert_eq!(work.inference.endpoint.as_deref(), Some("https://host/v2"));
        assert_eq!(work.inference.key, Some(KeySource::File("/key".into())));
        let home = select(CONFIG, Some("home")).unwrap();
        assert_eq!(home.media.key, Some(KeySource::Env("HOME_KEY".into())));
        let own = select("[profiles.default.media]\nmodel = \"m\"", None).unwrap();
        assert_eq!(own.media.model.as_deref(), Some("m"));
        assert!(select("", None).unwrap().inference.endpoint.is_none());
    }

    #[test]
    fn an_unknown_profile_lists_the_others() {
        let error = select(CONFIG, Some("other")).unwrap_err();
        assert_eq!(error, "there is no profile `other`; profiles: home, work");
    }

    #[test]
    fn a_key_in_the_config_file_is_an_error_without_the_key() {
        let error = select("[profiles.a.media]\nkey = \"secret\"", None).unwrap_err();
        assert!(error.contains("file"), "{error}");
        assert!(select("[profiles.a.media]\napi_key = \"k\"", None).is_err());
    }
}
