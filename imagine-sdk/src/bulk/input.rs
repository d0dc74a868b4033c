//! Inputs: iterators and streams.

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

/// An optional string, for tables with empty cells. A row without text fails, and is not sent.
///
/// ```
/// use imagine_sdk::bulk::Text;
///
/// assert_eq!(Text::from("a").as_deref(), Some("a"));
/// assert_eq!(Text::from(None::<String>).as_deref(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Option<String>);

impl Text {
    /// Returns the text. `None` if it has no visible characters.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.trim().is_empty())
    }

    /// Returns the text, which may be empty.
    #[cfg(feature = "inference")]
    pub(super) fn into_string(self) -> String {
        self.0.unwrap_or_default()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self(Some(text.clone()))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl From<&&str> for Text {
    fn from(text: &&str) -> Self {
        Self::from(*text)
    }
}

impl<T: Into<String>> From<Option<T>> for Text {
    fn from(text: Option<T>) -> Self {
        Self(text.map(Into::into))
    }
}

/// Inputs of a run: any iterator, or a stream in [`from_stream`].
pub trait Inputs<'a> {
    /// An input.
    type Item;

    /// Returns the inputs as a stream.
    fn into_stream(self) -> BoxStream<'a, Self::Item>;
}

impl<'a, T> Inputs<'a> for T
where
    T: IntoIterator<IntoIter: Send + 'a>,
{
    type Item = T::Item;

    fn into_stream(self) -> BoxStream<'a, T::Item> {
        stream::iter(self).boxed()
    }
}

/// A stream of inputs.
#[derive(Clone, Debug)]
pub struct FromStream<S>(S);

/// Returns a stream as the inputs of a run. A batch is sent before it is full if no further item is available yet and
/// no request is in flight.
///
#[cfg_attr(all(feature = "inference", feature = "rustls"), doc = "```")]
#[cfg_attr(not(all(feature = "inference", feature = "rustls")), doc = "```ignore")]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = imagine_mock::MockServer::start().await?;
/// # let client = imagine_sdk::Client::builder().endpoint(server.inference_endpoint()).api_key("any").build()?;
/// use imagine_sdk::bulk::from_stream;
///
/// let lines = futures_util::stream::iter(["Manchego", "Mahón"]); // or the rows of a database
/// let vectors = client.embed_all(from_stream(lines)).await?;
/// assert_eq!(vectors.len(), 2);
/// # Ok(())
/// # }
/// ```
pub fn from_stream<S: Stream>(stream: S) -> FromStream<S> {
    FromStream(stream)
}

impl<'a, S> Inputs<'a> for FromStream<S>
where
    S: Stream + Send + 'a,
{
    type Item = S::Item;

    fn into_stream(self) -> BoxStream<'a, S::Item> {
        self.0.boxed()
    }
}
