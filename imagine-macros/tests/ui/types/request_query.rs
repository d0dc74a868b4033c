//! A query parameter of an unsupported type.

use imagine_macros::Request;
use imagine_sdk::inference::operations;
use imagine_sdk::__private::Connection;

struct Client(Connection);
impl Client {
    fn connection(&self) -> Connection {
        self.0.clone()
    }
}

#[derive(Clone, Request)]
#[request(
    operation = operations::USAGE,
    method = list,
    builder = List,
    client = Client,
    response = (),
    docs = "Lists.",
)]
pub struct ListParams {
    #[request(query = "since")]
    pub since: Option<std::time::Duration>,
}

fn main() {}
