//! A builder with the name of the struct.

use imagine_macros::Request;

#[derive(Clone, Request)]
#[request(
    operation = imagine_sdk::inference::operations::USAGE,
    method = list,
    client = imagine_sdk::Client,
    extension = ListClient,
    builder = ListParams,
    response = (),
    docs = "Lists.",
)]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {}
