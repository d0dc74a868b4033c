//! The blocking client of the media API. Waiting for jobs, downloading and paging block the calling thread.
//!
//! ```no_run
//! use imagine_sdk::blocking::MediaClient;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = MediaClient::from_env()?; // IMAGINE_MEDIA_ENDPOINT, IMAGINE_MEDIA_API_KEY
//! let job = client.text2img("A cat on a bicycle").send()?;
//! let done = client.wait(&job).send()?;
//! client.download(&done).save_to("cat.png")?;
//! # Ok(())
//! # }
//! ```

use std::path::Path;

use super::{Blocking, FileStream, Iter, MediaClient};
use crate::error::Error;
use crate::media::{
    self, Download, DownloadSource, Generation, SavedFile, Wait, WaitAll, WaitError, settings,
};
use bytes::Bytes;

/// An iterator over the polls of a generation. Each item blocks the calling thread.
pub type ProgressStream = Iter<media::ProgressStream>;

impl MediaClient {
    /// Waits for a generation, as [`media::MediaClient::wait`] does.
    pub fn wait(&self, job: impl Into<Generation>) -> Wait<Blocking> {
        Wait::new(self.connection(), job)
    }

    /// Waits for several generations, as [`media::MediaClient::wait_all`] does.
    pub fn wait_all(&self, jobs: impl IntoIterator<Item = Generation>) -> WaitAll<Blocking> {
        WaitAll::new(self.connection(), jobs)
    }

    /// Returns the URL of the result of a generation, as [`media::MediaClient::media_url`] does.
    ///
    /// # Errors
    ///
    /// Fails if the generation has no result, or its URL is not an `https` or `http` URL.
    pub fn media_url(&self, job: &Generation) -> Result<String, Error> {
        settings::media_url(&self.connection(), job)
    }

    /// Downloads a file, as [`media::MediaClient::download`] does.
    pub fn download(&self, source: impl Into<DownloadSource>) -> Download<Blocking> {
        Download::new(self.connection(), source)
    }
}

impl Wait<Blocking> {
    /// Waits until the generation has ended.
    ///
    /// # Errors
    ///
    /// Fails if the generation fails, does not finish in time, or cannot be polled.
    pub fn send(self) -> Result<Generation, WaitError> {
        let (wait, runtime) = self.split();
        let job = wait.job().clone();
        let result = runtime.block_on(wait.send());
        result.unwrap_or_else(|error| Err(WaitError::poll_rejected(&job, error)))
    }

    /// Returns an iterator over the polls. The last item is [`Progress::Finished`](crate::media::Progress::Finished),
    /// or the error that ended the wait.
    pub fn progress(self) -> ProgressStream {
        let (wait, runtime) = self.split();
        let job = wait.job().clone();
        Iter::new(wait.progress(), runtime, move |error| {
            Err(WaitError::poll_rejected(&job, error))
        })
    }
}

impl WaitAll<Blocking> {
    /// Waits until all generations have ended.
    pub fn send(self) -> Vec<Result<Generation, WaitError>> {
        let waits = self.waits();
        let (wait, runtime) = self.split();
        // If this thread cannot block, each wait returns the error.
        let results = runtime.block_on(wait.send());
        results.unwrap_or_else(|_| waits.into_iter().map(Wait::<Blocking>::send).collect())
    }
}

impl Download<Blocking> {
    /// Starts the download as an iterator over its bytes. The iterator validates the length at its end.
    ///
    /// # Errors
    ///
    /// Fails as the asynchronous [`media::Download`] does.
    pub fn stream(self) -> Result<FileStream, Error> {
        let (download, runtime) = self.split();
        let file = runtime.block_on(download.stream())??;
        Ok(Iter::new(file, runtime, Err))
    }

    /// Downloads the file into memory.
    ///
    /// # Errors
    ///
    /// Fails as the asynchronous [`media::Download`] does.
    pub fn bytes(self) -> Result<Bytes, Error> {
        let (download, runtime) = self.split();
        runtime.block_on(download.bytes())?
    }

    /// Downloads the file to `path`. The file appears completely or not at all.
    ///
    /// # Errors
    ///
    /// Fails as the asynchronous [`media::Download`] does.
    pub fn save_to(self, path: impl AsRef<Path>) -> Result<SavedFile, Error> {
        let (download, runtime) = self.split();
        runtime.block_on(download.save_to(path.as_ref()))?
    }
}
