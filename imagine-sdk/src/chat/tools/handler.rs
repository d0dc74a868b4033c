//! What does the work of a tool.

use std::future::{Future, ready};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;

use crate::transport::BoxError;

/// What does the work of a tool: a function from its arguments to a `Result`, or to a future of one.
///
/// A text goes back to the model as it is, anything else as JSON. An error goes back as its `Display`; any
/// error type will do, and so will a text. `How` is for the compiler alone: [`Immediate`] or [`Later`].
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
    /// Does the work: what the model is told, or why there is nothing to tell.
    fn call(&self, args: Args) -> BoxFuture<'static, Result<String, BoxError>>;
}

/// A handler that answers at once.
#[derive(Debug)]
pub enum Immediate {}

/// A handler that answers with a future.
#[derive(Debug)]
pub enum Later {}

impl<F, Args, T, E> ToolHandler<Args, Immediate> for F
where
    F: Fn(Args) -> Result<T, E> + Send + Sync + 'static,
    T: Serialize + 'static,
    E: Into<BoxError> + 'static,
{
    fn call(&self, args: Args) -> BoxFuture<'static, Result<String, BoxError>> {
        ready(told(self(args))).boxed()
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
        self(args).map(told).boxed()
    }
}

fn told<T: Serialize + 'static, E: Into<BoxError>>(
    response: Result<T, E>,
) -> Result<String, BoxError> {
    match serde_json::to_value(response.map_err(Into::into)?)? {
        Value::String(text) => Ok(text),
        other => Ok(other.to_string()),
    }
}
