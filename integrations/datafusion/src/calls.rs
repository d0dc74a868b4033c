//! Calls of the service for the rows of a batch.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::arrow::array::{Array, StringArray};
use datafusion::error::{DataFusionError, Result};
use imagine_sdk::Client;
use imagine_sdk::bulk::{Bulk, BulkOperation};

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Embed,
    Rerank,
    Translate,
    Chat,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Embed, Self::Rerank, Self::Translate, Self::Chat];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Embed => "embed",
            Self::Rerank => "rerank",
            Self::Translate => "translate",
            Self::Chat => "chat",
        }
    }

    /// Returns the number of arguments before the model.
    pub(crate) fn texts(self) -> usize {
        match self {
            Self::Rerank => 2,
            Self::Embed | Self::Translate | Self::Chat => 1,
        }
    }

    /// Returns true if there is no default model.
    pub(crate) fn needs_model(self) -> bool {
        self == Self::Translate
    }
}

/// The result of a row.
#[derive(Debug)]
pub(crate) enum Value {
    Vector(Vec<f32>),
    Score(f64),
    Text(String),
}

/// The results of rows. `None` for a row with a NULL argument.
pub(crate) type Outcomes = Vec<Option<Result<Value, String>>>;

/// A model whose embeddings have a number of dimensions that is not known yet.
#[derive(Debug)]
pub(crate) struct UnknownDimensions {
    model: Option<String>,
}

impl fmt::Display for UnknownDimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = self.model.as_deref().unwrap_or("of the client");
        write!(
            f,
            "the dimensions of the model {model} are not known; plan the query with `Functions::sql`"
        )
    }
}

impl std::error::Error for UnknownDimensions {}

/// The number of dimensions by model. `None` is the default model.
pub(crate) type Dimensions = HashMap<Option<String>, usize>;

/// The calls of a client.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    /// `None` in a process that plans queries only.
    pub(crate) client: Option<Client>,
    pub(crate) batch: usize,
    pub(crate) concurrency: usize,
    pub(crate) dimensions: Arc<Mutex<Dimensions>>,
}

impl Calls {
    pub(crate) fn new(client: Option<Client>) -> Self {
        Self {
            client,
            batch: 64,
            concurrency: 8,
            dimensions: Arc::default(),
        }
    }

    fn client(&self) -> Result<&Client> {
        self.client.as_ref().ok_or_else(|| {
            DataFusionError::Execution("the functions have no client, so they plan only".to_owned())
        })
    }

    /// Returns the number of dimensions of a model.
    pub(crate) fn dimensions(&self, model: Option<&str>) -> Result<usize> {
        let model = model.map(str::to_owned);
        let known = self.known_dimensions().get(&model).copied();
        known.ok_or_else(|| DataFusionError::External(Box::new(UnknownDimensions { model })))
    }

    pub(crate) fn known_dimensions(&self) -> MutexGuard<'_, Dimensions> {
        let dimensions = self.dimensions.lock();
        dimensions.unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds the number of dimensions of a model by a request.
    pub(crate) async fn find_dimensions(&self, unknown: &UnknownDimensions) -> Result<()> {
        let model = unknown.model.clone();
        let call = self.client()?.embeddings("dimensions");
        let response = call.maybe_model(model.clone()).await.map_err(external)?;
        let count = response.data.first().map(|vector| vector.embedding.len());
        let count = count
            .filter(|count| *count > 0)
            .ok_or_else(|| DataFusionError::Execution("the model has no dimensions".to_owned()))?;
        self.known_dimensions().insert(model, count);
        Ok(())
    }

    /// Calls the service for all rows without a NULL argument.
    pub(crate) async fn call(
        &self,
        kind: Kind,
        texts: &[StringArray],
        model: Option<String>,
    ) -> Result<Outcomes> {
        let count = texts.first().map_or(0, Array::len);
        let complete = |row: &usize| texts.iter().all(|column| column.is_valid(*row));
        let rows: Vec<usize> = (0..count).filter(complete).collect();
        let column = |index: usize| {
            let column = texts.get(index);
            let values = rows
                .iter()
                .filter_map(move |row| Some(column?.value(*row).to_owned()));
            values.collect::<Vec<String>>()
        };
        let client = self.client()?;
        let results = match kind {
            Kind::Embed => {
                let run = client.embed_all(column(0));
                let run = run.each(move |call| call.maybe_model(model.clone()));
                self.run(run, Value::Vector).await?
            }
            Kind::Rerank => {
                let run = client.rerank_all(column(0).into_iter().zip(column(1)));
                let run = run.each(move |call| call.maybe_model(model.clone()));
                self.run(run, Value::Score).await?
            }
            Kind::Translate => {
                let run = client.translate_all(column(0), model.unwrap_or_default());
                let text = |reply: imagine_sdk::inference::TranslateResponse| {
                    Value::Text(reply.text().unwrap_or_default().to_owned())
                };
                self.run(run, text).await?
            }
            Kind::Chat => {
                let run = client.chat_all(column(0));
                let run = run.each(move |call| call.maybe_model(model.clone()));
                let text = |reply: imagine_sdk::inference::ChatCompletionResponse| {
                    Value::Text(reply.text().unwrap_or_default().into_owned())
                };
                self.run(run, text).await?
            }
        };
        let mut outcomes: Outcomes = (0..count).map(|_| None).collect();
        for (row, result) in rows.into_iter().zip(results) {
            if let Some(outcome) = outcomes.get_mut(row) {
                *outcome = Some(result);
            }
        }
        Ok(outcomes)
    }

    async fn run<O: BulkOperation>(
        &self,
        run: Bulk<'_, O>,
        value: impl Fn(O::Output) -> Value,
    ) -> Result<Vec<Result<Value, String>>> {
        let run = run.batch(self.batch).concurrency(self.concurrency);
        let results = run.await.map_err(external)?.into_iter();
        let text = |error: imagine_sdk::bulk::RowError| error.error().to_string();
        Ok(results
            .map(|result| result.map(&value).map_err(text))
            .collect())
    }
}

pub(crate) fn external(error: imagine_sdk::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
