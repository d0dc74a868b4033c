//! `imagine usage`.

use clap::Args;
use imagine_sdk::inference::UsageRecordAggregated;

use super::sample;
use crate::failure::Result;
use crate::session::Session;
use crate::{models, output, terminal};

/// Report the tokens that the account used.
#[derive(Args, Debug)]
pub(crate) struct Usage {
    /// The length of the report's periods, such as `day` or `month`.
    #[arg(long, default_value = "day")]
    by: String,

    /// Report only this model.
    #[arg(short, long, add = models::completer())]
    model: Option<String>,

    /// The start of the report, such as `2026-01-01 00:00:00`.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// The end of the report, such as `2026-02-01 00:00:00`.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,

    /// Draw a bar chart of the tokens by model.
    #[arg(long)]
    plot: bool,
}

impl Usage {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let client = session.inference()?;
        sample::calls(session, &client).await?;
        let mut request = client.usage().aggregation_duration(self.by);
        if let Some(model) = self.model {
            request = request.model(model);
        }
        if let Some(since) = self.since {
            request = request.since(since);
        }
        if let Some(until) = self.until {
            request = request.until(until);
        }
        let report = request.await?;
        if session.json() {
            return output::json(&report);
        }
        if self.plot {
            return plot(&report.overall);
        }
        let rows = report.usage.iter().map(|record| {
            [
                record.date_bin.clone(),
                record.model.clone(),
                record.total_input_tokens.to_string(),
                record.total_output_tokens.to_string(),
                record.total_tokens.to_string(),
                format!("{:.1}", record.total_generation_time),
            ]
        });
        let header = ["PERIOD", "MODEL", "INPUT", "OUTPUT", "TOKENS", "SECONDS"];
        output::table(&header, rows, "no usage")
    }
}

/// Draws a bar for each model.
fn plot(records: &[UsageRecordAggregated]) -> Result<()> {
    let largest = records.iter().map(|record| record.total_tokens).max();
    let names = records.iter().map(|record| record.model.chars().count());
    let (Some(largest), Some(longest)) = (largest, names.max()) else {
        return output::line("no usage");
    };
    let width = match terminal::is_stdout() {
        true => terminal::size().0,
        false => 80,
    };
    let width = width.saturating_sub(longest + 12).clamp(10, 60);
    for record in records {
        let bar = bar(record.total_tokens, largest, width);
        output::line(format_args!(
            "{:longest$}  \x1b[36m{bar}\x1b[0m {}",
            record.model, record.total_tokens
        ))?;
    }
    Ok(())
}

/// Returns a bar whose length is a part of `width`, at least one character for a value that is not 0.
fn bar(value: u64, largest: u64, width: usize) -> String {
    let part = value as f64 / largest.max(1) as f64;
    let length = (part * width as f64).round() as usize;
    "█".repeat(length.max(usize::from(value > 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_proportional_and_visible() {
        let length = |value, largest| bar(value, largest, 10).chars().count();
        assert_eq!(length(50, 100), 5);
        assert_eq!(length(100, 100), 10);
        assert_eq!(length(1, 1000), 1);
        assert_eq!(length(0, 0), 0);
    }
}
