//! Operations that the SDK does not know: a preview, or what one installation adds.
//!
//! An operation is declared on the struct of its arguments, and called like any other: through the same
//! clients, with the same checks, retries, deadlines and options, asynchronous and blocking.
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
//!     /// The address of the image.
//!     pub image: String,
//!     /// The most tokens that the text may have.
//!     #[serde(skip_serializing_if = "Option::is_none")]
//!     #[request(range(min = 1))]
//!     pub max_tokens: Option<u32>,
//! }
//!
//! /// A description.
//! #[derive(Clone, Debug, Default, Response)]
//! pub struct Captioned {
//!     /// The text.
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
//! `extension` names the trait that gives the clients the method; where it is in scope, the blocking client has
//! it too: `client.caption(..).send()?`. Each derive documents its keys. What a declaration promises and its
//! operation does not keep is an error of the compiler, for instance a part of the path that no field fills:
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
//! An operation that streams has `chunk = TYPE` and a field marked `stream`; the type of an event derives
//! [`Response`] and implements [`StreamEvent`](crate::StreamEvent).

mod declaration;

pub use imagine_macros::{OpenEnum, Request, Response, Sampling};

#[doc(hidden)]
pub use self::declaration::fits;
pub use crate::client::{ApiRequest, Async};
pub use crate::error::InvalidField;
pub use crate::request::Check;
pub use crate::request::{Authentication, BodyEncoding, Operation, RetrySafety};
