//! An alias that is the key of another field, and an alias of unknown fields.

use imagine_macros::Response;
use serde_json::{Map, Value};

#[derive(Default, Response)]
pub struct Reply {
    #[response(alias("id"))]
    pub name: String,
    pub id: String,
}

#[derive(Default, Response)]
pub struct Open {
    #[response(extra, alias("more"))]
    pub extra: Map<String, Value>,
}

fn main() {}
