//! A duplicate field in `args`.

use imagine_macros::Request;
use imagine_sdk::inference::operations;

struct Client;

#[derive(Clone, Request)]
#[request(
    operation = operations::USAGE,
    method = list,
    builder = List,
    client = Client,
    response = (),
    docs = "Lists.",
    args(limit, limit),
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list(3);
}
