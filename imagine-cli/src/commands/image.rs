//! `imagine image`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use imagine_sdk::inference::ImageData;

use super::chat::input;
use crate::failure::{Exit, Failure, Result};
use crate::session::Session;
use crate::{models, output, picture, terminal};

/// Generate images.
#[derive(Args, Debug)]
pub(crate) struct Image {
    /// The description of the image; `-` reads stdin.
    prompt: Vec<String>,

    /// The file to write. Further images get a number before the extension, such as `image-2.png`.
    #[arg(short, long, default_value = "image.png", value_name = "FILE")]
    output: PathBuf,

    /// The model.
    #[arg(short, long, add = models::completer())]
    model: Option<String>,

    /// The number of images.
    #[arg(short = 'n', long)]
    count: Option<u64>,

    /// The width and the height, such as `512x512`.
    #[arg(long)]
    size: Option<String>,

    /// A description of what to avoid.
    #[arg(long)]
    negative_prompt: Option<String>,

    /// The seed. The same request with the same seed has the same result.
    #[arg(long)]
    seed: Option<i64>,
}

impl Image {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let prompt = input::text(&self.prompt, "a prompt")?;
        let mut request = session.inference()?.images_generate(prompt);
        if let Some(model) = self.model {
            request = request.model(model);
        }
        if let Some(count) = self.count {
            request = request.n(count);
        }
        if let Some(size) = self.size {
            request = request.size(size);
        }
        if let Some(prompt) = self.negative_prompt {
            request = request.negative_prompt(prompt);
        }
        if let Some(seed) = self.seed {
            request = request.seed(seed);
        }
        let response = request.await?;
        let mut files = Vec::new();
        for (index, image) in response.data.iter().enumerate() {
            let path = numbered(&self.output, index);
            save(image, &path)?;
            files.push(path);
        }
        if session.json() {
            return output::json(
                &serde_json::json!({"id": response.id, "model": response.model, "files": files}),
            );
        }
        for path in &files {
            show(path)?;
            output::line(path.display())?;
        }
        Ok(())
    }
}

fn save(image: &ImageData, path: &Path) -> Result<()> {
    let bytes = image.bytes();
    let bytes = bytes.map_err(|error| Failure::new(Exit::Service, format!("image: {error}")))?;
    fs::write(path, bytes).map_err(|error| Failure::file(path, error))
}

/// Returns the path of an image: `fox.png`, then `fox-2.png` and so on.
fn numbered(path: &Path, index: usize) -> PathBuf {
    if index == 0 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let dot = if extension.is_empty() { "" } else { "." };
    path.with_file_name(format!("{stem}-{}{dot}{extension}", index + 1))
}

/// Shows an image in the terminal, if stdout is one.
pub(crate) fn show(path: &Path) -> Result<()> {
    if !terminal::is_stdout() {
        return Ok(());
    }
    match picture::codes(path, terminal::size().0) {
        Some(codes) => output::bytes(codes.as_bytes()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_images_have_numbers() {
        assert_eq!(numbered(Path::new("a/fox.png"), 0), Path::new("a/fox.png"));
        assert_eq!(
            numbered(Path::new("a/fox.png"), 1),
            Path::new("a/fox-2.png")
        );
        assert_eq!(numbered(Path::new("fox"), 2), Path::new("fox-3"));
    }
}
