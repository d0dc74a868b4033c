//! Tool handlers.

use std::future::{Future, ready};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;

use crate::error::BoxError;

/// A tool handler: a function that takes the arguments and returns a `Result` or a future of one.
///
/// A string is sent to the model unchanged, every other value as JSON. An error is sent as its `Display` output. Every
/// error type and strings are accepted. The compiler infers `How`, which is [`Immediate`] or [`Later`].
///
/// ```
/// use imagine_sdk::inference::ToolFunction;
/// use imagine_sdk::Toolbox;
///
/// #[derive(serde::Deserialize)]
/// struct Sum { a: i64, b: i64 }
///
/// let toolbox = Toolbox::new()
///     .tool(ToolFunction::new("add"), |Sum { a, b }: Sum| a.checked_add(b).ok_or("too large"))
///     .tool(ToolFunction::new("add_later"), async |Sum { a, b }: Sum| Ok::<_, String>(a + b));
/// # let _ = toolbox;
/// ```
pub trait ToolHandler<Args, How>: Send + Sync + 'static {
    /// Runs the tool. Returns the text for the model.
    ///
    /// # Errors
    ///
    /// Fails with the error of the tool, which is sent to the model.
    fn call(&self, args: Args) -> BoxFuture<'static, Result<String, BoxError>>;
}

/// Marks a synchronous handler.
#[derive(Debug)]
pub enum Immediate {}

/// Marks an asynchronous handler.
#[derive(Debug)]
pub enum Later {}

impl<F, Args, T, E> ToolHandler<Args, Immediate> for F
where
    F: Fn(Args) -> Result<T, E> + Send + Sync + 'static,
    T: Serialize + 'static,
    E: Into<BoxError> + 'static,
{
    fn call(&self, args: Args) -> BoxFuture<'static, Result<String, BoxError>> {
        ready(to_model_text(self(args))).boxed()
    }
}

impl<F, Args, Fut, T, E> ToolHandler<Args, Later> for F
where
    F: Fn(Args) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    T: Serialize + 'static,
    E: Into<BoxError> + 'static,
{
    fn call(&self, args: Args) -> BoxFuture<'static, Result<String, BoxError>> {
        self(args).map(to_model_text).boxed()
    }
}

fn to_model_text<T: Serialize + 'static, E: Into<BoxError>>(
    result: Result<T, E>,
) -> Result<String, BoxError> {
    match serde_json::to_value(result.map_err(Into::into)?)? {
        Value::String(text) => Ok(text),
        other => Ok(other.to_string()),
    }
}
