//! A request with an extension trait and an error: the trait is still generated.

use imagine_macros::Request;
use imagine_sdk::inference::operations;

#[derive(Clone, Request)]
#[request(
    operation = operations::USAGE,
    method = list,
    client = imagine_sdk::Client,
    extension = ListClient,
    builder = List,
    response = (),
    docs = "Lists.",
)]
pub struct ListParams {
    #[request(query = "limit", range(min = 2, max = 1))]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: imagine_sdk::Client| client.list().limit(3);
}
