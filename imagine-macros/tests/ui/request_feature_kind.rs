//! A feature that is not named by a text.

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
    feature = media,
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: Client| client.list().limit(3);
}
