//! A range on a field that is not a number.

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
    #[request(query = "model", range(max = 10))]
    pub model: Option<String>,
}

fn main() {
    let _ = |client: Client| client.list().model("m");
}
