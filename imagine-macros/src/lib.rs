//! The derive macros behind `imagine-sdk`.
//!
//! The code generator turns the OpenAPI documents into plain structs and enums; these derives turn
//! those into what a caller touches:
//!
//! | derive | on | gives |
//! |---|---|---|
//! | [`Request`] | the arguments of an operation | a builder with one documented setter a field, and the client's method |
//! | [`Sampling`] | a struct of sampling parameters | `new()` and one documented setter a field |
//! | [`Response`] | what a service responses | a tolerant, order-free, single-pass `Deserialize` |
//! | [`OpenEnum`] | a string enum | conversions that keep values this version does not name |
//!
//! Every macro goes the same way: `parse` reads the attributes, `model` holds what was read,
//! `validate` rejects what makes no sense at the place where it was written, `expand` prints code. After
//! a mistake the signatures are printed all the same, so that it is the only error.
//!
//! The expansions name `imagine_sdk` by its path, so a crate that uses a derive depends on that. They need
//! nothing in scope, and an item is as visible as the type that it is made from. `#[doc]` and
//! `#[deprecated]` of a field are also on its setter.

mod attr;
mod crate_path;
mod maybe;
mod number;
mod open_enum;
mod report;
mod request;
mod response;
mod sampling;
mod serde_attr;
mod shape;
#[cfg(test)]
mod tests;
mod types;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the builder of an operation from the struct of its arguments.
///
/// On the struct, `#[request(..)]` takes:
///
/// | key | meaning |
/// |---|---|
/// | `operation = PATH` | the static `Operation`; the compiler compares it with the keys here |
/// | `method = NAME`, `client = PATH` | the method, and the client that gets it |
/// | `extension = NAME` | the trait that holds the method, for the clients of another crate: the asynchronous client named by `client`, and the blocking client of the same service |
/// | `blocking = PATH` | the blocking client that gets the method too, where both are of this crate |
/// | `builder = NAME` | what the method returns |
/// | `response = TYPE` | what the service responses |
/// | `chunk = TYPE` | what an event holds, where the operation can stream; a field is marked `stream` |
/// | `body = json \| multipart` | how the fields travel; without it there is no body |
/// | `sampling = TYPE` | the struct that `.sampling()` overlays |
/// | `args(a, b)` | arguments of the method, in this order |
/// | `by_value` | the method takes all arguments as one value, instead of `args` |
/// | `alias("x", "y")` | names under which people look for the method; those that end in `_stream` lead to `stream`, where there is one |
/// | `feature = ".."` | the feature of the crate without which there is no such call |
/// | `docs = ".."` | the documentation of method and builder |
/// | `validate_request = PATH` | a `fn(&Self) -> Result<(), InvalidField>`, called before sending |
/// | `validate_response = PATH` | a `fn(&Response) -> Result<(), String>`, called after decoding |
///
/// `operation`, `method`, `builder`, `client`, `response` and `docs` are required. Without `extension`, the
/// clients are of this crate, and have a method `caller` that says how they send. On a field it takes:
///
/// | key | meaning |
/// |---|---|
/// | `default = LITERAL` | what is sent unless the caller says otherwise |
/// | `range(min = .., max = ..)` | what an `i64` or `f64` may be, one limit or both; checked before anything is sent |
/// | `formats("a", "b")` | the endings that the name of a file may have; checked before anything is sent |
/// | `check` | the type of the field implements `Check`, which is called before sending |
/// | `also_sets(a, b)` | the setter sets these fields to the same value: other names that some servers read |
/// | `query = "name"`, `path = "name"` | where the field goes, if not into the body |
/// | `sampling` | the field is one of the parameters that `.sampling()` overlays |
/// | `stream` | `send` and `stream` decide the field |
/// | `skip` | the service sets the field, when it repeats the request in an response |
///
/// A field that is neither an `Option`, nor args, nor has a default is a mistake, but for `by_value`. serde's `rename`
/// decides the name in the body.
///
/// ```
/// use imagine_macros::Request;
/// use imagine_sdk::Client;
/// use imagine_sdk::inference::{UsageResponse, operations};
///
/// #[derive(Clone, Request)]
/// #[request(
///     operation = operations::USAGE,
///     client = Client,
///     extension = UsageOfClient,
///     method = usage_of,
///     builder = UsageOf,
///     response = UsageResponse,
///     args(model),
///     docs = "Reports how much of a model was used.",
/// )]
/// struct UsageOfParams {
///     #[request(query = "model")]
///     model: String,
///     /// The most records to list.
///     #[request(query = "limit", range(min = 1))]
///     limit: Option<i64>,
/// }
///
/// async fn report(client: &Client) -> Result<UsageResponse, imagine_sdk::Error> {
///     client.usage_of("Llama-3.1-8B").limit(3).await
/// }
/// ```
#[proc_macro_derive(Request, attributes(request))]
pub fn derive_request(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "request", request::derive)
}

/// Derives `new()` and one setter a field for a struct whose fields are all optional.
///
/// Every field is `pub` and an `Option`, and `#[sampling(..)]` on it takes:
///
/// | key | meaning |
/// |---|---|
/// | `range(min = .., max = ..)` | what a number may be; checked by the request that the parameters are put on |
///
/// ```
/// use imagine_macros::Sampling;
///
/// #[derive(Clone, Debug, Default, Sampling)]
/// pub struct Parameters {
///     /// Randomness of the response.
///     #[sampling(range(min = 0, max = 2))]
///     pub temperature: Option<f64>,
///     /// Texts at which the model stops.
///     pub stop: Option<Vec<String>>,
/// }
///
/// let parameters = Parameters::new().temperature(0.2).stop(["\n"]);
/// assert_eq!(parameters.temperature, Some(0.2));
/// ```
#[proc_macro_derive(Sampling, attributes(sampling))]
pub fn derive_sampling(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "sampling", sampling::derive)
}

/// Derives a tolerant `Deserialize` for what a service responses.
///
/// `null` and absence read as the default, numbers may be written as text or with a fraction of zero,
/// and a repeated key counts as its last value. The type implements `Default`. On a field, `#[response(..)]`
/// takes:
///
/// | key | meaning |
/// |---|---|
/// | `required` | the key must be there, though it may be `null`; where several are marked, one of them must |
/// | `extra` | the map that keeps every key without a field; without one they are passed over |
///
/// Of serde's attributes it follows `rename = ".."`, and rejects those that would make reading differ from
/// writing: `rename_all`, `alias`, `with`, `flatten` on a field that is not `extra`.
///
/// ```
/// use imagine_macros::Response;
/// use serde_json::{Map, Value};
///
/// #[derive(Debug, Default, Response)]
/// struct Reply {
///     #[response(required)]
///     id: String,
///     tokens: i64,
///     #[response(extra)]
///     extra: Map<String, Value>,
/// }
///
/// let reply: Reply = serde_json::from_str(r#"{"id": "a", "tokens": null, "new": 1}"#)?;
/// assert_eq!((reply.tokens, &reply.extra["new"]), (0, &Value::from(1)));
/// assert!(serde_json::from_str::<Reply>("{}").is_err());
/// # Ok::<_, serde_json::Error>(())
/// ```
#[proc_macro_derive(Response, attributes(response))]
pub fn derive_response(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "response", response::derive)
}

/// Derives the conversions of a string enum that keeps values it does not name.
///
/// One variant is `Other(String)`; every other is a unit, and `#[open(..)]` on it takes:
///
/// | key | meaning |
/// |---|---|
/// | `name = ".."` | the value on the wire; required |
///
/// The type gets `as_str`, `Display`, `From<&str>`, `From<String>`, `Serialize`, `Deserialize` and a
/// `Default`, which is the empty text.
///
/// ```
/// use imagine_macros::OpenEnum;
///
/// #[derive(Debug, PartialEq, OpenEnum)]
/// enum Role {
///     #[open(name = "user")]
///     User,
///     Other(String),
/// }
///
/// assert_eq!(Role::from("user"), Role::User);
/// assert_eq!(Role::from("critic").as_str(), "critic");
/// ```
#[proc_macro_derive(OpenEnum, attributes(open))]
pub fn derive_open_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "open", open_enum::derive)
}

/// The expansion of a derive whose helper attribute is `attribute`.
fn expand(
    input: &DeriveInput,
    attribute: &str,
    derive: fn(&DeriveInput) -> proc_macro2::TokenStream,
) -> TokenStream {
    crate_path::rename(&input.attrs, attribute, derive(input)).into()
}
