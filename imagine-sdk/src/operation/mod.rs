//! Declarations of operations that the SDK does not contain, such as previews or extensions of one installation.
//!
//! The struct of the arguments declares the operation. Calls work like those of the SDK: the same clients, checks,
//! retries, deadlines and options, asynchronous and blocking.
//!
#![cfg_attr(feature = "inference", doc = "```")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! use imagine_sdk::http::Method;
//! use imagine_sdk::operation::{Operation, BodyEncoding, Request, Response, RetrySafety};
//!
//! static CAPTION: Operation = Operation::new("caption", Method::POST, "/images/captions")
//!     .with_body_encoding(BodyEncoding::Json)
//!     .with_retry_safety(RetrySafety::Idempotent);
//!
//! /// An image to describe.
//! #[derive(Clone, Debug, serde::Serialize, Request)]
//! #[request(
//!     operation = CAPTION,
//!     client = imagine_sdk::Client,
//!     extension = CaptionClient,
//!     method = caption,
//!     builder = Caption,
//!     response = Captioned,
//!     body = json,
//!     args(image),
//!     docs = "Describes an image.",
//! )]
//! pub struct CaptionRequest {
//!     /// The URL of the image.
//!     pub image: String,
//!     /// The maximum number of tokens of the description.
//!     #[serde(skip_serializing_if = "Option::is_none")]
//!     #[request(range(min = 1))]
//!     pub max_tokens: Option<u32>,
//! }
//!
//! /// The description of an image.
//! #[derive(Clone, Debug, Default, Response)]
//! pub struct Captioned {
//!     /// The description.
//!     #[response(required)]
//!     pub text: String,
//! }
//!
//! async fn describe(client: &imagine_sdk::Client) -> Result<String, imagine_sdk::Error> {
//!     let captioned = client.caption("https://example.com/cat.png").max_tokens(20).await?;
//!     Ok(captioned.text)
//! }
//! ```
//!
//! `extension` names the trait that adds the method to the clients. If the trait is in scope, the blocking client has
//! the method too: `client.caption(..).send()?`. Each derive documents its keys. A declaration that contradicts its
//! operation does not compile, for instance if no field fills a parameter of the path:
//!
#![cfg_attr(feature = "inference", doc = "```compile_fail,E0080")]
#![cfg_attr(not(feature = "inference"), doc = "```ignore")]
//! # use imagine_sdk::http::Method;
//! # use imagine_sdk::operation::{Operation, Request};
//! static ALBUM: Operation = Operation::new("album", Method::GET, "/albums/{album_id}");
//!
//! #[derive(Clone, Debug, Request)]
//! #[request(
//!     operation = ALBUM, // no field is marked `path = "album_id"`
//!     client = imagine_sdk::Client,
//!     extension = AlbumClient,
//!     method = album,
//!     builder = Album,
//!     response = (),
//!     docs = "Shows an album.",
//! )]
//! struct AlbumParams;
//! ```
//!
//! # Without a client
//!
//! [`encode`] turns a request into an HTTP message, and [`decode`] reads the response, for programs that have an HTTP
//! client of their own. The feature `types` is sufficient for both.
//!
//! # Streams
//!
//! A streaming operation has `chunk = TYPE` and a field marked `stream`. The type of an event derives
//! [`Response`] and implements [`StreamEvent`](crate::StreamEvent).

mod declaration;

pub use imagine_macros::{OpenEnum, OpenUnion, Request, Response, Sampling};

#[doc(hidden)]
pub use self::declaration::fits;
#[cfg(feature = "__client")]
pub use crate::client::{ApiRequest, Async};
pub use crate::error::InvalidField;
pub use crate::request::{Authentication, BodyEncoding, Operation, RetrySafety};
pub use crate::request::{Check, PageInfo, PagePosition, PageRequest, ResponseContext};
pub use crate::request::{encode_message as encode, encode_stream_message as encode_stream};
pub use crate::response::decode_message as decode;
