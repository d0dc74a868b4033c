//! The struct, the builder and the trait need names of their own.

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
