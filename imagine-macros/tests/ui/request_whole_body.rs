//! A body of text has one field.

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
    body = text,
)]
pub struct ListParams {
    pub first: Option<String>,
    pub second: Option<String>,
}

fn main() {
    let _ = |client: Client| client.list().second("b");
}
