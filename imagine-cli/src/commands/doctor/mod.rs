//! `imagine doctor`.

mod check;
mod service;

use clap::Args;

use self::check::Report;
use crate::failure::{Exit, Failure, Result};
use crate::session::Session;
use crate::{environment, state};

/// Check the endpoint, the key, TLS, the proxy, the clock and the version, and suggest fixes.
#[derive(Args, Debug)]
pub(crate) struct Doctor {}

impl Doctor {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let mut report = Report::default();
        config(session, &mut report)?;
        proxies(&mut report);
        let inference = service::inference(session, &mut report).await;
        let media = service::media(session, &mut report).await;
        report.print(session.json())?;
        match report.worst() {
            _ if !inference && !media => Err(Failure::new(
                Exit::Configuration,
                "neither API is configured",
            )),
            Some(exit) => {
                Err(Failure::new(exit, "a check failed").with_hint("follow the advice above"))
            }
            None => Ok(()),
        }
    }
}

fn config(session: &Session, report: &mut Report) -> Result<()> {
    if session.is_mock() {
        report.ok("config", "not read: the embedded mock responds");
        return Ok(());
    }
    let path = state::config_file()?;
    match path.exists() {
        true => report.ok("config", path.display().to_string()),
        false => report.ok(
            "config",
            format!("{} does not exist; it is optional", path.display()),
        ),
    }
    Ok(())
}

fn proxies(report: &mut Report) {
    let proxies = environment::proxies().into_iter();
    let proxies = proxies.map(|(name, url)| format!("{name}={}", without_password(&url)));
    let proxies: Vec<_> = proxies.collect();
    match proxies.is_empty() {
        true => report.ok("proxy", "none"),
        false => report.ok("proxy", proxies.join(" ")),
    }
}

/// Removes the user name and the password of a URL.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(end)) if scheme < end => {
            let start = url.get(..scheme + 3).unwrap_or_default();
            format!("{start}{}", url.get(end + 1..).unwrap_or_default())
        }
        (None, Some(end)) => url.get(end + 1..).unwrap_or_default().to_owned(),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_proxies_are_not_printed() {
        assert_eq!(
            without_password("http://u:p@proxy:3128"),
            "http://proxy:3128"
        );
        assert_eq!(without_password("u:p@proxy:3128"), "proxy:3128");
        assert_eq!(without_password("http://proxy:3128/"), "http://proxy:3128/");
    }
}
