//! `imagine rerank`.

use clap::Args;

use crate::failure::{Failure, Result};
use crate::session::Session;
use crate::{models, output, terminal};

/// Rank documents by their relevance to a query.
#[derive(Args, Debug)]
pub(crate) struct Rerank {
    /// The query.
    query: String,

    /// The documents. Default: the lines of stdin.
    documents: Vec<String>,

    /// The model.
    #[arg(short, long, add = models::completer())]
    model: Option<String>,

    /// The number of best documents to return.
    #[arg(short = 'n', long)]
    top: Option<u64>,
}

impl Rerank {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let documents = match self.documents.is_empty() {
            true => lines()?,
            false => self.documents,
        };
        let client = session.inference()?;
        let mut request = client.reranker(self.query, documents.clone());
        if let Some(model) = self.model {
            request = request.model(model);
        }
        if let Some(top) = self.top {
            request = request.top_n(top);
        }
        let response = request.await?;
        if session.json() {
            return output::json(&response);
        }
        let rows = response.data.iter().map(|ranked| {
            let index = usize::try_from(ranked.index).unwrap_or(usize::MAX);
            let document = documents.get(index).map_or("", String::as_str);
            [
                format!("{:.4}", ranked.relevance_score),
                ranked.index.to_string(),
                output::excerpt(document, 80),
            ]
        });
        output::table(&["SCORE", "INDEX", "DOCUMENT"], rows, "no documents")
    }
}

/// Returns the lines of stdin that are not empty.
fn lines() -> Result<Vec<String>> {
    let text = match terminal::is_stdin() {
        true => String::new(),
        false => terminal::read_stdin()?,
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.map(str::to_owned).collect();
    match lines.is_empty() {
        true => Err(Failure::usage("there are no documents")
            .with_hint("pass them as arguments, or one in each line of stdin")),
        false => Ok(lines),
    }
}
