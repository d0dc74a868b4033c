//! A field that is both a path and a query parameter.

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
    args(id),
)]
pub struct ListParams {
    #[request(path = "id", query = "id")]
    pub id: String,
}

fn main() {
    let _ = |client: Client| client.list("a");
}
