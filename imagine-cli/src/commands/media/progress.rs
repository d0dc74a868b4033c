//! The progress of a job on stderr: bars in a terminal, nothing elsewhere.

use std::time::Duration;

use imagine_sdk::media::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The pause between two frames of a spinner.
const FRAME: Duration = Duration::from_millis(100);

/// The stages of a job: its upload, the queue, the work and the download.
pub(crate) struct Stages {
    bar: ProgressBar,
    longest_queue: u64,
}

impl Stages {
    /// Starts with the upload of a request of this many bytes.
    pub(crate) fn upload(bytes: usize) -> Self {
        Self::start(format!("uploading {}", indicatif::HumanBytes(bytes as u64)))
    }

    /// Starts with the wait for a job that was submitted before.
    pub(crate) fn wait() -> Self {
        Self::start("waiting".to_owned())
    }

    fn start(message: String) -> Self {
        // Hidden unless stderr is a terminal.
        let target = ProgressDrawTarget::stderr();
        let stages = Self {
            bar: ProgressBar::with_draw_target(None, target),
            longest_queue: 0,
        };
        stages.spin(message);
        stages
    }

    /// Shows the result of a poll.
    pub(crate) fn poll(&mut self, progress: &Progress) {
        match progress {
            Progress::Queued(ahead) => {
                self.longest_queue = self.longest_queue.max(*ahead);
                self.style("{spinner} queued behind {msg} [{bar:30}] {elapsed}");
                self.bar.set_length(self.longest_queue);
                self.bar.set_position(self.longest_queue - ahead);
                self.bar.set_message(ahead.to_string());
                self.bar.enable_steady_tick(FRAME);
            }
            Progress::PollFailed(error) => self.spin(format!("polling again: {error}")),
            _ => self.spin("working".to_owned()),
        }
    }

    /// Starts the download of a file, whose length may be unknown.
    pub(crate) fn download(&self, length: Option<u64>) {
        match length {
            Some(length) => {
                self.style("downloading [{bar:30}] {bytes}/{total_bytes}");
                self.bar.set_length(length);
            }
            None => self.style("{spinner} downloading {bytes}"),
        }
        self.bar.set_position(0);
    }

    /// Counts bytes of the file.
    pub(crate) fn received(&self, bytes: usize) {
        self.bar.inc(bytes as u64);
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn spin(&self, message: String) {
        self.style("{spinner} {msg} {elapsed}");
        self.bar.set_message(message);
        self.bar.enable_steady_tick(FRAME);
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }
}
