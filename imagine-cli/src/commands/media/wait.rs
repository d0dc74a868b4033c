//! Waiting for jobs, by the commands that submit or resume them.

use std::time::Duration;

use imagine_sdk::MediaClient;
use imagine_sdk::media::{Generation, Progress, Wait};

use super::progress::Stages;
use super::{result, submission};
use crate::commands::image;
use crate::failure::{Failure, Result};
use crate::journal::{Job, Journal, State};
use crate::session::Session;

/// Waits for a job, downloads its result and prints the file. The journal has each step.
pub(crate) async fn wait(
    session: &Session,
    client: &MediaClient,
    journal: &Journal,
    job: &mut Job,
    timeout: Option<u64>,
) -> Result<()> {
    let mut wait = client.wait(job.handle.clone().unwrap_or_default());
    if let Some(seconds) = timeout {
        wait = wait.with_timeout(Duration::from_secs(seconds));
    }
    let mut stages = Stages::wait();
    let finished = tokio::select! {
        finished = poll(wait, &mut stages) => finished,
        _ = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
    };
    let saved = match finished {
        Ok(finished) => {
            let output = job.output.as_deref();
            let saved = result::save(client, &finished, output, &stages).await;
            saved.map(|path| (path, finished))
        }
        Err(failure) => Err(failure),
    };
    stages.finish();
    let (path, finished) = match saved {
        Ok(saved) => saved,
        Err(failure) => return Err(failed(journal, job, failure)?),
    };
    job.state = State::Finished(path.clone());
    job.handle = Some(finished);
    journal.save(job)?;
    image::show(&path)?;
    submission::print(session, job)
}

/// Polls a job until it is finished.
async fn poll(wait: Wait, stages: &mut Stages) -> Result<Generation> {
    let mut polls = wait.progress();
    while let Some(progress) = polls.next().await {
        let progress = progress?;
        stages.poll(&progress);
        if let Progress::Finished(generation) = progress {
            return Ok(generation);
        }
    }
    Err(Failure::other("the wait ended without a result"))
}

/// Writes the end of a failed job. After any other failure, such as one of the network, the job stays open.
fn failed(journal: &Journal, job: &mut Job, failure: Failure) -> Result<Failure> {
    if failure.is_job_failed() {
        job.state = State::Failed(failure.to_string());
        journal.save(job)?;
        return Ok(failure);
    }
    let hint = format!("`imagine jobs resume {}` continues to wait", job.number);
    Ok(failure.with_hint(hint))
}
