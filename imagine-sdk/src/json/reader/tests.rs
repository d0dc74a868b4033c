//! The reader returns the values that `serde_json` returns. `tests/tests/properties.rs` compares the two on random
//! documents, and `fuzz/` on others.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Error, read, read_fitting, read_into};
use crate::UnknownFields;

/// Compares the serialized values, so that numbers must be equal to the last bit.
fn assert_same(json: &str) {
    let value = read::<Value>(json).unwrap_or_else(|_| panic!("not read: {json}"));
    let expected: Value = serde_json::from_str(json).unwrap();
    assert_eq!(value.to_string(), expected.to_string(), "{json}");
}

#[test]
fn common_documents_are_read() {
    let all = [
        "null",
        " true ",
        "\t\r\nfalse\n",
        "{}",
        "[]",
        "[ ]",
        "{ }",
        r#"{"a":1,"b":[{},[],"",null,true],"c":{"d":-1}}"#,
        "{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }",
        r#"{"a":1,"a":2}"#,
        r#""Grüße, \"Käse\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00 und so weiter""#,
        r#""a text that is long enough for several words of eight bytes each""#,
        r#""😀😀😀""#,
        "\"\u{7f}\u{80}\"",
    ];
    for json in all {
        assert_same(json);
    }
}

#[test]
fn a_quote_is_found_at_every_offset() {
    for length in 0..40 {
        for filler in ["x", "é", "\u{a2}", "\u{1022}", "\\n", "!", "#", "["] {
            assert_same(&format!(r#"["{}","after"]"#, filler.repeat(length)));
        }
    }
}

#[test]
fn numbers_are_read_to_the_last_bit() {
    let all = [
        "0",
        "7",
        "-7",
        "9999999999999999999",
        "-9223372036854775808",
        "0.0",
        "-0.0",
        "1.5",
        "-1.50",
        "1767225600.25",
        "0.1",
        "123456789012345.6",
        "0.999999999999999",
        "0.9999999999999999",
        "9007199254740993.0",
        "0.000000000000001",
        "0.0000000000000001",
        "-0.009327292442321777",
        "0.1000000000000000055511151231257827",
        "18446744073709551617.5",
        "1.8446744073709551617",
        "0.1844674407370955161700000",
        "1e3",
        "1E-3",
        "1.5e+300",
        "5e-324",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "1e-400",
    ];
    for json in all {
        assert_same(json);
        assert_same(&format!("[{json}]"));
    }
}

/// Returns numbers of 32 bits and those between neighbours, which are the difficult ones, in several notations.
fn singles() -> impl Iterator<Item = String> {
    let between = |bits: u32| {
        let (low, high) = (f32::from_bits(bits), f32::from_bits(bits + 1));
        let middle = f64::midpoint(low.into(), high.into());
        [
            low.into(),
            middle,
            middle.next_down(),
            middle.next_up(),
            high.into(),
        ]
    };
    let numbers = (0..0x7F7F_FFFF).step_by(0x1_2345).flat_map(between);
    let texts = numbers.flat_map(|number: f64| {
        [
            format!("{number}"),
            format!("{number:.17}"),
            format!("{number:.20}"),
            format!("{number:e}"),
        ]
    });
    let texts = texts.chain(["0".into(), "0.0".into(), "1.5".into()]);
    texts.flat_map(|text| [format!("-{text}"), text])
}

#[test]
fn singles_are_rounded_once() {
    for json in singles() {
        let expected = json.parse::<f32>().unwrap();
        let mut value = 0_f32;
        match read_into(&json, &mut value) {
            Ok(()) => assert_eq!(value.to_bits(), expected.to_bits(), "{json}"),
            Err(_) => assert!(expected.is_infinite(), "{json}"),
        }
    }
}

#[test]
fn lists_of_singles_have_the_values_of_their_items() {
    let fractions = (0..400_u16)
        .map(|index| format!("{:.*}", usize::from(index) % 21, f32::from(index) / 401.0));
    let is_read = |text: &String| read_into(text, &mut 0_f32).is_ok();
    let texts = ["0.5e3".to_owned()].into_iter().chain(singles().step_by(7));
    let texts: Vec<_> = texts.chain(fractions).filter(is_read).collect();
    for separator in [",", ", ", " ,", ",\n  "] {
        for texts in texts.chunks(150) {
            let json = format!("[{}]", texts.join(separator));
            let mut list = Vec::<f32>::new();
            read_into(&json, &mut list).unwrap();
            let list = list.iter().map(|single| single.to_bits());
            let expected = texts.iter().map(|text| text.parse::<f32>().unwrap());
            assert!(list.eq(expected.map(f32::to_bits)), "{json}");
        }
    }
}

#[test]
fn an_invalid_item_of_a_list_of_singles_is_rejected() {
    let plain = "0.0123456789012345678,".repeat(100);
    for item in [
        "0.", "-", "-.5", "00.5", "0.5.5", "0.5e", "0.5x", "0.5 0.5", "0.5,", "", "null", "0x0.5",
        "0.5/", "0.5:",
    ] {
        let json = format!("[{plain}{item}]{}", " ".repeat(40));
        assert!(read_into(&json, &mut Vec::<f32>::new()).is_err(), "{item}");
    }
}

#[test]
fn a_list_of_numbers_has_a_size() {
    let mut vector = Vec::<f32>::new();
    read_into(" [0.25 , -1, 3e0] ", &mut vector).unwrap();
    assert_eq!(
        (vector.as_slice(), vector.capacity()),
        (&[0.25, -1.0, 3.0][..], 3)
    );
}

#[test]
fn a_special_character_is_found_at_every_offset_of_a_long_string() {
    for length in (0..1200).step_by(7) {
        for end in ["\"", "\\n\"", "é\""] {
            assert_same(&format!("\"{}{end}", "x".repeat(length)));
        }
        assert!(
            read::<Value>(&format!(
                "\"{}\u{1}{}\"",
                "x".repeat(length),
                "y".repeat(600)
            ))
            .is_err()
        );
    }
}

/// `serde_json` reads some of these as integers and some as floats.
#[test]
fn long_integers_are_read_as_by_serde_json() {
    for json in [
        "-0",
        "10000000000000000000",
        "18446744073709551615",
        "18446744073709551616",
        "18446744073709551617",
        "-9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999",
    ] {
        assert_same(json);
    }
    let wide = read::<(i128, u128)>("[-99999999999999999999999999, 18446744073709551617]");
    assert_eq!(
        wide.unwrap(),
        (
            -99_999_999_999_999_999_999_999_999,
            18_446_744_073_709_551_617
        )
    );
    for json in ["0123", "+1", "1.0", "null", "\"1\""] {
        assert!(read::<u128>(json).is_err(), "{json}");
    }
}

#[test]
fn values_are_read_up_to_the_depth_of_serde_json() {
    for depth in [1, 126, 127] {
        assert_same(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    }
    let too_deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    assert!(read::<Value>(&too_deep).is_err());
    assert!(serde_json::from_str::<Value>(&too_deep).is_err());
}

#[test]
fn invalid_json_is_rejected() {
    let all = [
        "",
        " ",
        "nul",
        "nulls",
        "True",
        "{",
        "[",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1]",
        "{\"a\" 1}",
        "1 2",
        "[]]",
        "01",
        "-01",
        "00.5",
        "-",
        "+1",
        "1.",
        ".5",
        "-.5",
        "1.e3",
        "1e",
        "1e+",
        "1.5e",
        "0x1",
        "1_000",
        "NaN",
        "-Infinity",
        "1e400",
        "\"",
        "\"a",
        "\"a\\",
        "\"a\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "\"a\nb\"",
        "\"a\\n\nb\"",
        "\"\0\"",
        "\u{feff}{}",
        "\u{a0}{}",
        "\u{b}{}",
    ];
    for json in all {
        assert!(read::<Value>(json).is_err(), "{json:?}");
        assert!(serde_json::from_str::<Value>(json).is_err(), "{json:?}");
    }
}

#[test]
fn lone_surrogates_are_replaced_and_pairs_are_kept() {
    let cases = [
        (r#""\ud83d""#, "\u{FFFD}"),
        (r#""\ude00!""#, "\u{FFFD}!"),
        (r#""a\ud83db""#, "a\u{FFFD}b"),
        (r#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
        (r#""\ud83d\n\ude00""#, "\u{FFFD}\n\u{FFFD}"),
        (r#""\uD83D\u00e9""#, "\u{FFFD}\u{e9}"),
        (r#""\ud83d\u0041""#, "\u{FFFD}A"),
        (r#""\ud83d\ude00""#, "\u{1F600}"),
        (r#""\\ud83d""#, r"\ud83d"),
        (r#""\\\ud83d""#, "\\\u{FFFD}"),
    ];
    for (json, expected) in cases {
        assert_eq!(read::<String>(json).unwrap(), expected, "{json}");
    }
}

fn assert_same_as<T: Debug + DeserializeOwned + PartialEq>(json: &str) {
    let expected: T = serde_json::from_str(json).unwrap();
    assert_eq!(read::<T>(json).unwrap(), expected, "{json}");
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    Struct { size: Option<u8> },
}

#[test]
fn types_of_serde_are_read_as_by_serde_json() {
    type All = (
        Option<u8>,
        Option<u8>,
        f32,
        char,
        (),
        BTreeMap<String, i8>,
        [u8; 2],
    );
    assert_same_as::<All>(r#"[null, 5, 1, "c", null, {"k": -1}, [1, 2]]"#);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Named {
        wrapped: Wrapped,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(String);
    assert_same_as::<Named>(r#"{"wrapped": "a", "other": [1]}"#);
    assert_same_as::<Named>(r#"["a"]"#);

    assert_same_as::<Vec<Shape>>(
        r#"["Unit", {"Unit": null}, {"Newtype": 1}, {"Tuple": [1, "a"]}, {"Struct": {"size": 2}},
            "\u0055nit"]"#,
    );

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(u64),
        List(Vec<Self>),
        Object { a: String },
    }
    assert_same_as::<Untagged>(r#"[1, [], {"a": "b"}]"#);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "type")]
    enum Tagged {
        A { size: u8 },
    }
    assert_same_as::<Tagged>(r#"{"size": 1, "type": "A"}"#);
}

#[test]
fn keys_have_the_type_of_the_map() {
    assert_same_as::<BTreeMap<u64, u8>>(r#"{"1": 1, "20": 2}"#);
    assert_same_as::<BTreeMap<i128, u8>>(r#"{"-20": 2}"#);
    assert_same_as::<BTreeMap<bool, u8>>(r#"{"true": 2}"#);
    assert_same_as::<BTreeMap<Option<char>, u8>>(r#"{"a": 2}"#);
    assert_same_as::<BTreeMap<Shape, u8>>(r#"{"Unit": 2}"#);
    assert_same_as::<BTreeMap<String, u8>>(r#"{"-0": 2}"#);
    assert!(read::<BTreeMap<i8, u8>>(r#"{"-0": 2}"#).is_err());
    for key in ["a", "01", "+1", "-1", "256", "1.0", " 1", "1e0"] {
        let json = format!(r#"{{"{key}": 2}}"#);
        assert!(read::<BTreeMap<u8, u8>>(&json).is_err(), "{json}");
    }
}

#[test]
fn texts_have_no_limits() {
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let json = format!(r#"{{"a": {deep} , "b":1 }}"#);
    let raw: BTreeMap<String, &RawValue> = read(&json).unwrap();
    assert_eq!([raw["a"].get(), raw["b"].get()], [&deep, "1"]);
    let fields: UnknownFields = read(&json).unwrap();
    assert_eq!(
        [fields.raw("a"), fields.raw("b")],
        [Some(&*deep), Some("1")]
    );
    assert!(read::<UnknownFields>(&json[..500]).is_err());
    let number: UnknownFields = read(r#"{"a": [ 1e400 ], "b": -2E+400}"#).unwrap();
    assert_eq!(
        [number.raw("a"), number.raw("b")],
        [Some("[ 1e400 ]"), Some("-2E+400")]
    );
    assert!(read::<UnknownFields>(r#"{"a": 1e400e1}"#).is_err());

    #[derive(Debug, PartialEq, Deserialize)]
    struct Short {
        b: u8,
    }
    assert_same_as::<Short>(&json);
}

fn failure<T: Debug + DeserializeOwned>(json: &str) -> (String, String) {
    let error: Error = read::<T>(json).unwrap_err();
    (error.path(), error.problem(json))
}

#[test]
fn failures_are_located_and_contain_no_values() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "not read")]
    struct Outer {
        list: Vec<Inner>,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "not read")]
    struct Inner {
        size: u8,
        shape: Option<Shape>,
    }
    let cases = [
        (
            r#"{"list": [{"size": 1}, {"size": "secret"}]}"#,
            "list[1].size",
            "expected u8 at line 1 column 40",
        ),
        (
            "{\"list\": [\n  {\"size\":\n 256 } ]}",
            "list[0].size",
            "expected u8 at line 3 column 4",
        ),
        (
            r#"{"list": [{}]}"#,
            "list[0]",
            "missing field `size` at line 1 column 11",
        ),
        (
            r#"{"list": {"secret": 1}}"#,
            "list",
            "expected a sequence at line 1 column 22",
        ),
        (
            r#"{"list": [{"size": 1, "shape": "secret"}]}"#,
            "list[0].shape",
            "expected one of `Unit`, `Newtype`, `Tuple`, `Struct` at line 1 column 39",
        ),
        (
            r#"{"list": [{"size": 1, "shape": {"Tuple": [1, "a", 2]}}]}"#,
            "list[0].shape.Tuple",
            "expected fewer elements at line 1 column 48",
        ),
        (
            r#"{"list": [{"size": 1, "size": 2}]}"#,
            "list[0]",
            "unexpected value at line 1 column 29",
        ),
        (
            r#"{"list": [{"size": 1e400}]}"#,
            "list[0].size",
            "number out of range at line 1 column 18",
        ),
        (
            r#""secret""#,
            "$",
            "expected struct Outer at line 1 column 8",
        ),
    ];
    for (json, path, problem) in cases {
        assert_eq!(
            failure::<Outer>(json),
            (path.into(), problem.into()),
            "{json}"
        );
        assert!(serde_json::from_str::<Outer>(json).is_err(), "{json}");
    }
}

#[test]
fn the_innermost_field_keeps_a_value_that_does_not_fit() {
    use crate::inference::ChatCompletionResponse;
    let json =
        r#"{"id": [1, {"a": null}], "choices": [{"index": {} , "message": {"content": "a"}}]}"#;
    assert!(read::<ChatCompletionResponse>(json).is_err());
    let response: ChatCompletionResponse = read_fitting(json).unwrap();
    assert_eq!(response.extra.raw("id"), Some(r#"[1, {"a": null}]"#));
    assert_eq!(response.choices[0].extra.raw("index"), Some("{}"));
    assert_eq!(response.text().as_deref(), Some("a"));
    // `choices` is required.
    let json_without = r#"{"choices": 1}"#;
    assert!(read_fitting::<ChatCompletionResponse>(json_without).is_err());
    let error = read::<ChatCompletionResponse>(json_without).unwrap_err();
    assert_eq!(error.path(), "choices");
    // Nothing is left for the next document, even of a value that no field keeps.
    assert!(read_fitting::<BTreeMap<String, u8>>(r#"{"a": "b"}"#).is_err());
    let error = read::<ChatCompletionResponse>(r#"{"id": [], "choices": []}"#).unwrap_err();
    assert_eq!(error.path(), "id");
}

#[test]
fn values_that_do_not_fit_do_not_add_to_the_depth() {
    use crate::inference::ChatCompletionResponse;
    let choice = |calls| format!(r#"{{"message": {{"content": "a", "tool_calls": {calls}}}}}"#);
    let mut choices = vec![choice("[1]"); 200];
    choices.push(choice(r#"[{"id": "b", "function": {"name": "c"}}]"#));
    let json = format!(r#"{{"choices": [{}]}}"#, choices.join(","));
    let response: ChatCompletionResponse = read_fitting(&json).unwrap();
    let message = |at: usize| &response.choices[at].message;
    assert_eq!(message(199).extra.raw("tool_calls"), Some("[1]"));
    assert_eq!(message(200).tool_calls[0].name(), Some("c"));
}

#[test]
fn invalid_json_is_rejected_after_a_value_that_does_not_fit() {
    use crate::inference::{ChatCompletionResponse, ChatMessage};
    for json in [
        r#"{"choices": [], "usage": {"prompt_tokens": [1], }"#,
        r#"{"choices": [], "id": {"a": 1e400, }"#,
        r#"{"choices": [], "id": [[1], }"#,
    ] {
        assert!(
            read_fitting::<ChatCompletionResponse>(json).is_err(),
            "{json}"
        );
        assert!(
            crate::json::from_str::<ChatCompletionResponse>(json).is_err(),
            "{json}"
        );
    }
    assert!(read_fitting::<ChatMessage>(r#"{"tool_calls": [[1], }"#).is_err());
    #[cfg(feature = "media")]
    {
        let json = r#"{"secondary_media_urls": {"a": [1], }"#;
        assert!(read_fitting::<crate::media::Generation>(json).is_err());
    }
}

/// A second mark is an error, and many do not exhaust the stack.
#[test]
fn one_byte_order_mark_is_skipped() {
    let read = crate::json::from_str::<Value>;
    assert_eq!(read("\u{feff}1").unwrap(), 1);
    assert!(read(&"\u{feff}".repeat(1 << 20)).is_err());
}

#[test]
fn the_index_counts_items_that_were_read_at_once() {
    let json = format!("[{}null, 1.5]", "0.0123456789012345678,".repeat(100));
    let error = read_into(&json, &mut Vec::<f32>::new()).unwrap_err();
    assert_eq!(error.path(), "[100]");
}

#[test]
fn typed_numbers_are_read_as_by_serde_json() {
    for json in [
        "0.12345678901234567",
        "1e3",
        "-0",
        "18446744073709551617",
        "1.5",
        "7",
    ] {
        assert_same_as::<f64>(json);
        assert_same_as::<f32>(json);
    }
    for json in singles().step_by(11) {
        let expected = json.parse::<f32>().unwrap();
        let value = read::<f32>(&json);
        assert!(
            value.is_ok_and(|value| value == expected) || expected.is_infinite(),
            "{json}"
        );
    }
}

#[test]
fn text_that_is_not_utf_8_is_located_or_truncated() {
    let failure = |body: &[u8]| crate::json::from_slice::<Value>(body).unwrap_err();
    assert_eq!(failure(b"[\"\xFF\"]").problem, "invalid UTF-8");
    for body in [&b"\xEF\xBB\xBF[\"\xC3"[..], b"[1e400, \"\xC3"] {
        assert!(failure(body).is_truncated, "{body:?}");
    }
}
