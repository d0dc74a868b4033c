//! A field whose setter would have the name of a builder method.

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
    #[request(query = "send")]
    pub send: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list();
}
