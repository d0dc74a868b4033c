//! The results of jobs: downloads to files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use imagine_sdk::MediaClient;
use imagine_sdk::media::Generation;

use super::progress::Stages;
use crate::failure::{Failure, Result};

/// Downloads the result of a finished generation. The file is complete or absent.
pub(crate) async fn save(
    client: &MediaClient,
    finished: &Generation,
    output: Option<&Path>,
    stages: &Stages,
) -> Result<PathBuf> {
    let path = match output {
        Some(path) => path.to_owned(),
        None => default_path(finished),
    };
    let mut stream = client.download(finished).stream().await?;
    stages.download(stream.length());
    let partial = partial(&path);
    let failure = |error: std::io::Error| Failure::file(&path, error);
    let mut file = fs::File::create(&partial).map_err(failure)?;
    let received = async {
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            file.write_all(&chunk).map_err(failure)?;
            stages.received(chunk.len());
        }
        file.sync_all().map_err(failure)
    };
    let received = received.await;
    let complete = received.and_then(|()| fs::rename(&partial, &path).map_err(failure));
    if complete.is_err() {
        // The failure is that of the download.
        let _ = fs::remove_file(&partial);
    }
    complete.map(|()| path)
}

/// Returns the name of an incomplete file.
fn partial(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.part"))
}

/// Returns the name of the result of a job without `--output`: the operation, the start of its id, the extension.
fn default_path(finished: &Generation) -> PathBuf {
    let operation = finished.operation().unwrap_or("result".into());
    let id = finished.id().unwrap_or_default();
    let id = id.get(..8).unwrap_or(id);
    let url = finished.url().unwrap_or_default();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    let is_extension = |text: &&str| text.len() <= 5 && text.chars().all(char::is_alphanumeric);
    let extension = extension.filter(is_extension).unwrap_or("bin");
    format!("{operation}-{id}.{extension}").into()
}
