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
    ("1 a mark at the start, cut in two", &["streams::case_01_a_mark_at_the_start_is_passed", "sse::one_byte_order_mark_at_the_start_is_skipped"]),
    ("1 a second mark is data", &["sse::one_byte_order_mark_at_the_start_is_skipped"]),
    ("2 each line end, cut in two, and mixed", &["streams::case_02_all_line_ends_count", "sse::all_line_ends_are_accepted_and_can_be_mixed"]),
    ("3 a character cut in two", &["streams::case_03_characters_survive_cuts"]),
    ("3 bytes that are no character", &["streams::case_03_characters_survive_cuts", "sse::characters_may_span_chunks_and_invalid_utf8_is_replaced"]),
    ("3 half a character, escaped", &["streams::case_03_characters_survive_cuts", "errors::case_03_half_a_character_is_replaced"]),
    ("4 fields with and without a space, in several lines, unknown", &["streams::case_04_fields_are_read_as_the_standard_says", "sse::fields_are_parsed_as_the_standard_specifies"]),
    ("5 comments and events without data", &["streams::case_05_comments_and_events_without_data_are_nothing"]),
    ("5 comments reset the idle limit", &["timeouts::case_05_comments_are_not_nothing"]),
    ("6 typed signs of life", &["streams::case_06_signs_of_life_are_nothing"]),
    ("7 a to e, each envelope of an error", &["streams::case_07_an_error_in_the_stream_is_an_error_with_the_services_words"]),
    ("7 what came before is kept", &["streams::case_07_what_came_before_an_error_is_kept"]),
    ("7 an error that is null", &["streams::case_07_an_error_that_is_null_is_none"]),
    ("8 a finished without its mark", &["streams::case_08_a_stream_is_complete_when_the_service_said_so_and_else_cut"]),
    ("8 b cut, with what had come", &["streams::case_08_a_stream_is_complete_when_the_service_said_so_and_else_cut", "streams::case_07_what_came_before_an_error_is_kept"]),
    ("8 c the mark without a reason to stop", &["streams::case_08_a_response_without_a_reason_to_stop_has_none"]),
    ("8 d the mark on a connection that stays open", &["streams::case_08_the_mark_ends_the_stream_although_the_connection_stays_open", "connections::case_08_a_stream_ends_with_its_mark_on_a_connection_that_stays_open"]),
    ("8 e cut in an event", &["streams::case_08_a_stream_is_complete_when_the_service_said_so_and_else_cut"]),
    ("8 f a body without its end", &["streams::case_08_a_connection_that_fails_in_the_stream_cuts_it", "connections::case_08_a_stream_whose_body_has_no_end_is_cut"]),
    ("8 g other spellings of the mark", &["streams::case_08_a_stream_is_complete_when_the_service_said_so_and_else_cut"]),
    ("9 an error, a response, a page instead of a stream", &["streams::case_09_an_error_in_the_place_of_a_stream_is_one", "streams::case_09_what_is_no_stream_is_an_error_that_says_what_it_is"]),
    ("9 a content type that says more", &["streams::case_09_the_content_type_of_a_stream_may_say_more"]),
    ("9 gzip, flushed for each event", &["streams::case_09_a_compressed_stream_is_read", "compressed::case_09_gzip_per_event_is_incremental"]),
    ("10 usage wherever it is", &["streams::case_10_usage_is_taken_from_wherever_it_is", "streams::case_10_usage_without_choices_is_usage_of_every_stream"]),
    ("11 a to d, pieces of a call", &["streams::case_11_pieces_of_a_tool_call_are_joined_however_they_are_marked"]),
    ("11 e to h, several calls, no arguments, half of them", &["streams::case_11_several_and_odd_tool_calls_are_kept_apart"]),
    ("11 i no calls", &["streams::case_11_several_and_odd_tool_calls_are_kept_apart", "tolerant::case_11_no_tool_calls_are_none"]),
    ("12 unknown and twin fields", &["tolerant::case_12_a_message_goes_back_to_the_service_as_it_came", "streams::case_12_unknown_texts_of_deltas_are_joined"]),
    ("12 a key that comes twice", &["tolerant::case_12_of_a_key_that_comes_twice_the_last_counts"]),
    ("13 reasons to stop, roles, kinds of object", &["tolerant::case_13_finish_reasons_of_all_servers_are_read", "tolerant::case_13_known_values_are_known", "tolerant::case_13_values_that_no_enum_names_are_kept"]),
    ("13 types of models", &["tolerant::case_13_new_types_of_models_are_kept"]),
    ("14 times, integers, what nobody names", &["tolerant::case_14_times_are_read_in_every_form", "tolerant::case_14_integers_are_read_in_every_form", "tolerant::case_14_unknown_numbers_are_kept", "tolerant::case_14_numbers_go_back_as_they_came"]),
    ("14 log probabilities", &["prompt::case_14_log_probabilities_are_read_in_every_form"]),
    ("14 numbers that JSON does not have", &["errors::case_14_what_is_no_json_says_what_it_is_instead"]),
    ("15 null anywhere", &["tolerant::case_15_null_is_absent_or_empty", "tolerant::case_15_lists_that_are_null_are_empty"]),
    ("15 requests without nulls and defaults", &["contract::case_15_minimal_requests_are_what_the_specification_asks_for_and_no_more"]),
    ("16 every body of a refusal", &["errors::case_16_every_body_of_a_refusal_is_understood"]),
    ("16 gzip", &["errors::case_16_a_compressed_refusal_is_read"]),
    ("16 100 MiB", &["errors::case_16_the_rest_of_a_huge_refusal_is_not_read"]),
    ("17 hints that are followed", &["retry::case_17_what_the_server_asks_for_is_waited_for"]),
    ("17 hints that are none", &["retry::case_17_what_is_no_wait_leaves_the_usual_pause"]),
    ("17 hints beyond the cap", &["retry::case_17_a_wait_that_is_too_long_is_an_error_at_once"]),
    ("17 a used up quota and a bad request", &["retry::case_17_what_will_not_pass_is_sent_once"]),
    ("17 the same key, body and form on all attempts", &["retry::case_17_every_attempt_is_the_same"]),
    ("18 a connection closed as the next request goes out", &["stale::case_18_a_connection_that_was_closed_is_no_error_however_often"]),
    ("18 b reset after two events", &["connections::case_18_a_stream_whose_connection_breaks_is_cut", "retry::case_18_a_stream_that_has_begun_is_not_sent_again"]),
    ("18 c headers, then nothing", &["timeouts::case_18_a_response_that_stops_times_out", "timeouts::case_18_a_stream_that_stops_times_out"]),
    ("18 d no headers", &["timeouts::case_18_a_response_that_does_not_begin_times_out"]),
    ("18 e longer than a whole response may take", &["timeouts::case_18_a_stream_may_take_longer_than_a_whole_response"]),
    ("18 f dropped while idle", &["connections::case_18_a_dropped_stream_closes_its_connection"]),
    ("18 g shorter than announced", &["connections::case_18_a_response_shorter_than_its_content_length_is_an_error", "retry::case_18_a_truncated_response_does_not_repeat_a_billable_request"]),
    ("19 8 MiB", &["memory::case_19_a_large_event_takes_less_than_four_times_its_size"]),
    ("19 beyond the limit, with and without a line end", &["streams::case_19_an_oversized_event_ends_the_stream", "memory::case_19_an_event_beyond_64_mib_is_an_error_and_ends_reading"]),
    ("20 JSON, sound and pages where a file was asked for", &["downloads::case_20_an_error_with_status_200_is_an_error", "downloads::case_20_audio_is_not_parsed_as_an_error", "downloads::case_20_an_html_page_is_not_a_file"]),
    ("20 redirects and other hosts without the key", &["downloads::case_20_a_redirect_carries_the_key_only_to_the_same_origin", "downloads::case_20_only_the_endpoints_origin_receives_the_key"]),
    ("20 base64 in every wrapping", &["tolerant::case_20_images_decode_from_every_encoding"]),
    ("20 a POST that is redirected", &["errors::case_20_a_redirect_is_not_followed", "errors::case_20_a_redirect_names_the_new_url"]),
    ("20 bases and ids", &["setup::case_20_the_base_path_is_kept", "setup::case_20_an_invalid_endpoint_is_rejected", "media_errors::case_20_a_voice_id_is_one_encoded_segment"]),
    ("20 keys", &["setup::case_20_white_space_around_the_key_is_trimmed", "setup::case_20_an_invalid_key_is_rejected"]),
    ("21 queued, failed looks, unknown states, done", &["jobs::case_21_wait_polls_a_job_until_it_finishes", "jobs::case_21_a_failed_poll_does_not_end_the_wait"]),
    ("21 failed", &["jobs::case_21_a_failed_job_reports_the_services_message"]),
    ("21 done without a result", &["jobs::case_21_a_job_done_without_a_result_cannot_be_downloaded"]),
    ("21 never done", &["jobs::case_21_a_wait_that_times_out_returns_the_handle"]),
    ("21 not known yet", &["jobs::case_21_a_404_soon_after_submission_is_polled_again"]),
    ("21 two waits for one job", &["jobs::case_21_two_waits_share_one_job"]),
    ("22 models", &["tolerant::case_22_model_lists_decode_in_every_shape"]),
    ("22 usage", &["tolerant::case_22_usage_times_decode_with_and_without_a_zone"]),
    ("22 histories, and the rest through send_raw", &["tolerant::case_22_history_entries_decode_in_every_order", "errors::case_22_a_decode_error_names_the_index_of_a_history_entry"]),
    ("22 no body of a GET", &["contract::case_15_minimal_requests_contain_exactly_the_required_fields_and_defaults"]),
];

/// The tests of the decoder are in its module.
const DECODER: &str = "../imagine-sdk/src/stream/sse/tests.rs";

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
