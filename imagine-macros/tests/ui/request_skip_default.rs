//! A skipped field with a default.

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
    #[request(skip, default = 1)]
    pub created: i64,
}

fn main() {
    let _ = |client: Client| client.list();
}
