//! A field whose setter would be one of the builder's own methods.

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
    #[request(query = "extra")]
    pub extra: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list();
}
