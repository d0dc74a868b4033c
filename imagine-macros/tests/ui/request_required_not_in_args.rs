//! A required field that is not in `args`.

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
    #[request(query = "limit")]
    pub limit: i64,
}

fn main() {
    let _ = |client: Client| client.list().limit(3);
}
