//! A field with a default in `args`.

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
    args(limit),
)]
pub struct ListParams {
    #[request(query = "limit", default = 1)]
    pub limit: i64,
}

fn main() {
    let _ = |client: Client| client.list(1);
}
