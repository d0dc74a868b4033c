//! A field that would go to two places.

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
    positional(id),
)]
pub struct ListParams {
    #[request(path = "id", query = "id")]
    pub id: String,
}

fn main() {
    let _ = |client: Client| client.list("a");
}
