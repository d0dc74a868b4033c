//! Keys that are not there.

use imagine_macros::Request;
use imagine_sdk::inference::ops;

#[derive(Clone, Request)]
#[request(operation = ops::USAGE, method = list, builder = List, answer = ())]
pub struct ListParams {
    #[request(query = "limit")]
    pub limit: Option<i64>,
}

fn main() {
    let _ = |list: List| list.limit(3);
}
