//! The headers of servers, and quotas over time.

use http::{HeaderName, HeaderValue};

use super::*;

fn read_all(fields: &[(&str, &str)]) -> Vec<(RateUnit, Option<u64>, u64, u64)> {
    let fields = fields.iter().map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let quotas = read(&fields.collect(), now);
    let quotas = quotas.into_iter();
    quotas
        .map(|quota| {
            (
                quota.unit,
                quota.limit,
                quota.remaining,
                quota.reset.as_secs(),
            )
        })
        .collect()
}

#[test]
fn a_quota_is_full_again_for_one_period_after_its_reset() {
    let mut quotas = Quotas::default();
    let reported = Reported {
        unit: RateUnit::Requests,
        name: "a".to_owned(),
        limit: Some(2),
        remaining: 0,
        reset: Duration::from_secs(60),
    };
    quotas.report(0, 1, vec![reported]);
    let until = |quotas: &Quotas, at| quotas.blocked(at, 0).next().map(|(_, until)| until);
    assert_eq!(until(&quotas, 59_999), Some(60_000));
    for _ in 0..2 {
        assert_eq!(until(&quotas, 60_000), None);
        quotas.take(60_000, 0);
    }
    assert_eq!(until(&quotas, 60_000), Some(120_000));
    for _ in 0..5 {
        assert_eq!(until(&quotas, 120_000), None);
        quotas.take(120_000, 0);
    }
}

#[test]
fn a_request_above_the_limit_waits_for_one_reset() {
    let mut quotas = Quotas::default();
    let reported = Reported {
        unit: RateUnit::Tokens,
        name: "a".to_owned(),
        limit: Some(100),
        remaining: 0,
        reset: Duration::from_secs(60),
    };
    quotas.report(0, 1, vec![reported]);
    let is_blocked = |at, tokens| quotas.blocked(at, tokens).next().is_some();
    assert!(is_blocked(59_999, 500));
    assert!(!is_blocked(60_000, 500));
}

#[test]
fn tokens_in_flight_do_not_overflow() {
    let mut quotas = Quotas {
        is_enabled: true,
        ..Quotas::default()
    };
    for (id, tokens) in [(0, u64::MAX), (1, 1)] {
        quotas.grant(0, id, tokens);
    }
    let reported = Reported {
        unit: RateUnit::Tokens,
        name: "a".to_owned(),
        limit: None,
        remaining: 100,
        reset: Duration::from_secs(60),
    };
    quotas.report(0, 2, vec![reported]);
    assert!(quotas.blocked(0, 1).next().is_some());
}

#[test]
fn reads_the_fields_of_common_servers() {
    let fields = [
        ("x-ratelimit-limit-requests", "60"),
        ("x-ratelimit-remaining-requests", "59"),
        ("x-ratelimit-reset-requests", "1s"),
        ("x-ratelimit-remaining-tokens", "149984"),
        ("x-ratelimit-reset-tokens", "6m0s"),
    ];
    let expected = [
        (RateUnit::Requests, Some(60), 59, 1),
        (RateUnit::Tokens, None, 149_984, 360),
    ];
    assert_eq!(read_all(&fields), expected);
    let fields = [
        ("ratelimit-limit", "100, 100;w=60"),
        ("ratelimit-remaining", "7"),
        ("ratelimit-reset", "42"),
    ];
    assert_eq!(read_all(&fields), [(RateUnit::Requests, Some(100), 7, 42)]);
    let fields = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1800000090"),
    ];
    assert_eq!(read_all(&fields), [(RateUnit::Requests, None, 0, 90)]);
}

#[test]
fn reads_windows_in_names_and_a_common_reset() {
    let fields = [
        ("x-ratelimit-limit-minute", "5"),
        ("x-ratelimit-remaining-minute", "0"),
        ("x-ratelimit-remaining-tokens-day", "900"),
        ("x-ratelimit-reset-tokens-day", "2m59.56s"),
        ("x-ratelimit-remaining-images", "3"),
    ];
    let expected = [
        (RateUnit::Requests, Some(5), 0, 60),
        (RateUnit::Tokens, None, 900, 179),
    ];
    assert_eq!(read_all(&fields), expected);
    let fields = [("ratelimit-remaining-hour", "4"), ("ratelimit-reset", "7")];
    assert_eq!(read_all(&fields), [(RateUnit::Requests, None, 4, 7)]);
}

#[test]
fn reads_resets_in_every_form() {
    for (reset, seconds) in [
        ("90", 90),
        ("90.5", 90),
        ("1m30s", 90),
        ("1800000090", 90),
        ("1800000090000", 90),
        ("2027-01-15T08:01:30Z", 90),
        ("1700000000", 0),
    ] {
        let fields = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
        assert_eq!(
            read_all(&fields),
            [(RateUnit::Requests, None, 0, seconds)],
            "{reset}"
        );
    }
}

#[test]
fn reads_the_fields_of_the_drafts() {
    let fields = [
        (
            "ratelimit-policy",
            r#""burst";q=100;w=60,"tpm";q=1000;w=60;qu="tokens""#,
        ),
        ("ratelimit", r#""burst";r=50;t=30, "tpm";r=9;t=12"#),
    ];
    let expected = [
        (RateUnit::Requests, Some(100), 50, 30),
        (RateUnit::Tokens, Some(1000), 9, 12),
    ];
    assert_eq!(read_all(&fields), expected);
    let of_bytes = [
        (
            "ratelimit-policy",
            r#""bytes";q=100;w=60;qu="content-bytes""#,
        ),
        ("ratelimit", r#""bytes";r=0;t=30"#),
    ];
    assert_eq!(read_all(&of_bytes), []);
    let without_reset = [
        ("ratelimit-policy", r#""day";q=250;w=86400"#),
        ("ratelimit", r#""day";r=0"#),
    ];
    let expected = [(RateUnit::Requests, Some(250), 0, 86_400)];
    assert_eq!(read_all(&without_reset), expected);
    let earlier = [
        ("ratelimit-policy", "100;w=60"),
        ("ratelimit", "limit=100, remaining=50, reset=5"),
    ];
    assert_eq!(read_all(&earlier), [(RateUnit::Requests, Some(100), 50, 5)]);
}

#[test]
fn ignores_fields_that_cannot_be_read() {
    for (name, value) in [
        ("ratelimit", "burst;r=;t=1"),
        ("ratelimit", ";;;,=,\"\""),
        ("x-ratelimit-remaining", "many"),
    ] {
        assert!(read_all(&[(name, value), ("x-ratelimit-reset", "-1")]).is_empty());
    }
    let endless = [
        ("x-ratelimit-remaining", "1"),
        ("x-ratelimit-reset", "1e300"),
    ];
    assert!(read_all(&endless).is_empty());
}
