//! `Request` on a tuple struct.

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
pub struct ListParams(pub i64);

fn main() {
    let _ = |client: Client| client.list();
}
