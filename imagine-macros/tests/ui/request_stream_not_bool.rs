//! A stream flag that is not a `bool`.

use imagine_macros::Request;
use imagine_sdk::inference::operations;

struct Client;

#[derive(Clone, Request)]
#[request(
    operation = operations::USAGE,
    method = list,
    builder = List,
    client = Client,
    response = (),
    docs = "Lists.",
    body = json,
    chunk = imagine_sdk::inference::ChatCompletionStreamResponse,
)]
pub struct ListParams {
    #[request(stream)]
    pub stream: String,
}

fn main() {
    let _ = |client: Client| client.list().stream();
}
