//! Missing keys on the struct.

use imagine_macros::Request;
use imagine_sdk::inference::operations;

#[derive(Clone, Request)]
#[request(operation = operations::USAGE, method = list, builder = List, response = ())]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |list: List| list.limit(3);
}
