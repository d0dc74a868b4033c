//! `Request` on a generic struct.

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
pub struct ListParams<T> {
    #[request(query = "limit")]
    pub limit: Option<T>,
}

fn main() {}
