//! Files of the state directory: the last conversation, the history of the REPL, the journal of jobs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::environment;
use crate::failure::{Failure, Result};

/// The name of the directories of this program.
const NAME: &str = "imagine";

/// Returns the path of the config file by the convention of the platform.
pub(crate) fn config_file() -> Result<PathBuf> {
    if let Some(path) = environment::directory("IMAGINE_CONFIG") {
        return Ok(path.into());
    }
    Ok(strategy()?.config_dir().join(NAME).join("config.toml"))
}

fn strategy() -> Result<impl BaseStrategy> {
    etcetera::choose_base_strategy()
        .map_err(|error| Failure::configuration(format!("there is no home directory: {error}")))
}

/// The directory with the state of one user. The mock has a directory of its own.
#[derive(Clone, Debug)]
pub(crate) struct StateDir(PathBuf);

impl StateDir {
    pub(crate) fn new(is_mock: bool) -> Result<Self> {
        let base = match environment::directory("IMAGINE_STATE_DIR") {
            Some(directory) => directory.into(),
            None => {
                let strategy = strategy()?;
                let state = strategy.state_dir();
                state.unwrap_or_else(|| strategy.data_dir()).join(NAME)
            }
        };
        Ok(Self(if is_mock { base.join("mock") } else { base }))
    }

    /// Returns the path of a file, whose directory exists then.
    pub(crate) fn file(&self, name: &str) -> Result<PathBuf> {
        create_private_directory(&self.0).map_err(|error| Failure::file(&self.0, error))?;
        Ok(self.0.join(name))
    }

    /// Reads a file. `None` if it does not exist.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let path = self.0.join(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::file(&path, error)),
        };
        let value = serde_json::from_str(&text);
        value.map(Some).map_err(|error| {
            Failure::file(&path, error).with_hint("delete the file to start without it")
        })
    }

    /// Replaces a file atomically. Only the user can read it.
    pub(crate) fn write(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let path = self.file(name)?;
        replace(&path, &serde_json::to_vec_pretty(value)?)
            .map_err(|error| Failure::file(&path, error))
    }

    /// Creates an empty file. False if it exists.
    pub(crate) fn create(&self, name: &str) -> Result<bool> {
        let path = self.file(name)?;
        match private_options()
            .truncate(false)
            .create_new(true)
            .open(&path)
        {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(Failure::file(&path, error)),
        }
    }

    /// Returns true if a file exists and is empty.
    pub(crate) fn is_empty(&self, name: &str) -> bool {
        fs::metadata(self.0.join(name)).is_ok_and(|file| file.len() == 0)
    }

    /// Returns the names of the files with a suffix.
    pub(crate) fn list(&self, suffix: &str) -> Vec<String> {
        let entries = fs::read_dir(&self.0);
        let names = entries.into_iter().flatten().flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.ends_with(suffix)).collect()
    }

    /// Returns the state directory below this one.
    pub(crate) fn below(&self, name: &str) -> Self {
        Self(self.0.join(name))
    }
}

/// Writes a file so that a crash leaves the old or the new content, also after a loss of power.
fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = private_options().open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

fn private_options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn create_private_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
