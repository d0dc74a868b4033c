//! An optional path parameter.

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
    #[request(path = "id")]
    pub id: Option<String>,
}

fn main() {
    let _ = |client: Client| client.list().id("a");
}
