//! A part of the path that may be missing.

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
    #[request(path = "id")]
    pub id: Option<String>,
}

fn main() {
    let _ = |client: Client| client.list().id("a");
}
