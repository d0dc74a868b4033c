//! Guides, as the repository has them in `docs/`. Links between them lead to files of the repository.

macro_rules! guides {
    ($($name:ident: $file:literal),* $(,)?) => {
        $(
            #[doc = include_str!(concat!("../guides/", $file))]
            pub mod $name {}
        )*
    };
}

guides! {
    streaming: "streaming.md",
    conversations: "conversations.md",
    tools: "tools.md",
    structured_output: "structured-output.md",
    errors_and_retries: "errors-and-retries.md",
    live_services: "live-services.md",
    jobs: "jobs.md",
    bulk: "bulk.md",
    queues: "queues.md",
    production: "production.md",
    own_operations: "own-operations.md",
    testing: "testing.md",
    tutorials: "tutorials.md",
    coming_from_python: "coming-from-python.md",
}
