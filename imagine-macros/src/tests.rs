//! Snapshot tests of the expansions. The snapshots are in `tests/snapshots`.
//!
//! `INSTA_UPDATE=always cargo test -p imagine-macros --lib` updates them.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse_quote;

fn assert_expansion(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{name}.rs"), formatted(file)));
}

/// Formats the code, also that in `__client!` and `__blocking!`.
fn formatted(file: syn::File) -> String {
    let items = file.items.into_iter().map(|item| match item {
        syn::Item::Macro(wrapper) if wrapper.mac.path.segments[0].ident == "imagine_sdk" => {
            let path = wrapper.mac.path.to_token_stream().to_string();
            let wrapped = formatted(syn::parse2(wrapper.mac.tokens).unwrap());
            format!("{}! {{\n{wrapped}}}\n", path.replace(' ', ""))
        }
        item => {
            let file = syn::parse2(item.into_token_stream()).unwrap();
            prettyplease::unparse(&file)
        }
    });
    items.collect()
}

#[test]
fn expands_a_streaming_json_request() {
    let expansion = crate::request::derive(&parse_quote! {
        #[request(
            operation = operations::CHAT,
            method = chat,
            builder = Chat,
            client = crate::Client,
            blocking = crate::blocking::Client,
            response = ChatResponse,
            chunk = ChatEvent,
            body = json,
            sampling = SamplingParams,
            args(messages),
            alias("chat", "converse", "chat_stream"),
            docs = "Sends a chat.",
        )]
        pub struct ChatRequest {
            pub messages: Messages,
            #[request(default = "m")]
            pub model: String,
            /// Sampling temperature.
            #[doc(alias = "heat")]
            #[deprecated = "use `top_p`"]
            #[request(sampling, range(min = 0, max = 2))]
            pub temperature: Option<f64>,
            #[request(stream)]
            pub stream: bool,
            #[response(extra)]
            pub extra: Map<String, Value>,
        }
    });
    assert_expansion("request_json", expansion);
}

#[test]
fn expands_a_request_with_path_query_and_form() {
    let expansion = crate::request::derive(&parse_quote! {
        #[request(
            operation = operations::UPLOAD,
            method = upload,
            builder = Upload,
            client = Client,
            response = (),
            body = multipart,
            args(id, file),
            docs = "Uploads a file.",
        )]
        pub(crate) struct UploadRequest {
            #[request(path = "file_id")]
            id: String,
            file: FilePart,
            #[request(query = "max", range(max = 9.5), default = -1)]
            max: f64,
            #[request(length(min = 1, max = 2))]
            r#type: Option<Vec<Kind>>,
        }
    });
    assert_expansion("request_form", expansion);
}

#[test]
fn expands_a_request_with_an_extension_trait() {
    let expansion = crate::request::derive(&parse_quote! {
        #[request(
            operation = ALBUM,
            method = album,
            builder = Album,
            extension = AlbumClient,
            client = imagine_sdk::Client,
            response = M,
            args(id),
            docs = "Returns an album.",
        )]
        pub struct AlbumParams {
            #[request(path = "album_id")]
            id: String,
        }
    });
    assert_expansion("request_extension", expansion);
}

#[test]
fn expands_sampling_parameters() {
    let expansion = crate::sampling::derive(&parse_quote! {
        pub struct SamplingParams {
            /// Sampling temperature.
            #[sampling(range(min = 0, max = 2))]
            pub temperature: Option<f64>,
            pub stop: Option<Vec<String>>,
        }
    });
    assert_expansion("sampling", expansion);
}

#[test]
fn expands_a_response() {
    let expansion = crate::response::derive(&parse_quote! {
        pub struct ChatResponse {
            #[response(required)]
            pub choices: Vec<Choice>,
            #[serde(rename = "type")]
            #[response(alias("kind", "sort"))]
            pub kind: Option<String>,
            #[response(extra)]
            pub extra: Map<String, Value>,
        }
    });
    assert_expansion("response", expansion);
}

#[test]
fn expands_an_open_enum() {
    let expansion = crate::open_enum::derive(&parse_quote! {
        pub enum FinishReason {
            #[open(name = "stop")]
            Stop,
            Other(String),
        }
    });
    assert_expansion("open_enum", expansion);
}

#[test]
fn expands_an_open_union() {
    let expansion = crate::open_union::derive(&parse_quote! {
        #[union(tag = "type")]
        pub enum Part {
            #[union(kinds(string))]
            Text(String),
            #[union(kinds(object), tags("image", "picture"), fields("type", "url"), required("url"))]
            Image(Box<ImagePart>),
            Other(Value),
        }
    });
    assert_expansion("open_union", expansion);
}

#[test]
fn an_error_keeps_the_signatures() {
    let expansion = crate::sampling::derive(&parse_quote! {
        pub struct SamplingParams {
            #[sampling(limits(max = 2))]
            pub temperature: Option<f64>,
        }
    });
    assert_expansion("fallback", expansion);
}

#[test]
fn crate_key_replaces_every_crate_path() {
    let request = crate::request::derive(&parse_quote! {
        #[request(
            operation = OP,
            method = ask,
            builder = Ask,
            client = sdk::Client,
            extension = AskClient,
            response = Reply,
            chunk = Event,
            body = json,
            sampling = SamplingParams,
            args(question),
            default,
            docs = "Sends a question.",
            crate = sdk,
        )]
        pub struct AskRequest {
            pub question: String,
            #[request(sampling, range(max = 1))]
            pub top_p: Option<f64>,
            #[request(stream)]
            pub stream: bool,
        }
    });
    let response = crate::response::derive(&parse_quote! {
        #[response(crate = sdk)]
        pub struct Reply {
            #[response(required)]
            pub text: String,
            #[response(serde)]
            pub when: Date,
        }
    });
    let open_enum = crate::open_enum::derive(&parse_quote! {
        #[open(crate = sdk)]
        pub enum Kind {
            #[open(name = "a")]
            A,
            Other(String),
        }
    });
    let open_union = crate::open_union::derive(&parse_quote! {
        #[union(crate = sdk)]
        pub enum Either {
            #[union(kinds(list, integer))]
            Numbers(Vec<i64>),
            Other(Value),
        }
    });
    for (name, expansion) in [
        ("request", request),
        ("response", response),
        ("open", open_enum),
        ("union", open_union),
    ] {
        assert!(expansion.to_string().contains("imagine_sdk"), "{name}");
        let attr: syn::Attribute = match name {
            "request" => parse_quote!(#[request(method = ask, crate = sdk)]),
            "response" => parse_quote!(#[response(crate = sdk)]),
            "union" => parse_quote!(#[union(crate = sdk)]),
            _ => parse_quote!(#[open(crate = sdk)]),
        };
        let renamed = crate::crate_path::rename(&[attr], name, expansion).to_string();
        assert!(!renamed.contains("imagine_sdk"), "{renamed}");
        assert!(!renamed.contains("compile_error"), "{renamed}");
    }
}
