//! A sampling parameter of a struct without `sampling`.

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
    body = json,
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
    #[request(sampling)]
    pub top_k: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list().limit(3);
}
