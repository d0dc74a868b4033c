//! A positional argument that would have a default.

use imagine_macros::Request;
use imagine_sdk::inference::ops;

struct Client;

#[derive(Clone, Request)]
#[request(
    operation = ops::USAGE,
    method = list,
    builder = List,
    client = Client,
    answer = (),
    about = "Lists.",
    positional(limit),
)]
pub struct ListParams {
    #[request(query = "limit", default = 1)]
    pub limit: i64,
}

fn main() {
    let _ = |client: Client| client.list(1);
}
