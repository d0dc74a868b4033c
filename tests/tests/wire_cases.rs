//! The table of wire cases and their tests.
//!
//! The name of a test contains the number of its case: `cargo test case_09` runs all tests of case 9. Cases about the
//! arrival of bytes use `all_chunkings`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex_lite::Regex;

/// The parts of the cases, with their tests.
#[rustfmt::skip]
const CASES: &[(&str, &[&str])] = &[
    ("1 a byte order mark at the start, split in two", &["streams::case_01_a_leading_byte_order_mark_is_skipped", "sse::one_byte_order_mark_at_the_start_is_skipped"]),
    ("1 a second byte order mark is data", &["sse::one_byte_order_mark_at_the_start_is_skipped"]),
    ("2 each line ending, split in two, and mixed", &["streams::case_02_all_line_endings_are_accepted", "sse::all_line_ends_are_accepted_and_can_be_mixed"]),
    ("3 a character split in two", &["streams::case_03_characters_survive_chunk_boundaries"]),
    ("3 invalid UTF-8", &["streams::case_03_characters_survive_chunk_boundaries", "sse::characters_may_span_chunks_and_invalid_utf8_is_replaced"]),
    ("3 an escaped lone surrogate", &["streams::case_03_characters_survive_chunk_boundaries", "errors::case_03_a_lone_surrogate_is_replaced"]),
    ("4 fields with and without a space, in several lines, unknown", &["streams::case_04_fields_are_parsed_as_the_standard_requires", "sse::fields_are_parsed_as_the_standard_specifies"]),
    ("5 comments and events without data", &["streams::case_05_comments_and_events_without_data_are_ignored"]),
    ("5 comments reset the idle timeout", &["timeouts::case_05_comments_reset_the_idle_timeout"]),
    ("6 typed keep-alives", &["streams::case_06_keep_alives_are_ignored"]),
    ("7 a to e, each error envelope", &["streams::case_07_an_error_event_is_an_error_with_the_services_message"]),
    ("7 earlier chunks are kept", &["streams::case_07_chunks_before_an_error_are_kept"]),
    ("7 a null error", &["streams::case_07_a_null_error_is_ignored"]),
    ("8 a finished without `[DONE]`", &["streams::case_08_a_stream_is_truncated_unless_the_service_finished_it"]),
    ("8 b truncated, with earlier chunks", &["streams::case_08_a_stream_is_truncated_unless_the_service_finished_it", "streams::case_07_chunks_before_an_error_are_kept"]),
    ("8 c `[DONE]` without a finish reason", &["streams::case_08_a_response_without_finish_reason_has_none"]),
    ("8 d `[DONE]` on an open connection", &["streams::case_08_done_ends_the_stream_while_the_connection_stays_open", "connections::case_08_done_ends_a_stream_on_an_open_connection"]),
    ("8 e truncated in an event", &["streams::case_08_a_stream_is_truncated_unless_the_service_finished_it"]),
    ("8 f a body without a final chunk", &["streams::case_08_a_failed_connection_truncates_the_stream", "connections::case_08_a_stream_without_a_final_chunk_is_truncated"]),
    ("8 g other spellings of `[DONE]`", &["streams::case_08_a_stream_is_truncated_unless_the_service_finished_it"]),
    ("9 an error, a response or a page instead of a stream", &["streams::case_09_an_error_object_instead_of_a_stream_is_an_error", "streams::case_09_a_response_that_is_not_a_stream_is_described"]),
    ("9 a content type with parameters", &["streams::case_09_the_content_type_of_a_stream_may_have_parameters"]),
    ("9 gzip, flushed for each event", &["streams::case_09_a_compressed_stream_is_decoded", "compressed::case_09_gzip_flushed_per_event_is_decoded_incrementally"]),
    ("10 usage in every position", &["streams::case_10_usage_is_found_in_every_position", "streams::case_10_usage_without_choices_is_accepted_in_every_stream"]),
    ("11 a to d, chunks of a call", &["streams::case_11_tool_call_deltas_are_joined_by_index_or_id"]),
    ("11 e to h, several calls, missing and partial arguments", &["streams::case_11_parallel_tool_calls_are_kept_separate"]),
    ("11 i no calls", &["streams::case_11_parallel_tool_calls_are_kept_separate", "tolerant::case_11_missing_tool_calls_decode_as_empty"]),
    ("12 unknown and twin fields", &["tolerant::case_12_a_message_is_sent_back_unchanged", "streams::case_12_unknown_strings_of_deltas_are_joined"]),
    ("12 a repeated key", &["tolerant::case_12_the_last_value_of_a_repeated_key_wins"]),
    ("13 finish reasons, roles, object types", &["tolerant::case_13_finish_reasons_of_all_servers_decode", "tolerant::case_13_known_enum_values_have_variants", "tolerant::case_13_unknown_enum_values_are_kept"]),
    ("13 types of models", &["tolerant::case_13_unknown_model_types_are_kept"]),
    ("14 timestamps, integers, unknown numbers", &["tolerant::case_14_timestamps_decode_in_every_form", "tolerant::case_14_integers_decode_in_every_form", "tolerant::case_14_unknown_numbers_are_kept", "tolerant::case_14_numbers_survive_a_round_trip"]),
    ("14 log probabilities", &["prompt::case_14_log_probabilities_decode_in_every_form"]),
    ("14 numbers that JSON does not have", &["errors::case_14_a_response_that_is_not_json_is_described"]),
    ("15 null in every field", &["tolerant::case_15_null_decodes_as_absent_or_empty", "tolerant::case_15_null_lists_decode_as_empty"]),
    ("15 requests without nulls and defaults", &["contract::case_15_minimal_requests_contain_exactly_the_required_fields_and_defaults"]),
    ("16 every error body", &["errors::case_16_every_form_of_error_body_is_decoded"]),
    ("16 gzip", &["errors::case_16_a_compressed_error_body_is_decoded"]),
    ("16 100 MiB", &["errors::case_16_a_huge_error_body_is_read_only_up_to_a_limit"]),
    ("17 valid retry-after values", &["retry::case_17_retry_after_is_respected"]),
    ("17 invalid retry-after values", &["retry::case_17_an_invalid_retry_after_uses_the_backoff", "retry::case_17_a_429_with_an_invalid_retry_after_uses_the_cool_down"]),
    ("17 retry-after values beyond the limit", &["retry::case_17_a_retry_after_beyond_the_limit_is_an_error"]),
    ("17 an exceeded quota and a bad request", &["retry::case_17_permanent_errors_are_not_retried"]),
    ("17 the same key, body and form on all attempts", &["retry::case_17_every_attempt_sends_the_same_request"]),
    ("18 a connection closed as the next request goes out", &["stale::case_18_closed_idle_connections_never_fail_a_call"]),
    ("18 b reset after two events", &["connections::case_18_a_stream_whose_connection_resets_is_truncated", "retry::case_18_a_started_stream_is_not_retried"]),
    ("18 c headers, then nothing", &["timeouts::case_18_a_stalled_response_times_out", "timeouts::case_18_a_stalled_stream_times_out"]),
    ("18 d no headers", &["timeouts::case_18_a_response_that_does_not_start_times_out"]),
    ("18 e longer than the timeout of a buffered response", &["timeouts::case_18_a_stream_may_last_longer_than_the_call_timeout"]),
    ("18 f dropped while idle", &["connections::case_18_a_dropped_stream_closes_its_connection"]),
    ("18 g shorter than the content length", &["connections::case_18_a_response_shorter_than_its_content_length_is_an_error", "retry::case_18_a_truncated_response_does_not_repeat_a_billable_request"]),
    ("19 8 MiB", &["memory::case_19_a_large_event_takes_less_than_four_times_its_size"]),
    ("19 beyond the limit, with and without a line end", &["streams::case_19_an_oversized_event_ends_the_stream", "memory::case_19_an_event_beyond_64_mib_is_an_error_and_ends_reading"]),
    ("20 JSON, audio and pages instead of a file", &["downloads::case_20_an_error_with_status_200_is_an_error", "downloads::case_20_audio_is_not_parsed_as_an_error", "downloads::case_20_an_html_page_is_not_a_file"]),
    ("20 redirects and other hosts without the key", &["downloads::case_20_a_redirect_carries_the_key_only_to_the_same_origin", "downloads::case_20_only_the_endpoints_origin_receives_the_key"]),
    ("20 base64 in every encoding", &["tolerant::case_20_images_decode_from_every_encoding"]),
    ("20 a redirected POST", &["errors::case_20_a_redirect_is_not_followed", "errors::case_20_a_redirect_names_the_new_url"]),
    ("20 bases and ids", &["setup::case_20_the_base_path_is_kept", "setup::case_20_an_invalid_endpoint_is_rejected", "media_errors::case_20_a_voice_id_is_one_encoded_segment"]),
    ("20 keys", &["setup::case_20_white_space_around_the_key_is_trimmed", "setup::case_20_an_invalid_key_is_rejected"]),
    ("21 queued, failed polls, unknown states, done", &["jobs::case_21_wait_polls_a_job_until_it_finishes", "jobs::case_21_a_failed_poll_does_not_end_the_wait"]),
    ("21 failed", &["jobs::case_21_a_failed_job_reports_the_services_message"]),
    ("21 done without a result", &["jobs::case_21_a_job_done_without_a_result_cannot_be_downloaded"]),
    ("21 never done", &["jobs::case_21_a_wait_that_times_out_returns_the_handle"]),
    ("21 not known yet", &["jobs::case_21_a_404_soon_after_submission_is_polled_again"]),
    ("21 two waits for one job", &["jobs::case_21_two_waits_share_one_job"]),
    ("22 models", &["tolerant::case_22_model_lists_decode_in_every_shape"]),
    ("22 usage", &["tolerant::case_22_usage_times_decode_with_and_without_a_zone"]),
    ("22 histories, and other bodies through send_raw", &["tolerant::case_22_history_entries_decode_in_every_order", "errors::case_22_a_history_entry_that_cannot_be_read_is_kept_with_its_index"]),
    ("22 no body in a GET", &["contract::case_15_minimal_requests_contain_exactly_the_required_fields_and_defaults"]),
];

/// The tests of the decoder are in its module.
const DECODER: &str = "../imagine-sdk/src/sse/tests.rs";

/// Returns all tests as `file::test`.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(root.join("tests")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let sources = paths.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let named = sources.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path));
    let files: BTreeMap<_, _> = named
        .chain([("sse".to_owned(), root.join(DECODER))])
        .collect();
    let test =
        Regex::new(r"#\[(tokio::)?test[^\n]*\n(\s*#\[[^\n]*\n)*\s*(async )?fn (\w+)\(").unwrap();
    let mut found = BTreeSet::new();
    for (name, path) in files {
        let source = std::fs::read_to_string(path).unwrap();
        let tests = test.captures_iter(&source);
        found.extend(tests.map(|test| format!("{name}::{}", &test[4])));
    }
    found
}

/// Returns the number of the case at the start of a part.
fn number(part: &str) -> u32 {
    part.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn every_case_has_tests() {
    let cases: BTreeSet<_> = CASES.iter().map(|(part, _)| number(part)).collect();
    assert_eq!(cases, (1..=22).collect());
    let tests = tests();
    for (part, named) in CASES {
        assert!(!named.is_empty(), "{part}");
        for test in *named {
            assert!(tests.contains(*test), "{part}: there is no test {test}");
        }
    }
}

#[test]
fn every_case_test_is_in_the_table() {
    let listed: BTreeSet<_> = CASES.iter().flat_map(|(_, tests)| *tests).collect();
    for test in tests().iter().filter(|test| test.contains("::case_")) {
        assert!(listed.contains(&test.as_str()), "{test}");
        let case: u32 = test.split("case_").nth(1).unwrap()[..2].parse().unwrap();
        let of_case = |(part, tests): &&(&str, &[&str])| {
            number(part) == case && tests.contains(&test.as_str())
        };
        assert!(
            CASES.iter().any(|row| of_case(&row)),
            "{test} is of case {case}"
        );
    }
}
