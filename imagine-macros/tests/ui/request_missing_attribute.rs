//! `Request` without `#[request(..)]`.

use imagine_macros::Request;

#[derive(Clone, Request)]
pub struct ListParams {
    pub limit: Option<i64>,
}

fn main() {}
