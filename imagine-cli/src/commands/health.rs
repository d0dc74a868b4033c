//! `imagine health` and `imagine ping`.

use crate::failure::Result;
use crate::output;
use crate::session::Session;

/// Reports the health of the service.
pub(crate) async fn health(session: &Session) -> Result<()> {
    let health = session.inference()?.health_check().await?;
    if session.json() {
        return output::json(&health);
    }
    let rows = [
        ["models".to_owned(), health.models],
        ["postgres".to_owned(), health.postgres],
        ["redis".to_owned(), health.redis],
    ];
    output::table(&["PART", "STATE"], rows, "no parts")
}

/// Checks that the service responds.
pub(crate) async fn ping(session: &Session) -> Result<()> {
    let ping = session.inference()?.ping().await?;
    match session.json() {
        true => output::json(&ping),
        false => output::line(format_args!("{} ({})", ping.message, ping.status)),
    }
}
