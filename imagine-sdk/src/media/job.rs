//! What the service says of a job, and what that means.

use serde_json::Value;

use super::{CheckRequest, Generation, GenerationStatus};

/// How far a job has come.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It waits for its turn, behind this many others.
    Queued(i64),
    /// It is being worked on, or the service does not say.
    Running,
    /// It is finished.
    Finished,
    /// It failed, for this reason in the service's words.
    Failed(String),
}

impl GenerationStatus {
    /// What the status means.
    ///
    /// The reference shows no field for it. The live service is reported to set `is_done` and
    /// `primary_media_url`; a `status` such as `failed` or `done` is understood as well, and whatever is
    /// not known counts as running.
    pub fn state(&self) -> State {
        let status = self
            .extra
            .get("status")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let status = status.as_str();
        let failed = ["failed", "failure", "error", "cancelled", "canceled"].contains(&status);
        if self.is_failed == Some(true) || failed {
            return State::Failed(self.reason());
        }
        let done = [
            "done",
            "completed",
            "complete",
            "succeeded",
            "success",
            "finished",
        ]
        .contains(&status);
        // A word may be about the look, which went well; `is_done` is about the job.
        let done = self.is_done.unwrap_or(done);
        if done || self.url().is_some() {
            return State::Finished;
        }
        // An error and no sign of life is the end of a job that the service does not know.
        let is_known =
            self.generation_uuid.is_some() || self.is_done.is_some() || !status.is_empty();
        let says = |key, value: &dyn Fn(&Value) -> bool| self.extra.get(key).is_some_and(value);
        let is_error = self.error.is_some()
            || says("detail", &|detail| !detail.is_null())
            || says("success", &|success| success == false);
        if is_error && !is_known {
            return State::Failed(self.reason());
        }
        match self.queue_length {
            Some(ahead) if ahead > 0 => State::Queued(ahead),
            _ => State::Running,
        }
    }

    /// Where the result is.
    pub fn url(&self) -> Option<&str> {
        self.primary_media_url
            .as_deref()
            .filter(|url| !url.is_empty())
    }

    fn reason(&self) -> String {
        let unnamed = ["message", "detail"]
            .into_iter()
            .map(|key| self.extra.get(key));
        let said = [self.error.as_ref()].into_iter().chain(unnamed).flatten();
        let texts =
            said.filter_map(|value| value.as_str().or_else(|| value.get("message")?.as_str()));
        let reason = texts.into_iter().find(|text| !text.is_empty());
        let reason = reason.unwrap_or("the service does not say why");
        reason.replace(|character: char| character.is_control(), " ")
    }
}

/// A job is checked on by handing its handle back.
impl From<&Generation> for CheckRequest {
    fn from(job: &Generation) -> Self {
        let kind = job.extra.get("request_type").and_then(Value::as_str);
        Self {
            generation_uuid: job.generation_uuid.clone(),
            cost: Some(job.cost),
            queue_length: Some(job.queue_length),
            request_type: kind.map(str::to_owned),
        }
    }
}

impl From<Generation> for CheckRequest {
    fn from(job: Generation) -> Self {
        Self::from(&job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(json: &str) -> State {
        serde_json::from_str::<GenerationStatus>(json)
            .unwrap()
            .state()
    }

    #[test]
    fn every_reported_sign_is_understood_and_unknown_ones_mean_running() {
        let cases = [
            (
                r#"{"generation_uuid":"g","cost":1,"queue_length":3}"#,
                State::Queued(3),
            ),
            (
                r#"{"generation_uuid":"g","queue_length":0}"#,
                State::Running,
            ),
            (r#"{"status":"queued"}"#, State::Running),
            (
                r#"{"status":"warming_up_gpu","progress":0.1}"#,
                State::Running,
            ),
            (r#"{"generation_uuid":"g","is_done":true}"#, State::Finished),
            (
                r#"{"is_done":false,"primary_media_url":"https://h/x.png"}"#,
                State::Finished,
            ),
            (r#"{"status":"done","output":{}}"#, State::Finished),
            (
                r#"{"status":"FAILED"}"#,
                State::Failed("the service does not say why".into()),
            ),
            (
                r#"{"error":"unknown generation"}"#,
                State::Failed("unknown generation".into()),
            ),
            (r#"{"generation_uuid":"g","error":""}"#, State::Running),
            (
                r#"{"detail":"no such generation"}"#,
                State::Failed("no such generation".into()),
            ),
            (
                r#"{"success":false,"message":"gone"}"#,
                State::Failed("gone".into()),
            ),
            (
                r#"{"is_done":false,"status":"success","queue_length":3}"#,
                State::Queued(3),
            ),
            (
                r#"{"is_failed":true}"#,
                State::Failed("the service does not say why".into()),
            ),
            (
                r#"{"status":"failed","error":"nsfw"}"#,
                State::Failed("nsfw".into()),
            ),
            (
                r#"{"is_failed":true,"error":{"message":"nsfw"}}"#,
                State::Failed("nsfw".into()),
            ),
        ];
        for (json, expected) in cases {
            assert_eq!(state(json), expected, "{json}");
        }
    }
}
