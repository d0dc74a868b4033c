//! A method that would take all arguments, and some of them once more.

use imagine_macros::Request;
use imagine_sdk::inference::ops;

struct Client;

#[derive(Clone, Request)]
#[request(
    operation = ops::USAGE,
    method = list,
    builder = List,
    client = Client,
    answer = (),
    about = "Lists.",
    whole,
    positional(limit),
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list(ListParams { limit: None });
}
