//! `Request` on an enum.

use imagine_macros::Request;

struct Client;

#[derive(Clone, Request)]
#[request(
    operation = imagine_sdk::inference::operations::USAGE,
    method = list,
    builder = List,
    client = Client,
    response = (),
    docs = "Lists.",
)]
pub enum ListParams {
    All,
}

fn main() {
    let _ = |client: Client| client.list();
}
