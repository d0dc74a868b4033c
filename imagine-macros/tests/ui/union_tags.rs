//! Tags without a tag, an unknown kind, an unknown key.

use imagine_macros::OpenUnion;

#[derive(OpenUnion)]
pub enum Either {
    #[union(tags("a"))]
    One(String),
    #[union(kinds(text))]
    Two(i64),
    #[union(name = "b")]
    Three(bool),
    Other(serde_json::Value),
}

#[derive(OpenUnion)]
pub enum Untagged {
    #[union(tags("a"))]
    One(String),
    Other(serde_json::Value),
}

#[derive(OpenUnion)]
#[union(tag = "kind")]
pub enum Twice {
    #[union(tags("a"))]
    One(String),
    #[union(tags("a"))]
    Two(i64),
    Other(serde_json::Value),
}

fn main() {}
