//! A mistake leaves the extension and its method.

use imagine_macros::Request;
use imagine_sdk::inference::ops;

#[derive(Clone, Request)]
#[request(
    operation = ops::USAGE,
    method = list,
    client = imagine_sdk::Client,
    extension = ListClient,
    builder = List,
    answer = (),
    about = "Lists.",
)]
pub struct ListParams {
    #[request(query = "limit", range(min = 2, max = 1))]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: imagine_sdk::Client| client.list().limit(3);
}
