//! The reader returns the values that `serde_json` returns. `tests/tests/properties.rs` compares the two on random
//! documents, and `fuzz/` on others.

use serde_json::Value;

use super::{read, read_into};

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
fn singles_are_rounded_as_by_serde_json() {
    for json in singles() {
        let expected: Option<f32> = serde_json::from_str(&json).ok();
        let mut value = 0_f32;
        if read_into(&json, &mut value).is_ok() {
            let expected = expected.unwrap_or_else(|| panic!("not JSON: {json}"));
            assert_eq!(value.to_bits(), expected.to_bits(), "{json}");
        }
    }
}

/// Long integers are left to `serde_json`, and with them their list.
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
fn numbers_of_twenty_digits_are_left_to_serde_json() {
    for json in [
        "10000000000000000000",
        "18446744073709551615",
        "18446744073709551617",
        "-9223372036854775809",
        "99999999999999999999999999",
    ] {
        assert!(read::<Value>(json).is_err(), "{json}");
        assert!(serde_json::from_str::<Value>(json).is_ok(), "{json}");
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
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83d\\ud83d\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ud83dx\"",
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
fn types_of_serde_are_read_or_left_to_serde_json() {
    type All = (
        Option<u8>,
        Option<u8>,
        f32,
        char,
        (),
        std::collections::BTreeMap<String, i8>,
    );
    let json = r#"[null, 5, 1, "c", null, {"k": -1}]"#;
    let expected: All = serde_json::from_str(json).unwrap();
    assert_eq!(read::<All>(json).unwrap(), expected);

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Named {
        wrapped: Wrapped,
    }
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Wrapped(String);
    for json in [r#"{"wrapped": "a", "other": [1]}"#, r#"["a"]"#] {
        let expected: Named = serde_json::from_str(json).unwrap();
        assert_eq!(read::<Named>(json).unwrap(), expected, "{json}");
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum Either {
        One,
    }
    assert!(read::<Either>("\"One\"").is_err());
    assert_eq!(
        serde_json::from_str::<Either>("\"One\"").unwrap(),
        Either::One
    );
    assert!(read::<u8>("300").is_err());
}
