//! A duplicate key on a field.

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
    #[request(query = "limit", query = "max")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list().limit(3);
}
