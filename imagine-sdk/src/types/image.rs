//! Images in requests.

use std::fmt;
use std::io::Read;
use std::path::Path;

use base64_simd::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Error;
use crate::json::lenient_via_serde;
use crate::request::{Check, Content, WireValue};

/// The bytes of a file that determine its type.
const HEAD: u64 = 64;

/// The size of an image file, which is far above what a service accepts.
const MAX_FILE: u64 = 256 << 20;

/// An image for a request: a URL or the bytes of a file.
///
/// Bytes are sent unchanged in a `data:` URL. The first bytes determine the type: PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF
/// or HEIC.
///
/// ```
/// use imagine_sdk::Image;
///
/// let linked = Image::url("https://example.com/cat.png");
/// let sent = Image::bytes(b"\x89PNG\r\n\x1a\n...")?;
/// assert!(sent.as_str().starts_with("data:image/png;base64,"));
/// # let _ = linked;
/// # Ok::<(), imagine_sdk::Error>(())
/// ```
///
/// The default is empty. The client rejects it before sending.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Image(String);

impl Image {
    /// Creates an image from its URL, which is sent unchanged: `https://`, `http://` or a `data:` URL. The client
    /// rejects every other URL before sending. To send a local file, use [`path`](Self::path).
    pub fn url(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// Creates an image from the bytes of its file.
    ///
    /// # Errors
    ///
    /// Fails if the bytes have no known image type.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        let bytes = bytes.as_ref();
        let kind = known_kind(bytes)?;
        Ok(Self(format!(
            "data:{kind};base64,{}",
            STANDARD.encode_to_string(bytes)
        )))
    }

    /// Reads an image file of at most 256 MiB. This blocks the thread.
    ///
    /// # Errors
    ///
    /// Fails if the path is not a file, such as a pipe or a device, or if the file cannot be read, has no known image
    /// type, or is too large.
    pub fn path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let failed =
            |error| Error::image(format!("cannot read `{}`", path.display())).with_source(error);
        let rejected = |problem: String| Error::image(format!("`{}` {problem}", path.display()));
        // Opening a pipe would block until a process opens it for writing.
        let metadata = std::fs::metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(rejected("is not a file".to_owned()));
        }
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        let mut head = file.by_ref().take(HEAD);
        head.read_to_end(&mut bytes).map_err(failed)?;
        known_kind(&bytes)?;
        // A file can grow while it is read.
        let mut rest = file.take(MAX_FILE);
        rest.read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(rejected(format!("is larger than {MAX_FILE} bytes")));
        }
        Self::bytes(bytes)
    }

    /// Returns the URL, which is a `data:` URL for bytes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// Rejects URLs that no service can fetch.
    pub(crate) fn check_url(url: &str) -> Result<(), &'static str> {
        let known = ["https://", "http://", "data:"];
        let starts_with = |start: &&str| {
            let head = url.get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        if known.iter().any(starts_with) {
            return Ok(());
        }
        Err(
            "an image that is neither an `https://` or `http://` URL nor a `data:` URL; use `Image::path` to send a file",
        )
    }
}

/// Rejects the paths that services return as locations of results. Services accept only URLs.
impl Check for Image {
    fn check(&self) -> Result<(), String> {
        Self::check_url(&self.0).map_err(|_| {
            "is a path without a base URL; get the URL of a generation from `media_url` of the client, or send a file with \
             `Image::path`"
                .to_owned()
        })
    }
}

impl WireValue for Image {
    fn contents(&self) -> Vec<Content> {
        vec![Content::Text(self.0.clone())]
    }
}

impl Check for Vec<Image> {
    fn check(&self) -> Result<(), String> {
        self.iter().try_for_each(Check::check)
    }
}

fn known_kind(bytes: &[u8]) -> Result<&'static str, Error> {
    kind(bytes).ok_or_else(|| {
        Error::image("the bytes are not a PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF or HEIC image; pass another type as a `data:` URL to `Image::url`")
    })
}

/// Returns the type of an image file, determined from its first bytes.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    let at = |start: usize, mark: &[u8]| {
        bytes
            .get(start..)
            .is_some_and(|rest| rest.starts_with(mark))
    };
    let brand = |brands: &[&[u8; 4]]| brands.iter().any(|brand| has_brand(bytes, brand));
    let known: [(bool, &'static str); 8] = [
        (at(0, b"\x89PNG\r\n\x1a\n"), "image/png"),
        (at(0, b"\xFF\xD8\xFF"), "image/jpeg"),
        (at(0, b"GIF87a") || at(0, b"GIF89a"), "image/gif"),
        (at(0, b"RIFF") && at(8, b"WEBP"), "image/webp"),
        (at(0, b"BM"), "image/bmp"),
        (at(0, b"II*\0") || at(0, b"MM\0*"), "image/tiff"),
        // The general brands `mif1`, `msf1` and `miaf` are those of both, so the others are looked for first.
        (brand(&[b"avif", b"avis"]), "image/avif"),
        (
            brand(&[
                b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1",
                b"msf1",
            ]),
            "image/heic",
        ),
    ];
    known
        .iter()
        .find_map(|(is_match, kind)| is_match.then_some(*kind))
}

/// Returns true if a file of the ISO format has this brand, as the major one or among the compatible ones.
fn has_brand(bytes: &[u8], brand: &[u8; 4]) -> bool {
    let Some((length, b"ftyp")) = bytes
        .split_first_chunk::<4>()
        .and_then(|(length, rest)| Some((length, rest.get(..4)?)))
    else {
        return false;
    };
    let end = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    // Between the major brand and the others there is a version.
    let brands = bytes.get(8..end.clamp(12, bytes.len().max(12)));
    let brands = brands.or(bytes.get(8..)).unwrap_or_default();
    brands.chunks_exact(4).any(|found| found == brand)
}

/// Prints a URL without credentials and query, and the length of everything else.
impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printed = match url::Url::parse(&self.0) {
            Ok(url) if url.has_host() => {
                format!("{}{}", url.origin().ascii_serialization(), url.path())
            }
            _ => format!("{} characters", self.0.len()),
        };
        f.debug_tuple("Image").field(&printed).finish()
    }
}

impl Serialize for Image {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::check_url(&self.0).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Image {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

lenient_via_serde!(Image);

impl From<&str> for Image {
    fn from(url: &str) -> Self {
        Self::url(url)
    }
}

impl From<&String> for Image {
    fn from(url: &String) -> Self {
        Self::url(url)
    }
}

impl From<&Image> for Image {
    fn from(image: &Image) -> Self {
        image.clone()
    }
}

impl From<String> for Image {
    fn from(url: String) -> Self {
        Self::url(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H11: URLs may have a scheme in capitals, and AVIF a general brand.
    #[test]
    fn the_scheme_of_a_url_may_be_in_capitals() {
        for url in [
            "HTTPS://h/a.png",
            "Http://h/a",
            "DATA:image/png;base64,AAAA",
        ] {
            assert!(Image::check_url(url).is_ok(), "{url}");
        }
        for url in ["", "htt", "file:///a", "é"] {
            assert!(Image::check_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_first_bytes_determine_the_type() {
        let cases: [(&[u8], &str); 4] = [
            (b"\xFF\xD8\xFF\xE0", "data:image/jpeg;base64,/9j/4A=="),
            (b"GIF89a", "data:image/gif;base64,R0lGODlh"),
            (
                b"RIFF\0\0\0\0WEBP",
                "data:image/webp;base64,UklGRgAAAABXRUJQ",
            ),
            (
                b"\0\0\0\x1cftypavif",
                "data:image/avif;base64,AAAAHGZ0eXBhdmlm",
            ),
        ];
        for (start, kind) in [
            (&b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"[..], "avif"),
            (b"\0\0\0\x18ftypmiaf\0\0\0\0avif", "avif"),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic"),
            (b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc", "heic"),
            (b"\0\0\0\x10ftypmif1\0\0\0\0avif", "heic"),
        ] {
            let image = Image::bytes(start).unwrap();
            assert!(
                image.as_str().starts_with(&format!("data:image/{kind};")),
                "{image:?}"
            );
        }
        for (bytes, url) in cases {
            assert_eq!(Image::bytes(bytes).unwrap().as_str(), url);
        }
    }

    #[test]
    fn bytes_without_a_known_type_are_rejected_with_the_known_types() {
        for bytes in [&b""[..], b"RIFF\0\0\0\0WAVE", b"hello"] {
            assert!(Image::bytes(bytes).unwrap_err().to_string().contains("PNG"));
        }
        assert!(
            Image::path("no/such/file")
                .unwrap_err()
                .to_string()
                .contains("no/such/file")
        );
    }

    #[test]
    fn debug_shows_neither_query_nor_bytes() {
        for secret in [
            "https://h/a.png?X-Signature=canary",
            "https://u:canary@h/a",
            "data:,canary",
            "canary",
        ] {
            let printed = format!("{:?}", Image::url(secret));
            assert!(!printed.contains("canary"), "{printed}");
        }
    }
}
