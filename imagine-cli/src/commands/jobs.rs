//! `imagine jobs`.

use clap::{Args, Subcommand};
use futures_util::StreamExt;
use imagine_sdk::MediaClient;
use imagine_sdk::media::Generation;

use super::{api, media};
use crate::failure::{Exit, Failure, Result};
use crate::journal::{Job, Journal, State};
use crate::operation::Call;
use crate::output;
use crate::session::Session;

/// The number of recent generations that are searched for a job.
const RECENT: usize = 200;

/// List, resume and cancel jobs of the media API.
#[derive(Args, Debug)]
pub(crate) struct Jobs {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the open jobs.
    List {
        /// Also list finished, failed and canceled jobs.
        #[arg(long)]
        all: bool,
    },
    /// Wait for jobs and download their results.
    Resume(Resume),
    /// Stop waiting for jobs. The service continues with them.
    Cancel {
        /// The numbers of the jobs.
        #[arg(required = true)]
        numbers: Vec<u32>,
    },
}

/// Wait for jobs and download their results.
///
/// If the submission of a job was interrupted, the history of the service is searched for its prompt.
#[derive(Args, Debug)]
struct Resume {
    /// The numbers of the jobs. Default: all open jobs.
    numbers: Vec<u32>,

    /// Submit a job if the history does not contain it.
    #[arg(long)]
    submit: bool,

    /// The maximum time to wait for each job. Default: 900.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    wait_timeout: Option<u64>,
}

impl Jobs {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let journal = Journal::new(&session.state()?);
        match self.command.unwrap_or(Command::List { all: false }) {
            Command::List { all } => list(session, &journal, all),
            Command::Resume(resume) => resume.run(session, &journal).await,
            Command::Cancel { numbers } => cancel(&journal, &numbers),
        }
    }
}

fn list(session: &Session, journal: &Journal, all: bool) -> Result<()> {
    let mut jobs = journal.jobs()?;
    jobs.retain(|job| all || job.state.is_open());
    if session.json() {
        return output::json(&jobs);
    }
    let rows = jobs.iter().map(|job| {
        [
            job.number.to_string(),
            job.operation.clone(),
            job.state.to_string(),
            job.generation().unwrap_or_default().to_owned(),
            output::excerpt(job.prompt(), 40),
        ]
    });
    let header = ["JOB", "OPERATION", "STATE", "ID", "PROMPT"];
    output::table(&header, rows, "no jobs")
}

fn cancel(journal: &Journal, numbers: &[u32]) -> Result<()> {
    for number in numbers {
        let mut job = journal.job(*number)?;
        if job.state.is_open() {
            job.state = State::Canceled;
            journal.save(&job)?;
        }
        output::line(format_args!("job {number}: {}", job.state))?;
    }
    Ok(())
}

impl Resume {
    /// Resumes each job, also after the failure of another one.
    async fn run(self, session: &Session, journal: &Journal) -> Result<()> {
        let jobs = match self.numbers.is_empty() {
            true => journal.jobs()?,
            false => {
                let jobs = self.numbers.iter().map(|number| journal.job(*number));
                jobs.collect::<Result<_>>()?
            }
        };
        let mut last = Ok(());
        for job in jobs.into_iter().filter(|job| job.state.is_open()) {
            let number = job.number;
            if let Err(failure) = self.resume(session, journal, job).await {
                session.log(|| format!("job {number} failed"));
                if let Err(earlier) = std::mem::replace(&mut last, Err(failure)) {
                    earlier.print();
                }
            }
        }
        last
    }

    async fn resume(&self, session: &Session, journal: &Journal, mut job: Job) -> Result<()> {
        let endpoint = session.media_access()?.endpoint;
        if endpoint.trim_end_matches('/') != job.endpoint.trim_end_matches('/') {
            let message = format!("job {} belongs to {}", job.number, job.endpoint);
            return Err(Failure::configuration(message)
                .with_hint(format!("pass `--endpoint {}`", job.endpoint)));
        }
        let client = session.media()?;
        if job.handle.is_none() {
            job.handle = Some(self.handle(&client, journal, &job).await?);
            job.state = State::Submitted;
            journal.save(&job)?;
        }
        media::wait(session, &client, journal, &mut job, self.wait_timeout).await
    }

    /// Returns the handle of a job whose submission was interrupted.
    async fn handle(
        &self,
        client: &MediaClient,
        journal: &Journal,
        job: &Job,
    ) -> Result<Generation> {
        if let Some(found) = find(client, journal, job).await? {
            return Ok(found);
        }
        if self.submit {
            let operation = api::operation(&job.operation)?;
            let call = Call::new(operation, job.fields.clone());
            return crate::generated::media::submit(client, &call).await;
        }
        let number = job.number;
        let message = match job.prompt() {
            "" => format!("job {number} has no prompt by which the history could contain it"),
            _ => format!("job {number} is not in the history of the service"),
        };
        let hint = format!(
            "compare `imagine media history`; `imagine jobs resume {number} --submit` submits it, \
             `imagine jobs cancel {number}` forgets it"
        );
        Err(Failure::new(Exit::NotFound, message).with_hint(hint))
    }
}

/// Finds the newest generation with the prompt of a job that belongs to no other job of the journal. A job without a
/// prompt cannot be recognized.
async fn find(client: &MediaClient, journal: &Journal, job: &Job) -> Result<Option<Generation>> {
    if job.prompt().is_empty() {
        return Ok(None);
    }
    let jobs = journal.jobs()?;
    let known: Vec<_> = jobs.iter().filter_map(Job::generation).collect();
    let mut items = client.imagine_history().all().take(RECENT);
    while let Some(item) = items.next().await {
        let item = item?;
        let id = item.id().filter(|id| !known.contains(id));
        if let Some(id) = id.filter(|_| media::prompt(&item) == job.prompt()) {
            let mut handle = Generation::from(id);
            handle.extra.insert("operation", job.operation.as_str());
            return Ok(Some(handle));
        }
    }
    Ok(None)
}
