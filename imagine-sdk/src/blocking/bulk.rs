//! Runs over many inputs.

use std::sync::Arc;

use super::{Blocking, BulkIter, Iter};
use crate::bulk::{Bulk, BulkOperation, Inputs, Row, RowError};
use crate::client::Async;
use crate::error::Error;

/// The position of a row that a thread that cannot block asks for.
const UNKNOWN: u64 = u64::MAX;

impl<'a, O: BulkOperation> Bulk<'a, O, Blocking> {
    /// Runs over all inputs, and returns a result for each, in order.
    ///
    /// # Errors
    ///
    /// Fails if the journal cannot be used, and if this thread cannot block.
    pub fn send(self) -> Result<Vec<Result<O::Output, RowError>>, Error> {
        let (run, runtime) = self.replace_mode(Async);
        runtime.block_on(run.collect())?
    }

    /// Starts the run, and returns an iterator over its results in the order of the inputs.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does. On a thread that cannot block, the iterator returns that error in a row with
    /// the largest index.
    pub fn stream(self) -> Result<BulkIter<'a, O::Output>, Error> {
        let (run, runtime) = self.replace_mode(Async);
        let rows = runtime.block_on(run.stream())??;
        Ok(Iter::new(rows, runtime, |error| {
            let error = RowError::new(UNKNOWN, Arc::new(error));
            Row {
                index: UNKNOWN,
                result: Err(error),
            }
        }))
    }
}

#[cfg(feature = "inference")]
mod inference {
    use super::{Blocking, Bulk, Inputs};
    use crate::blocking::InferenceClient;
    use crate::bulk::{ChatAll, EmbedAll, Pair, RerankAll, Text, TranscribeAll, TranslateAll};
    use crate::client::ApiClient;
    use crate::inference::Messages;
    use crate::request::FilePart;

    /// Many inputs. [`bulk`](crate::bulk) describes the runs.
    impl InferenceClient {
        fn split(&self) -> (crate::InferenceClient, Blocking) {
            let (connection, runtime) = self.connection().split();
            (crate::InferenceClient::from_connection(connection), runtime)
        }

        /// Embeds any number of strings, as [`embed_all`](crate::InferenceClient::embed_all) of the asynchronous
        /// client.
        ///
        /// ```no_run
        /// # fn run(client: imagine_sdk::blocking::Client) -> Result<(), Box<dyn std::error::Error>> {
        /// for row in client.embed_all(["Manchego", "Mahón"]).stream()? {
        ///     println!("{}: {:?}", row.index, row.result?);
        /// }
        /// # Ok(())
        /// # }
        /// ```
        pub fn embed_all<'a>(
            &self,
            texts: impl Inputs<'a, Item: Into<Text> + 'a>,
        ) -> Bulk<'a, EmbedAll, Blocking> {
            let (client, runtime) = self.split();
            client.embed_all(texts).with_mode(runtime)
        }

        /// Scores any number of documents, as [`rerank_all`](crate::InferenceClient::rerank_all) of the asynchronous
        /// client.
        pub fn rerank_all<'a>(
            &self,
            pairs: impl Inputs<'a, Item: Into<Pair> + 'a>,
        ) -> Bulk<'a, RerankAll, Blocking> {
            let (client, runtime) = self.split();
            client.rerank_all(pairs).with_mode(runtime)
        }

        /// Translates any number of strings, as [`translate_all`](crate::InferenceClient::translate_all) of the
        /// asynchronous client.
        pub fn translate_all<'a>(
            &self,
            texts: impl Inputs<'a, Item: Into<Text> + 'a>,
            model: impl Into<String>,
        ) -> Bulk<'a, TranslateAll, Blocking> {
            let (client, runtime) = self.split();
            client.translate_all(texts, model).with_mode(runtime)
        }

        /// Completes any number of conversations, as [`chat_all`](crate::InferenceClient::chat_all) of the asynchronous
        /// client.
        pub fn chat_all<'a>(
            &self,
            conversations: impl Inputs<'a, Item: Into<Messages> + 'a>,
        ) -> Bulk<'a, ChatAll, Blocking> {
            let (client, runtime) = self.split();
            client.chat_all(conversations).with_mode(runtime)
        }

        /// Transcribes any number of files, as [`transcribe_all`](crate::InferenceClient::transcribe_all) of the
        /// asynchronous client.
        pub fn transcribe_all<'a>(
            &self,
            files: impl Inputs<'a, Item: Into<FilePart> + 'a>,
        ) -> Bulk<'a, TranscribeAll, Blocking> {
            let (client, runtime) = self.split();
            client.transcribe_all(files).with_mode(runtime)
        }
    }
}

#[cfg(feature = "media")]
mod media {
    use super::{Blocking, Bulk, Inputs};
    use crate::blocking::MediaClient;
    use crate::bulk::{Submission, SubmitAll};
    use crate::client::ApiClient;

    /// Many inputs. [`bulk`](crate::bulk) describes the runs.
    impl MediaClient {
        /// Submits any number of generations, as [`submit_all`](crate::MediaClient::submit_all) of the asynchronous
        /// client.
        pub fn submit_all<'a, R: Submission>(
            &self,
            requests: impl Inputs<'a, Item = R>,
        ) -> Bulk<'a, SubmitAll<R>, Blocking> {
            let (connection, runtime) = self.connection().split();
            let client = crate::MediaClient::from_connection(connection);
            client.submit_all(requests).with_mode(runtime)
        }
    }
}
