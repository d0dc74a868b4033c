//! `extension` combined with `blocking`.

use imagine_macros::Request;
use imagine_sdk::inference::operations;

#[derive(Clone, Request)]
#[request(
    operation = operations::USAGE,
    method = list,
    client = imagine_sdk::Client,
    blocking = imagine_sdk::blocking::Client,
    extension = ListClient,
    builder = List,
    response = (),
    docs = "Lists.",
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |client: imagine_sdk::Client| client.list().limit(3);
}
