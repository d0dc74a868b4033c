//! The plan of turns, without clocks and files.

use std::task::Waker;
use std::time::Duration;

use super::plan::{Cause, Change, Granted, Millis, Plan};
use super::settings::{RateUnit, Window};

const MINUTE: Millis = 60_500;
const HOUR: Millis = 3_600_500;

fn window(unit: RateUnit, limit: u64, seconds: u64) -> Window {
    let span = Duration::from_secs(seconds);
    Window { unit, limit, span }
}

fn plan(windows: impl Into<Vec<Window>>) -> Plan {
    Plan::new(windows.into(), false)
}

fn enqueue(plan: &mut Plan, tokens: u64, deadline: Millis) -> u64 {
    plan.enqueue(0, (tokens, deadline), Waker::noop().clone())
}

fn slots(plan: &mut Plan, now: Millis) -> Vec<(Option<Millis>, Option<Cause>)> {
    drop(plan.plan(now));
    let slots = plan.waiting.values().map(|call| call.slot);
    slots.map(|slot| (slot.at, slot.cause)).collect()
}

#[test]
fn requests_follow_each_other_through_all_windows() {
    let minute = window(RateUnit::Requests, 2, 60);
    let hour = window(RateUnit::Requests, 3, 3600);
    let mut plan = plan([minute, hour]);
    for _ in 0..4 {
        enqueue(&mut plan, 0, Millis::MAX);
    }
    let expected = [
        (Some(0), None),
        (Some(0), None),
        (Some(MINUTE), Some(Cause::Window(0))),
        (Some(HOUR), Some(Cause::Window(1))),
    ];
    assert_eq!(slots(&mut plan, 0), expected);
}

#[test]
fn a_small_request_does_not_overtake_a_large_one() {
    let mut plan = plan([window(RateUnit::Tokens, 100, 60)]);
    assert!(plan.try_grant(0, 60).is_some());
    for tokens in [80, 10] {
        enqueue(&mut plan, tokens, Millis::MAX);
    }
    let waits = (Some(MINUTE), Some(Cause::Window(0)));
    assert_eq!(slots(&mut plan, 0), [waits, waits]);
}

#[test]
fn a_request_beyond_a_window_never_gets_a_slot() {
    let mut plan = plan([window(RateUnit::Tokens, 100, 60)]);
    enqueue(&mut plan, 101, Millis::MAX);
    enqueue(&mut plan, 100, Millis::MAX);
    let never = (None, Some(Cause::Window(0)));
    assert_eq!(slots(&mut plan, 0), [never, (Some(0), None)]);
}

#[test]
fn a_call_that_leaves_frees_its_slot() {
    let mut plan = plan([window(RateUnit::Requests, 1, 60)]);
    let calls = [0; 3].map(|_| enqueue(&mut plan, 0, Millis::MAX));
    let times = |plan: &mut Plan| slots(plan, 0).into_iter().filter_map(|(at, _)| at);
    let before: Vec<_> = times(&mut plan).collect();
    assert_eq!(before, [0, MINUTE, 2 * MINUTE]);
    plan.waiting.remove(&calls[1]);
    let after: Vec<_> = times(&mut plan).collect();
    assert_eq!(after, [0, MINUTE]);
}

#[test]
fn a_late_call_takes_no_slot() {
    let mut plan = plan([window(RateUnit::Requests, 1, 60)]);
    for deadline in [Millis::MAX, MINUTE, MINUTE + 1] {
        enqueue(&mut plan, 0, deadline);
    }
    drop(plan.plan(0));
    let late: Vec<_> = plan
        .waiting
        .values()
        .map(super::plan::Waiting::is_late)
        .collect();
    assert_eq!(late, [false, true, false]);
}

#[test]
fn a_request_counts_from_the_time_at_which_it_is_sent() {
    let mut plan = plan([window(RateUnit::Requests, 1, 60)]);
    let id = plan.try_grant(0, 0).unwrap();
    // Held: it may be sent at any later time.
    assert_eq!(plan.try_grant(10 * MINUTE, 0), None);
    plan.held.remove(&id);
    plan.record.apply(Change::Sent(id, 5 * MINUTE));
    assert_eq!(plan.try_grant(6 * MINUTE - 1, 0), None);
    assert!(plan.try_grant(6 * MINUTE, 0).is_some());
}

#[test]
fn corrected_tokens_make_room() {
    let mut plan = plan([window(RateUnit::Tokens, 100, 60)]);
    let id = plan.try_grant(0, 90).unwrap();
    assert_eq!(plan.try_grant(0, 20), None);
    plan.record.apply(Change::Tokens(id, 80));
    assert!(plan.try_grant(0, 20).is_some());
}

#[test]
fn a_clock_that_was_set_back_does_not_extend_a_window() {
    let mut plan = plan([window(RateUnit::Requests, 1, 60)]);
    let future = Granted {
        at: 1000 * HOUR,
        tokens: 0,
    };
    plan.record.granted.insert(1, future);
    enqueue(&mut plan, 0, Millis::MAX);
    for now in [0, 1000] {
        assert_eq!(slots(&mut plan, now)[0].0, Some(MINUTE));
    }
}
