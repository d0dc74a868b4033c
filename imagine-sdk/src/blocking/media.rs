//! The blocking client of the audiovisual API: jobs are waited for, files fetched and pages turned on the
//! calling thread.
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

use super::{Blocking, Iter};
use crate::client::client;
use crate::error::Error;
use crate::media::builder::{ImagineHistory, MyImages};
use crate::media::{
    self, Download, DownloadSource, Generation, SavedFile, Wait, WaitAll, WaitError, settings,
};
use bytes::Bytes;

client! {
    /// A blocking client of the audiovisual API: [`MediaClient`](crate::MediaClient) for synchronous programs.
    ///
    /// Cloning it is cheap, and the clones share connections, limits and the thread that drives them. It can be
    /// used from any number of threads at once.
    MediaClient,
    path: "blocking::MediaClient",
    mode: Blocking,
    api: media::MediaClient,
    endpoint: "IMAGINE_MEDIA_ENDPOINT",
    key: "IMAGINE_MEDIA_API_KEY",
    scheme: ChApiKey,
    operations: crate::media::OPERATIONS,
    prepare: crate::media::settings::prepare,
}

/// What the looks at a job find, each waited for.
pub type ProgressStream = Iter<media::ProgressStream>;

/// The bytes of a file as they come, each piece waited for.
pub type FileStream = Iter<media::FileStream>;

impl MediaClient {
    /// Waits for a job, as [`media::MediaClient::wait`] does.
    pub fn wait(&self, job: &Generation) -> Wait<Blocking> {
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
    /// When the generation has no result, or its location is not at `https` or `http`.
    pub fn media_url(&self, job: &Generation) -> Result<String, Error> {
        settings::media_url(&self.0, job)
    }

    /// Fetches a file, as [`media::MediaClient::download`] does.
    pub fn download(&self, source: impl Into<DownloadSource>) -> Download<Blocking> {
        Download::new(self.connection(), source)
    }
}

impl Wait<Blocking> {
    /// Waits until the job has ended.
    ///
    /// # Errors
    ///
    /// When the job failed, is not finished in time, or cannot be asked about.
    pub fn send(self) -> Result<Generation, WaitError> {
        let (wait, runtime) = self.split();
        let job = wait.job().clone();
        let sent = runtime.run(wait.send());
        sent.unwrap_or_else(|error| Err(WaitError::poll_rejected(&job, error)))
    }

    /// Waits step by step: an iterator over what every look found. The last item is
    /// [`Progress::Finished`](crate::media::Progress::Finished), or the error that ended the wait.
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
        // Where this thread cannot wait, each wait returns the error.
        let run = runtime.run(wait.send());
        run.unwrap_or_else(|_| waits.into_iter().map(Wait::<Blocking>::send).collect())
    }
}

impl Download<Blocking> {
    /// Fetches the file as an iterator over its bytes. Its length is checked at its end.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`media::Download`].
    pub fn stream(self) -> Result<FileStream, Error> {
        let (download, runtime) = self.split();
        let file = runtime.run(download.stream())??;
        Ok(Iter::new(file, runtime, Err))
    }

    /// Fetches the file into memory.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`media::Download`].
    pub fn bytes(self) -> Result<Bytes, Error> {
        let (download, runtime) = self.split();
        runtime.run(download.bytes())?
    }

    /// Fetches the file to `path`. It appears there whole or not at all.
    ///
    /// # Errors
    ///
    /// As the asynchronous [`media::Download`].
    pub fn save_to(self, path: impl AsRef<Path>) -> Result<SavedFile, Error> {
        let (download, runtime) = self.split();
        runtime.run(download.save_to(path.as_ref()))?
    }
}

impl MyImages<Blocking> {
    /// Every image from the page that is set (the first, if none is) to the last, page after page as they
    /// are needed. It ends with the count that the service gives, or at an empty page.
    pub fn all(self) -> impl Iterator<Item = Result<Generation, Error>> + Send + 'static {
        let (request, runtime) = self.0.split();
        Iter::new(MyImages(request).all(), runtime, Err)
    }
}

impl ImagineHistory<Blocking> {
    /// Returns every generation from the page of `cursor`, or the first, to the last, and loads the pages as needed.
    pub fn all(self) -> impl Iterator<Item = Result<Generation, Error>> + Send + 'static {
        let (request, runtime) = self.0.split();
        Iter::new(ImagineHistory(request).all(), runtime, Err)
    }
}
