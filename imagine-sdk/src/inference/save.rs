//! Saves images.

use std::path::Path;

use super::ImageData;
use crate::error::Error;
use crate::stream;

impl ImageData {
    /// Saves the bytes of the image file to `path`, decoded in the memory of the response if this is its only image.
    ///
    /// The file appears completely or not at all, as with a download.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), imagine_sdk::Error> {
    /// # let mut image = imagine_sdk::inference::ImageData::default();
    /// # image.b64_json = Some("TWFuY2hlZ28=".into());
    /// # let path = std::env::temp_dir().join(format!("imagine-save-{}.png", std::process::id()));
    /// image.save_to(&path).await?;
    /// assert_eq!(std::fs::read(&path).unwrap(), b"Manchego");
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the response contains no bytes, or invalid base64, or if the file cannot be written.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<(), Error> {
        stream::save_bytes(self.into_bytes()?, path.as_ref()).await
    }
}
