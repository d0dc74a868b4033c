//! One generation, and its forms in responses.

use serde_json::{Map, Value, json};

use crate::media_build::Build;

/// How many others a new generation waits for. Each poll finds one fewer.
const QUEUE: u32 = 2;

/// The poll that finds the generation finished. Those before it find it queued, then running.
const LAST_POLL: u32 = QUEUE + 1;

/// A generation. It advances when it is polled, not with time, so that tests need not wait.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    /// The id of the item that it makes.
    pub(crate) item: String,
    pub(crate) kind: Kind,
    /// Its `GenerationType`.
    pub(crate) generation_type: String,
    pub(crate) cost: u64,
    /// What lists contain besides its state.
    pub(crate) about: Map<String, Value>,
    pub(crate) ending: Ending,
    pub(crate) polls: u32,
}

/// What a generation makes, as far as lists distinguish it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Image,
    Sound,
    Speech,
    Model,
}

/// How a generation ends.
#[derive(Debug)]
pub(crate) enum Ending {
    Finished {
        /// The path of the result below the base of the API.
        path: String,
        /// The paths of its other parts by name.
        secondary: Vec<(&'static str, String)>,
    },
    Failed {
        /// The `RejectionReason`.
        reason: &'static str,
        /// The reason in words, as build 0.2 has it.
        message: String,
        /// The field that it is about.
        location: Option<&'static str>,
    },
}

/// The form of a generation in a response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form<'a> {
    pub(crate) schema: Schema,
    /// The base URL of the API.
    pub(crate) endpoint: &'a str,
    /// The base path of the API.
    pub(crate) base: &'a str,
}

/// The schema of a generation in a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// All fields of build 0.2.
    Status,
    /// `TimedResponse` of build 0.5: the handle or a `GalleryItem`.
    Timed,
    /// `ImaginedItem` of build 0.5.
    Imagined,
}

impl Schema {
    /// The schema of the operations but `/imagine` and its siblings.
    pub(crate) fn of(build: Build) -> Self {
        match build {
            Build::V0_2 => Self::Status,
            Build::V0_5 => Self::Timed,
        }
    }
}

impl Job {
    /// A generation that is finished at once.
    pub(crate) fn finished(self) -> Self {
        Self {
            polls: LAST_POLL,
            ..self
        }
    }

    /// Whether it has ended without a failure.
    pub(crate) fn is_done(&self) -> bool {
        self.polls == LAST_POLL && matches!(self.ending, Ending::Finished { .. })
    }

    /// The response to its submission.
    pub(crate) fn submitted(&self, form: Form<'_>) -> Value {
        match (form.schema, self.polls) {
            (Schema::Status, 0) => {
                json!({"generation_uuid": self.id, "cost": self.cost, "queue_length": QUEUE})
            }
            _ => self.status(form).into(),
        }
    }

    /// Advances it by a step, and returns its state.
    pub(crate) fn poll(&mut self, form: Form<'_>) -> Value {
        self.polls = LAST_POLL.min(self.polls + 1);
        self.status(form).into()
    }

    /// Its state, with what else lists contain.
    pub(crate) fn show(&self, form: Form<'_>) -> Value {
        let fields = match form.schema {
            // Lists have items of generations in any state.
            Schema::Timed => self.gallery_item(form),
            Schema::Status | Schema::Imagined => self.status(form),
        };
        let mut shown = self.about.clone();
        shown.extend(fields);
        shown.into()
    }

    fn status(&self, form: Form<'_>) -> Map<String, Value> {
        match form.schema {
            Schema::Status => self.older_status(form),
            Schema::Timed if self.polls < LAST_POLL => fields([
                ("generation_uuid", json!(self.id)),
                ("cost", json!(self.cost)),
            ]),
            Schema::Timed => self.gallery_item(form),
            Schema::Imagined => self.imagined_item(form),
        }
    }

    fn older_status(&self, form: Form<'_>) -> Map<String, Value> {
        let (path, failure) = (self.path(), self.failure());
        let mut status = fields([
            ("generation_uuid", json!(self.id)),
            ("cost", json!(self.cost)),
            ("queue_length", json!(QUEUE.saturating_sub(self.polls))),
            ("is_done", json!(path.is_some())),
            ("is_failed", json!(failure.is_some())),
            ("primary_media_url", json!(path.map(|path| form.url(path)))),
        ]);
        if let Some((_, message, _)) = failure {
            status.insert("error".to_owned(), json!(message));
        }
        status
    }

    fn gallery_item(&self, form: Form<'_>) -> Map<String, Value> {
        let path = self.path().map(|path| format!("{}{path}", form.base));
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
            ("prompt", self.about("prompt")),
            ("is_published", json!(false)),
            ("comments_enabled", json!(true)),
            ("is_done", json!(self.is_done())),
            ("is_failed", json!(self.failure().is_some())),
            ("parent_image", self.about("parent_image")),
            ("item_id", Value::Null),
            ("uuid", json!(self.item)),
            ("info", Value::Null),
            ("name", Value::Null),
            ("preview", Value::Null),
        ])
    }

    fn imagined_item(&self, form: Form<'_>) -> Map<String, Value> {
        let url = self.path().map(|path| form.url(path));
        let secondary: Map<String, Value> = self
            .secondary()
            .map(|(name, path)| ((*name).to_owned(), form.url(path).into()))
            .collect();
        let error = self
            .failure()
            .map(|(reason, _, location)| json!({"reason": reason, "location": location}));
        fields([
            ("generation_uuid", json!(self.id)),
            ("cost", json!(self.cost)),
            ("primary_media_url", json!(url)),
            ("description", Value::Null),
            ("prompt", self.about("prompt")),
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
        match &self.ending {
            Ending::Finished { path, .. } if self.polls == LAST_POLL => Some(path),
            _ => None,
        }
    }

    fn secondary(&self) -> impl Iterator<Item = &(&'static str, String)> {
        let secondary = match &self.ending {
            Ending::Finished { secondary, .. } if self.is_done() => secondary.as_slice(),
            _ => &[],
        };
        secondary.iter()
    }

    fn failure(&self) -> Option<(&str, &str, Option<&str>)> {
        match &self.ending {
            Ending::Failed {
                reason,
                message,
                location,
            } if self.polls == LAST_POLL => Some((reason, message, *location)),
            _ => None,
        }
    }

    fn about(&self, name: &str) -> Value {
        self.about.get(name).cloned().unwrap_or_default()
    }
}

impl Form<'_> {
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
