//! A derive alone does not say what the request is.

use imagine_macros::Request;

#[derive(Clone, Request)]
pub struct ListParams {
    pub limit: Option<i64>,
}

fn main() {}
