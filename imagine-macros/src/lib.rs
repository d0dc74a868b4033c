//! Derive macros of `imagine-sdk`.
//!
//! The code generator turns the OpenAPI documents into plain structs and enums. The derives turn these types into
//! the API of the SDK:
//!
//! | derive | input | output |
//! |---|---|---|
//! | [`Request`] | a struct of an operation's arguments | a builder with one documented setter per field, and the client's method |
//! | [`Sampling`] | a struct of sampling parameters | `new()` and one documented setter per field |
//! | [`Response`] | a struct of a response | a lenient, single-pass `Deserialize` that accepts fields in any order |
//! | [`OpenEnum`] | an enum of strings | conversions that keep unknown values |
//! | [`OpenUnion`] | an enum of several types | a decoding that selects the variant, and keeps unknown values |
//!
//! Every derive has the same phases: `parse` reads the attributes into the types of `model`, `validate` reports
//! contradictions at their location, and `expand` generates code. After an error, the derive still generates the
//! signatures, because missing methods would cause further errors.
//!
//! The generated code refers to `::imagine_sdk`, so a crate that uses a derive depends on `imagine-sdk`. It needs
//! nothing in scope. Its items have the visibility of the input type. Setters get the `#[doc]` and `#[deprecated]`
//! attributes of their fields.

mod attr;
mod crate_path;
mod maybe;
mod number;
mod open_enum;
mod open_union;
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
/// Keys of `#[request(..)]` on the struct:
///
/// | key | meaning |
/// |---|---|
/// | `operation = PATH` | the static `Operation`; the compiler compares it with the other keys |
/// | `method = NAME`, `client = PATH` | the name of the method, and the client on which it is defined |
/// | `extension = NAME` | a trait that defines the method for clients of another crate: for `client` and for the blocking client of the same service |
/// | `blocking = PATH` | the blocking client on which the method is also defined; both clients belong to this crate |
/// | `builder = NAME` | the type that the method returns |
/// | `response = TYPE` | the type of the decoded response |
/// | `chunk = TYPE` | the type of a stream's events, if the operation can stream; requires a field with `stream` |
/// | `body = json \| multipart \| urlencoded \| text \| binary` | the encoding of the body. A body of `text` or `binary` is one field, a `String` or a `FilePart`. Default: no body |
/// | `pages` | the builder has the methods `pages` and `all`; the request implements `PageRequest` |
/// | `download` | the builder has the methods `download` and `save_to`, because the response is a file |
/// | `sampling = TYPE` | the type that the builder's method `sampling` accepts |
/// | `args(a, b)` | the fields that are arguments of the method, in this order |
/// | `by_value` | the method accepts the whole request as its argument; excludes `args` |
/// | `alias("x", "y")` | search aliases of the method in rustdoc; those that end in `_stream` belong to `stream`, if the operation streams |
/// | `feature = ".."` | the crate feature that enables the builder and the method |
/// | `docs = ".."` | the documentation of the method and the builder |
/// | `validate_request = PATH` | a `fn(&Self) -> Result<(), InvalidField>`, called before sending |
/// | `validate_response = PATH` | a `fn(&mut Response, &ResponseContext) -> Result<(), String>`, called after decoding |
/// | `default` | the request implements `Default`; required fields are empty |
/// | `crate = PATH` | the path of `imagine_sdk`. Default: `::imagine_sdk` |
///
/// `operation`, `method`, `builder`, `client`, `response` and `docs` are required. Without `extension`, the
/// clients belong to this crate and have a method `connection` that returns their `Connection`.
///
/// Keys on a field:
///
/// | key | meaning |
/// |---|---|
/// | `default = LITERAL` | the value that is sent if the caller sets none |
/// | `range(min = .., max = ..)` | the limits of an integer or float, one or both; checked before sending |
/// | `length(min = .., max = ..)` | the limits of the number of characters or items, one or both; checked before sending |
/// | `formats("a", "b")` | the extensions that a file name may have; checked before sending |
/// | `check` | calls the field type's implementation of `Check` before sending |
/// | `also_sets(a, b)` | the setter also sets these fields, which are other names of the parameter on some servers |
/// | `query = "name"`, `path = "name"`, `header = "name"`, `cookie = "name"` | the parameter that the field is sent in. Default: the body |
/// | `style = comma` | the encoding of a list in the query: `comma`, `space` or `pipe`; of an object in the query: `deep_object` (`name[key]=value`) or `members` (`key=value`); `json` in the query or in a form. Default: one parameter or part per item |
/// | `sampling` | the method `sampling` sets the field |
/// | `stream` | `send` sets the field to false, `stream` to true |
/// | `skip` | the field is not sent; the service sets it where a response contains the request |
///
/// Every field must be an `Option`, be listed in `args`, or have a `default`, unless the struct has `by_value`.
/// serde's `rename` sets the name in the body.
///
/// Fields in a path, a query or a multipart form may be booleans, integers and floats, `String`, `FilePart` (in a
/// form), and types that derive [`OpenEnum`]; outside paths also in `Option` and `Vec`. Fields in a JSON body may be
/// of any type that implements `Serialize`.
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
///     /// Maximum number of records.
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

/// Derives `new()` and one setter per optional field for a struct of parameters.
///
/// Every field is `pub`. Fields that are not an `Option` are arguments of `new`.
///
/// Keys of `#[sampling(..)]` on a field:
///
/// | key | meaning |
/// |---|---|
/// | `range(min = .., max = ..)` | the limits of a number; checked by the request that contains the parameters |
///
/// ```
/// use imagine_macros::Sampling;
///
/// #[derive(Clone, Debug, Default, Sampling)]
/// pub struct Parameters {
///     /// Randomness of the response.
///     #[sampling(range(min = 0, max = 2))]
///     pub temperature: Option<f64>,
///     /// Strings at which the model stops.
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

/// Derives a lenient `Deserialize` for a response.
///
/// `null` and a missing key decode as the default. Numbers may be strings or have a fraction of zero. The last value
/// of a repeated key wins. The type must implement `Default`.
///
/// Fields may be booleans, integers and floats of any width, `String`, `serde_json::Value`, and types that derive
/// [`Response`] or [`OpenEnum`]; also in `Option`, `Vec`, `Box` and `BTreeMap`. Other types need `serde`.
///
/// Keys of `#[response(..)]` on a field:
///
/// | key | meaning |
/// |---|---|
/// | `required` | a missing key is an error; `null` is not |
/// | `required_any` | it is an error if all keys with this flag are missing |
/// | `alias("a", "b")` | other keys of the field, such as former names; decoding accepts them, encoding writes none |
/// | `json_text` | the field is a string that may contain JSON. Another value than a string is read as its JSON text |
/// | `serde` | the field is decoded by its own `Deserialize` |
/// | `extra` | the map that keeps unknown keys: `UnknownFields` of `imagine_sdk`, or a `Map` of `serde_json`. Default: unknown keys are ignored |
///
/// The key of `#[response(..)]` on the struct is `crate = PATH`, the path of `imagine_sdk`.
///
/// The derive supports serde's `rename = ".."` and rejects attributes that would make decoding and encoding differ:
/// `rename_all`, `alias`, `with`, and `flatten` on a field other than `extra`.
///
/// ```
/// use imagine_macros::Response;
/// use imagine_sdk::UnknownFields;
///
/// #[derive(Debug, Default, Response)]
/// struct Reply {
///     #[response(required)]
///     id: String,
///     tokens: i64,
///     #[response(extra)]
///     extra: UnknownFields,
/// }
///
/// let reply: Reply = serde_json::from_str(r#"{"id": "a", "tokens": null, "new": 1}"#)?;
/// assert_eq!((reply.tokens, reply.extra.raw("new")), (0, Some("1")));
/// assert!(serde_json::from_str::<Reply>("{}").is_err());
/// # Ok::<_, serde_json::Error>(())
/// ```
#[proc_macro_derive(Response, attributes(response))]
pub fn derive_response(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "response", response::derive)
}

/// Derives the conversions of an enum of strings that keeps unknown values.
///
/// One variant is `Other(String)`; all others are unit variants.
///
/// Keys of `#[open(..)]` on a unit variant:
///
/// | key | meaning |
/// |---|---|
/// | `name = ".."` | the value on the wire; required |
///
/// The type gets `as_str`, `Display`, `From<&str>`, `From<String>`, `Serialize`, `Deserialize` and a
/// `Default`, which is the empty string.
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

/// Derives the conversions of an enum of several types that keeps unknown values.
///
/// One variant is `Other(Value)`, with a `Value` of `serde_json`; each other variant has one value of a type that a
/// response may contain.
///
/// The key `tag = ".."` of `#[union(..)]` on the enum is the field of an object that names its variant.
///
/// The key `events` means that the tags are names of events in a stream: the type gets `named`, which decodes the data
/// of an event by its name.
///
/// Keys on a variant:
///
/// | key | meaning |
/// |---|---|
/// | `kinds(list, string)` | the kind of JSON value: `any`, `boolean`, `integer`, `number`, `string`, `list` with the kind of its items, or `object`. Default: any |
/// | `tags("a", "b")` | the values of the tag that select the variant; encoding writes the first one if the value has no tag |
/// | `fields("x", "y")` | the fields of a struct |
/// | `required("x")` | the fields that an object must have |
///
/// Decoding selects the variant of the tag. Without a tag or with an unknown one, it tries those variants without tags
/// whose kind and required fields match: the one that has most fields of the object first, then in the order of the
/// enum. A value that fits none is `Other`, and is encoded unchanged.
///
/// The type gets `From` for each type that one variant has, `Serialize`, `Deserialize` and a `Default`, which is
/// `null`.
///
/// ```
/// use imagine_macros::OpenUnion;
/// use serde_json::{Value, json};
///
/// #[derive(Debug, PartialEq, OpenUnion)]
/// enum Stop {
///     #[union(kinds(string))]
///     One(String),
///     #[union(kinds(list, string))]
///     Many(Vec<String>),
///     Other(Value),
/// }
///
/// let stop: Stop = serde_json::from_str(r#"["a"]"#)?;
/// assert_eq!(stop, Stop::Many(vec!["a".to_owned()]));
/// let unknown: Stop = serde_json::from_str(r#"{"new": 1}"#)?;
/// assert_eq!(serde_json::to_value(&unknown)?, json!({"new": 1}));
/// # Ok::<_, serde_json::Error>(())
/// ```
#[proc_macro_derive(OpenUnion, attributes(union))]
pub fn derive_open_union(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "union", open_union::derive)
}

/// Runs a derive whose helper attribute is `attribute`.
fn expand(
    input: &DeriveInput,
    attribute: &str,
    derive: fn(&DeriveInput) -> proc_macro2::TokenStream,
) -> TokenStream {
    crate_path::rename(&input.attrs, attribute, derive(input)).into()
}
