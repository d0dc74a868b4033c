//! A generation and its formats in responses.

use serde_json::{Map, Value, json};

use crate::service::media_build::Build;

/// The initial queue length. Each poll reduces it by 1.
const QUEUE_LENGTH: u32 = 2;

/// The number of the poll that finishes a generation. Earlier polls return a queued, then a running generation.
const LAST_POLL: u32 = QUEUE_LENGTH + 1;

/// A generation. It advances with each poll instead of time, because tests should not wait.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    /// The id of the generated item.
    pub(crate) item: String,
    pub(crate) kind: JobKind,
    /// The `GenerationType`.
    pub(crate) generation_type: String,
    pub(crate) cost: u64,
    /// The fields of list entries in addition to the state.
    pub(crate) list_fields: Map<String, Value>,
    pub(crate) result: JobResult,
    pub(crate) polls: u32,
}

/// The kinds of generations that lists distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobKind {
    Image,
    Audio,
    Speech,
    Model,
}

/// The result of a generation.
#[derive(Debug)]
pub(crate) enum JobResult {
    Finished {
        /// The path of the result below the base path of the API.
        path: String,
        /// The paths of its other files by name.
        secondary: Vec<(&'static str, String)>,
    },
    Failed {
        /// The `RejectionReason`.
        reason: &'static str,
        /// The error message of build 0.2.
        message: String,
        /// The field that caused the failure.
        location: Option<&'static str>,
    },
}

/// The format of a generation in a response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobFormat<'a> {
    pub(crate) schema: JobSchema,
    /// The base URL of the API.
    pub(crate) endpoint: &'a str,
    /// The base path of the API.
    pub(crate) base_path: &'a str,
}

/// The schema of a generation in a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobSchema {
    /// All fields of build 0.2.
    Status,
    /// `TimedResponse` of build 0.5: the handle or a `GalleryItem`.
    Timed,
    /// `ImaginedItem` of build 0.5.
    Imagined,
}

impl JobSchema {
    /// Returns the schema of all operations except `/imagine` and its siblings.
    pub(crate) fn for_build(build: Build) -> Self {
        match build {
            Build::V0_2 => Self::Status,
            Build::V0_5 => Self::Timed,
        }
    }
}

impl Job {
    /// Returns the generation in its final state.
    pub(crate) fn into_finished(self) -> Self {
        Self {
            polls: LAST_POLL,
            ..self
        }
    }

    /// Returns the approximate size in bytes.
    pub(crate) fn size(&self) -> usize {
        let fields = self
            .list_fields
            .values()
            .map(|field| field.to_string().len());
        self.id.len() + self.item.len() + fields.sum::<usize>()
    }

    /// Returns whether it has finished successfully.
    pub(crate) fn is_done(&self) -> bool {
        self.polls == LAST_POLL && matches!(self.result, JobResult::Finished { .. })
    }

    /// Returns the response to its submission.
    pub(crate) fn submitted(&self, format: JobFormat<'_>) -> Value {
        match (format.schema, self.polls) {
            (JobSchema::Status, 0) => {
                json!({"generation_uuid": self.id, "cost": self.cost, "queue_length": QUEUE_LENGTH})
            }
            _ => self.status(format).into(),
        }
    }

    /// Advances it by one step and returns its state.
    pub(crate) fn poll(&mut self, format: JobFormat<'_>) -> Value {
        self.polls = LAST_POLL.min(self.polls + 1);
        self.status(format).into()
    }

    /// Returns its entry in lists.
    pub(crate) fn list_entry(&self, format: JobFormat<'_>) -> Value {
        let fields = match format.schema {
            // Lists contain an item for a generation in any state.
            JobSchema::Timed => self.gallery_item(format),
            JobSchema::Status | JobSchema::Imagined => self.status(format),
        };
        let mut entry = self.list_fields.clone();
        entry.extend(fields);
        entry.into()
    }

    fn status(&self, format: JobFormat<'_>) -> Map<String, Value> {
        match format.schema {
            JobSchema::Status => self.status_v0_2(format),
            JobSchema::Timed if self.polls < LAST_POLL => fields([
                ("generation_uuid", json!(self.id)),
                ("cost", json!(self.cost)),
            ]),
            JobSchema::Timed => self.gallery_item(format),
            JobSchema::Imagined => self.imagined_item(format),
        }
    }

    fn status_v0_2(&self, format: JobFormat<'_>) -> Map<String, Value> {
        let (path, failure) = (self.path(), self.failure());
        let mut status = fields([
            ("generation_uuid", json!(self.id)),
            ("cost", json!(self.cost)),
            (
                "queue_length",
                json!(QUEUE_LENGTH.saturating_sub(self.polls)),
            ),
            ("is_done", json!(path.is_some())),
            ("is_failed", json!(failure.is_some())),
            (
                "primary_media_url",
                json!(path.map(|path| format.url(path))),
            ),
        ]);
        if let Some((_, message, _)) = failure {
            status.insert("error".to_owned(), json!(message));
        }
        status
    }

    fn gallery_item(&self, format: JobFormat<'_>) -> Map<String, Value> {
        let path = self
            .path()
            .map(|path| format!("{}{path}", format.base_path));
        fields([
            ("generation_uuid", json!(self.id)),
            ("cost", json!(self.cost)),
            ("queue_length", Value::Null),
            ("primary_character_id", Value::Null),
            ("secondary_character_ids", json!([])),
            ("lorebook_id", Value::Null),
            ("primary_image_path", json!(path.unwrap_or_default())),
            ("user_owned", json!(true)),
            ("nsfw_image", json!(false)),
            ("description", Value::Null),
            ("prompt", self.list_field("prompt")),
            ("is_published", json!(false)),
            ("comments_enabled", json!(true)),
            ("is_done", json!(self.is_done())),
            ("is_failed", json!(self.failure().is_some())),
            ("parent_image", self.list_field("parent_image")),
            ("item_id", Value::Null),
            ("uuid", json!(self.item)),
            ("info", Value::Null),
            ("name", Value::Null),
            ("preview", Value::Null),
        ])
    }

    fn imagined_item(&self, format: JobFormat<'_>) -> Map<String, Value> {
        let url = self.path().map(|path| format.url(path));
        let secondary: Map<String, Value> = self
            .secondary()
            .map(|(name, path)| ((*name).to_owned(), format.url(path).into()))
            .collect();
        let error = self
            .failure()
            .map(|(reason, _, location)| json!({"reason": reason, "location": location}));
        fields([
            ("generation_uuid", json!(self.id)),
            ("cost", json!(self.cost)),
            ("primary_media_url", json!(url)),
            ("description", Value::Null),
            ("prompt", self.list_field("prompt")),
            ("is_done", json!(self.is_done())),
            ("is_failed", json!(error.is_some())),
            ("uuid", json!(self.item)),
            ("info", Value::Null),
            ("secondary_media_urls", json!(secondary)),
            ("error", json!(error)),
            ("note", Value::Null),
        ])
    }

    fn path(&self) -> Option<&str> {
        match &self.result {
            JobResult::Finished { path, .. } if self.polls == LAST_POLL => Some(path),
            _ => None,
        }
    }

    fn secondary(&self) -> impl Iterator<Item = &(&'static str, String)> {
        let secondary = match &self.result {
            JobResult::Finished { secondary, .. } if self.is_done() => secondary.as_slice(),
            _ => &[],
        };
        secondary.iter()
    }

    fn failure(&self) -> Option<(&str, &str, Option<&str>)> {
        match &self.result {
            JobResult::Failed {
                reason,
                message,
                location,
            } if self.polls == LAST_POLL => Some((reason, message, *location)),
            _ => None,
        }
    }

    fn list_field(&self, name: &str) -> Value {
        self.list_fields.get(name).cloned().unwrap_or_default()
    }
}

impl JobFormat<'_> {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint)
    }
}

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
