//! An unknown key on the struct. The methods are still generated, so this is the only error.

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
    retries = 3,
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list().limit(3);
}
