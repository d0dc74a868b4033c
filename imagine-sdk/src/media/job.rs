//! The states of generations, and their poll requests.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::{CheckRequest, Generation, ImagineCheckRequest, Rejection};
use crate::request::ResponseContext;
use crate::types::{JobError, message};

/// The state of a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobState {
    /// The generation is queued behind this many others.
    Queued(u64),
    /// The generation is being processed, or the service does not report its state.
    Running,
    /// The generation is finished.
    Finished,
    /// The generation failed for this reason.
    Failed(String),
}

/// The kind of the file that a generation results in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaKind {
    /// An image.
    Image,
    /// A video or an animation.
    Video,
    /// Music, sound effects or speech.
    Audio,
    /// A 3D model.
    Model3d,
}

impl MediaKind {
    fn of(operation: &str) -> Option<Self> {
        Some(match operation {
            "text2img" | "img2img" | "inpaint" | "upscale" | "remove_background"
            | "expressions" => Self::Image,
            "animate" | "video" => Self::Video,
            "music" | "foley" | "tts" => Self::Audio,
            "model3d" => Self::Model3d,
            _ => return None,
        })
    }
}

/// The values of `status` for failed and finished generations. Services of this kind also append a word, as in
/// `request moderated`.
const FAILED: [&str; 16] = [
    "aborted",
    "canceled",
    "cancelled",
    "dead",
    "error",
    "expired",
    "failed",
    "failure",
    "killed",
    "moderated",
    "rejected",
    "terminated",
    "timed_out",
    "timedout",
    "timeout",
    "unsuccessful",
];
const FINISHED: [&str; 7] = [
    "ready",
    "done",
    "completed",
    "complete",
    "succeeded",
    "success",
    "finished",
];

/// The key of the operation in `extra`. The services do not send such a field.
const OPERATION: &str = "operation";

/// Creates the handle of the generation with this id, for instance of one that another program submitted.
impl From<&str> for Generation {
    fn from(id: &str) -> Self {
        Self::from(id.to_owned())
    }
}

/// Creates the handle of the generation with this id.
impl From<String> for Generation {
    fn from(id: String) -> Self {
        Self {
            generation_uuid: Some(id),
            ..Self::default()
        }
    }
}

impl From<&Self> for Generation {
    fn from(job: &Self) -> Self {
        job.clone()
    }
}

impl Generation {
    /// Returns the operation that the handle was submitted by, such as `text2img`. A serialized handle contains it.
    /// `None` for the handle of an id, and for items of lists.
    pub fn operation(&self) -> Option<Cow<'_, str>> {
        self.extra.get_str(OPERATION)
    }

    /// Returns the kind of the result, from the operation of the handle. `None` without an operation, and for
    /// `imagine`, whose generation type decides.
    pub fn media_kind(&self) -> Option<MediaKind> {
        MediaKind::of(&self.operation()?)
    }

    /// Sets the operation, unless the handle has one.
    pub(crate) fn set_operation(&mut self, operation: &str) {
        if !self.extra.contains_key(OPERATION) {
            self.extra.insert(OPERATION, operation);
        }
    }

    /// Returns the id of the generation.
    pub fn id(&self) -> Option<&str> {
        self.generation_uuid.as_deref().filter(|id| !id.is_empty())
    }

    /// Returns the state of the generation.
    ///
    /// The published document has `is_done` and `is_failed`. A result or an error without these fields counts too, as
    /// does a `status` such as `failed` or `done`. Every other generation counts as running.
    pub fn state(&self) -> JobState {
        let status = self.status();
        let status = status.as_str();
        if self.is_failed == Some(true) || FAILED.contains(&status) || is_moderated(status) {
            return JobState::Failed(self.reason());
        }
        // `status` may describe the poll. `is_done` always describes the generation.
        let is_done = self.is_done.unwrap_or(FINISHED.contains(&status));
        if self.url().is_some() {
            return JobState::Finished;
        }
        // Without a result, an error means failure for a generation that is done or that the service does not know.
        let is_known =
            self.generation_uuid.is_some() || self.is_done.is_some() || !status.is_empty();
        if self.has_error() && (is_done || !is_known) {
            return JobState::Failed(self.reason());
        }
        if is_done {
            return JobState::Finished;
        }
        match self.queue_length {
            Some(ahead) if ahead > 0 => JobState::Queued(ahead),
            _ => JobState::Running,
        }
    }

    /// Returns the location of the result: `primary_media_url`, or else `primary_image_path`. It is a URL or a path,
    /// which [`media_url`](super::MediaClient::media_url) resolves.
    pub fn url(&self) -> Option<&str> {
        [&self.primary_media_url, &self.primary_image_path]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|url| !url.is_empty())
    }

    /// Returns the URLs of the additional results by name, such as the textures of a 3D model.
    pub fn secondary_urls(&self) -> &BTreeMap<String, String> {
        &self.secondary_media_urls
    }

    /// Returns the reason why the service rejected the generation, if it reports one.
    pub fn rejection(&self) -> Option<&Rejection> {
        self.error.as_ref()?.rejection()
    }

    /// Returns true if the generation contains more than the handle: progress, a result, or an error.
    pub(super) fn has_progress(&self) -> bool {
        self.is_done.is_some()
            || self.is_failed.is_some()
            || self.url().is_some()
            || self.has_error()
            || self.queue_length.is_some_and(|ahead| ahead > 0)
            || !self.status().is_empty()
    }

    fn status(&self) -> String {
        let status = self.extra.get_str("status").unwrap_or_default();
        let status = status.to_ascii_lowercase();
        status.replace([' ', '-'], "_")
    }

    fn has_error(&self) -> bool {
        let has = |key, is_error: fn(&Value) -> bool| {
            self.extra.get(key).is_some_and(|value| is_error(&value))
        };
        self.error.as_ref().is_some_and(|error| !error.is_empty())
            || has("detail", |detail| !detail.is_null())
            || has("success", |success| success == false)
    }

    fn reason(&self) -> String {
        let own = self.error.as_ref().and_then(JobError::message);
        let other = || {
            let mut keys = ["message", "detail"].into_iter();
            keys.find_map(|key| message(&self.extra.get(key)?))
        };
        let reason = own
            .or_else(other)
            .unwrap_or_else(|| "the service reported no reason".to_owned());
        reason.replace(|character: char| character.is_control(), " ")
    }
}

fn is_moderated(status: &str) -> bool {
    status.ends_with("_moderated")
}

/// Rejects the response to a submission if it is an error, or contains neither a result nor a handle.
///
/// A valid one gets the operation, so that the handle contains it.
pub(crate) fn validate_submission(
    generation: &mut Generation,
    context: &ResponseContext,
) -> Result<(), String> {
    check_submission(generation)?;
    generation.set_operation(context.operation.id);
    Ok(())
}

fn check_submission(generation: &Generation) -> Result<(), String> {
    if generation.url().is_some() {
        return Ok(());
    }
    // A failed generation is a valid response. `wait` reports the failure.
    if generation.has_error() && generation.is_failed != Some(true) {
        return Err(generation.reason());
    }
    if generation.id().is_some() {
        return Ok(());
    }
    Err("it contains neither `generation_uuid` nor a finished item".to_owned())
}

/// Creates the poll request of a generation, with the fields that the service returned.
impl From<&Generation> for CheckRequest {
    #[expect(deprecated, reason = "build 0.2 has the field")]
    fn from(generation: &Generation) -> Self {
        let ImagineCheckRequest {
            generation_uuid,
            cost,
            request_type,
        } = generation.into();
        Self {
            generation_uuid,
            cost,
            queue_length: generation.queue_length,
            request_type,
        }
    }
}

impl From<Generation> for CheckRequest {
    fn from(generation: Generation) -> Self {
        Self::from(&generation)
    }
}

/// Creates the poll request of a generation, with the fields that the service returned.
impl From<&Generation> for ImagineCheckRequest {
    fn from(generation: &Generation) -> Self {
        let request_type = generation
            .extra
            .get_str("request_type")
            .map(Cow::into_owned);
        Self {
            generation_uuid: generation.generation_uuid.clone(),
            cost: generation.cost,
            request_type,
        }
    }
}

impl From<Generation> for ImagineCheckRequest {
    fn from(generation: Generation) -> Self {
        Self::from(&generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generation(json: &str) -> Generation {
        serde_json::from_str(json).unwrap()
    }

    fn failed(reason: &str) -> JobState {
        JobState::Failed(reason.to_owned())
    }

    #[test]
    fn every_submission_but_imagine_has_a_media_kind() {
        use crate::media::OPERATIONS;
        use crate::request::RetrySafety;

        let without_result = ["imagine", "prompt", "stt", "voice_clone"];
        for operation in OPERATIONS {
            let is_submission = operation.retry_safety == RetrySafety::OnlyIfNotStarted
                && !without_result.contains(&operation.id);
            let kind = MediaKind::of(operation.id);
            assert_eq!(kind.is_some(), is_submission, "{}", operation.id);
        }
    }

    #[test]
    fn all_forms_of_a_state_are_recognized() {
        let unexplained = "the service reported no reason";
        let cases = [
            (
                r#"{"generation_uuid":"g","cost":1,"queue_length":3}"#,
                JobState::Queued(3),
            ),
            (
                r#"{"generation_uuid":"g","queue_length":0}"#,
                JobState::Running,
            ),
            (r#"{"generation_uuid":"g","cost":null}"#, JobState::Running),
            (r#"{"status":"queued"}"#, JobState::Running),
            (
                r#"{"status":"warming_up_gpu","progress":0.1}"#,
                JobState::Running,
            ),
            (
                r#"{"generation_uuid":"g","is_done":true}"#,
                JobState::Finished,
            ),
            (
                r#"{"is_done":false,"primary_media_url":"https://h/x.png"}"#,
                JobState::Finished,
            ),
            (
                r#"{"is_done":true,"primary_image_path":"/x.png"}"#,
                JobState::Finished,
            ),
            (r#"{"status":"done","output":{}}"#, JobState::Finished),
            (r#"{"status":"FAILED"}"#, failed(unexplained)),
            (
                r#"{"error":"unknown generation"}"#,
                failed("unknown generation"),
            ),
            (r#"{"generation_uuid":"g","error":""}"#, JobState::Running),
            (
                r#"{"generation_uuid":"g","is_done":true,"error":"nsfw"}"#,
                failed("nsfw"),
            ),
            (
                r#"{"detail":"no such generation"}"#,
                failed("no such generation"),
            ),
            (r#"{"success":false,"message":"gone"}"#, failed("gone")),
            (
                r#"{"is_done":false,"status":"success","queue_length":3}"#,
                JobState::Queued(3),
            ),
            (r#"{"is_failed":true}"#, failed(unexplained)),
            (r#"{"status":"failed","error":"nsfw"}"#, failed("nsfw")),
            (
                r#"{"is_failed":true,"error":{"message":"nsfw"}}"#,
                failed("nsfw"),
            ),
            (
                r#"{"is_failed":true,"error":{"reason":"explicit_text","location":"prompt"}}"#,
                failed("rejected as explicit_text in `prompt`"),
            ),
            (
                r#"{"is_done":true,"is_failed":false,"error":{"reason":"new_reason"}}"#,
                failed("rejected as new_reason"),
            ),
        ];
        for (json, expected) in cases {
            assert_eq!(generation(json).state(), expected, "{json}");
        }
    }

    #[test]
    fn errors_of_both_builds_are_serialized_unchanged() {
        for error in [
            r#""nsfw""#,
            r#"{"reason":"out_of_credits","location":null,"more":1}"#,
            r#"{"message":"m"}"#,
            "3",
        ] {
            let read: JobError = serde_json::from_str(error).unwrap();
            let written: Value = serde_json::to_value(&read).unwrap();
            let mut expected: Value = serde_json::from_str(error).unwrap();
            // `null` decodes as absent.
            if let Value::Object(fields) = &mut expected {
                fields.retain(|_, value| !value.is_null());
            }
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn a_media_url_takes_precedence_over_a_path() {
        let both = r#"{"primary_media_url":"https://h/a","primary_image_path":"/b"}"#;
        assert_eq!(generation(both).url(), Some("https://h/a"));
        let path = r#"{"primary_media_url":"","primary_image_path":"/b"}"#;
        assert_eq!(generation(path).url(), Some("/b"));
        assert_eq!(generation(r#"{"primary_image_path":""}"#).url(), None);
    }

    #[test]
    fn only_the_fields_that_the_service_returned_are_sent_back() {
        let sent = |json| {
            let generation = generation(json);
            let requests = [
                serde_json::to_string(&CheckRequest::from(&generation)),
                serde_json::to_string(&ImagineCheckRequest::from(&generation)),
            ];
            requests.map(Result::unwrap)
        };
        let handle = r#"{"cost":25.0,"generation_uuid":"g"}"#;
        assert_eq!(
            sent(r#"{"generation_uuid":"g","cost":25}"#),
            [handle, handle]
        );
        let queued = r#"{"cost":25.0,"generation_uuid":"g","queue_length":2}"#;
        assert_eq!(sent(queued), [queued, handle]);
    }
}
