//! Independent errors are reported together.

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
)]
pub struct ListParams {
    #[request(query = "limit", range(min = 2, max = 1))]
    pub limit: Option<i64>,
    #[request(query = "page", sorted)]
    pub page: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list().limit(3).page(1);
}
