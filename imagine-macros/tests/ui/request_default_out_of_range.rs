//! A default that the field's own range refuses.

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
)]
pub struct ListParams {
    #[request(query = "limit", range(max = 10), default = 11)]
    pub limit: i64,
}

fn main() {
    let _ = |client: Client| client.list().limit(3);
}
