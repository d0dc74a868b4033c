//! Tests of the detection of errors.

use super::*;

/// Bodies, with the message and the code of the error in them. Numbers are those of the cases in which clients lost
/// the message (E1, E2, D12).
const SHAPES: [(&str, &str, Option<&str>); 34] = [
    (r#"{"message":"slow","status":"error"}"#, "slow", None),
    (r#"{"message":["a","b"]}"#, "a; b", None),
    (
        r#"{"error":{"message":"bad","code":"x"}}"#,
        "bad",
        Some("x"),
    ),
    (r#"{"error":"bad"}"#, "bad", None),
    (
        r#"{"error":"bad","errorCode":400,"code":0}"#,
        "bad",
        Some("400"),
    ),
    (
        r#"{"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400}"#,
        "bad",
        Some("400"),
    ),
    (r#"{"detail":"bad"}"#, "bad", None),
    (
        r#"{"detail":[{"loc":["body","messages",0,"role"],"msg":"field required","type":"missing"}]}"#,
        "body.messages[0].role: field required",
        None,
    ),
    (
        r#"[{"error":{"code":400,"message":"API key not valid","status":"INVALID_ARGUMENT"}}]"#,
        "API key not valid",
        Some("400"),
    ),
    (
        r#"{"detail":{"code":"model_loading","message":"model is loading"}}"#,
        "model is loading",
        Some("model_loading"),
    ),
    (
        r#"{"detail":{"error":"no such model"}}"#,
        "no such model",
        None,
    ),
    (
        r#"{"detail":{"error":{"message":"deep","code":"c9"}}}"#,
        "deep",
        Some("c9"),
    ),
    (
        r#"{"success":false,"errors":[{"code":7003,"message":"cannot route"}],"messages":[]}"#,
        "cannot route",
        Some("7003"),
    ),
    (
        r#"{"title":"Invalid","status":400,"errors":{"n":["range"],"prompt":["required","short"]}}"#,
        "n: range; prompt: required; short",
        None,
    ),
    (r#"{"errors":["a","b"]}"#, "a; b", None),
    (r#"{"errors":"a"}"#, "a", None),
    (r#"{"Message":"not authorized"}"#, "not authorized", None),
    (
        r#"{"Error":{"Message":"no","Code":"AccessDenied"}}"#,
        "no",
        Some("AccessDenied"),
    ),
    (
        r#"{"msg":"bad thing","code":1004}"#,
        "bad thing",
        Some("1004"),
    ),
    (
        r#"{"error":"invalid_client","error_description":"secret expired"}"#,
        "invalid_client: secret expired",
        None,
    ),
    (
        r#"{"statusCode":400,"message":["seed is too large"],"error":"Bad Request"}"#,
        "Bad Request: seed is too large",
        None,
    ),
    (
        r#"{"type":"about:blank","title":"Unprocessable","status":422}"#,
        "Unprocessable",
        None,
    ),
    (
        r#"{"type":"about:blank","title":"Unprocessable","detail":"seed too large"}"#,
        "seed too large",
        None,
    ),
    (
        r#"{"error":{"message":"{\"error\":{\"message\":\"inner\"}}"}}"#,
        "inner",
        None,
    ),
    (
        r#"{"error":{"message":{"message":"object"}}}"#,
        "object",
        None,
    ),
    (
        r#"{"base_resp":{"status_code":1008,"status_msg":"no balance"}}"#,
        "no balance",
        Some("1008"),
    ),
    (
        r#"{"error":{"message":""},"message":"outer"}"#,
        "outer",
        None,
    ),
    (
        r#"{"reason":"malformed_image","location":"image"}"#,
        "rejected as malformed_image in `image`",
        Some("malformed_image"),
    ),
    (
        r#"{"error":{"reason":"explicit_text"}}"#,
        "rejected as explicit_text",
        Some("explicit_text"),
    ),
    (
        "\u{FEFF}{\"error\":{\"message\":\"with a mark\"}}",
        "with a mark",
        None,
    ),
    (
        "data: {\"error\":{\"message\":\"event\",\"code\":4}}\n\n",
        "event",
        Some("4"),
    ),
    (
        "event: error\ndata: {\"message\":\"event\"}\n\n",
        "event",
        None,
    ),
    (
        "{\"error\":\"first\"}\n{\"error\":\"second\"}\n",
        "first",
        None,
    ),
    (
        "<html><title>502 Bad\nGateway</title></html>",
        "502 Bad Gateway",
        None,
    ),
];

#[test]
fn extracts_message_and_code_from_every_known_shape() {
    for (body, message, code) in SHAPES {
        let details = details(body.as_bytes());
        let found = (details.message.as_deref(), details.code.as_deref());
        assert_eq!(found, (Some(message), code), "{body}");
    }
    for body in [
        "",
        "{}",
        "null",
        "[]",
        r#"{"error":{}}"#,
        r#"{"message":""}"#,
    ] {
        assert_eq!(details(body.as_bytes()).message, None, "{body}");
    }
}

#[test]
fn extracts_the_fields_of_validation_errors() {
    let list =
        br#"{"detail":[{"loc":["body","n"],"msg":"m","type":"missing"},{"loc":["q"],"msg":"o"}]}"#;
    let fields = details(list).fields;
    let field = (&*fields[0].location, &*fields[0].message, &*fields[0].kind);
    assert_eq!(field, ("body.n", "m", "missing"));
    assert_eq!((fields.len(), &*fields[1].location), (2, "q"));
    let map = details(br#"{"errors":{"prompt":["required"]}}"#).fields;
    assert_eq!(
        (&*map[0].location, &*map[0].message),
        ("prompt", "required")
    );
}

#[test]
fn finds_a_used_up_quota_wherever_its_code_is() {
    for body in [
        r#"{"error":{"message":"m","type":"insufficient_quota","code":429}}"#,
        r#"{"error":{"message":"m","code":"insufficient_quota"}}"#,
        r#"{"error":"m","code":"quota_exceeded"}"#,
        r#"{"error":"insufficient_quota"}"#,
        r#"{"detail":{"status":"quota_exceeded","message":"exceeds your quota of 10"}}"#,
        r#"{"reason":"out_of_credits"}"#,
        r#"{"error":{"reason":"out_of_credits","location":"account"}}"#,
        r#"[{"error":{"status":"quota_exceeded","message":"m"}}]"#,
    ] {
        assert!(details(body.as_bytes()).is_quota_exceeded, "{body}");
    }
    for body in [
        r#"{"error":{"message":"m","type":"tokens","code":429}}"#,
        r#"{"detail":[{"loc":["body"],"msg":"m","type":"t","input":{"type":"quota_exceeded"}}]}"#,
    ] {
        assert!(!details(body.as_bytes()).is_quota_exceeded, "{body}");
    }
}

#[test]
fn an_empty_error_counts_only_with_a_code() {
    for empty in [
        r#""""#,
        "false",
        "{}",
        "[]",
        r#"{"code":0,"message":""}"#,
        "null",
    ] {
        let event = |code| format!(r#"{{"error":{empty},"errorCode":{code},"id":"1"}}"#);
        assert!(error_in(false, event(0).as_bytes()).is_none(), "{empty}");
        let is_error = error_in(false, event(400).as_bytes()).is_some();
        assert_eq!(is_error, empty != "null", "{empty}");
    }
}

#[test]
fn a_usual_event_is_no_error() {
    for event in [
        r#"{"error":null,"choices":[]}"#,
        r#"{"error":{"code":0,"message":""},"choices":[]}"#,
        r#"{"id":"1"}"#,
        r#"{"success":false,"message":"not found"}"#,
    ] {
        assert!(error_in(false, event.as_bytes()).is_none(), "{event}");
    }
    assert_eq!(error_in(true, b"boom").unwrap().message(), "boom");
    assert_eq!(
        error_in(false, br#"{"detail":"boom"}"#).unwrap().message(),
        "boom"
    );
}

#[test]
fn nesting_is_limited() {
    let deep = format!("{}\"m\"{}", r#"{"error":"#.repeat(100), "}".repeat(100));
    assert_eq!(details(deep.as_bytes()).message, None);
}
