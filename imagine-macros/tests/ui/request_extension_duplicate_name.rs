//! An extension trait with the name of the builder.

use imagine_macros::Request;

#[derive(Clone, Request)]
#[request(
    operation = imagine_sdk::inference::operations::USAGE,
    method = list,
    client = imagine_sdk::Client,
    extension = List,
    builder = List,
    response = (),
    docs = "Lists.",
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {}
