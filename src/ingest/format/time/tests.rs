//! Times by table.

use super::*;

proptest::proptest! {
    #[test]
    fn the_plain_spelling_is_read_like_its_relatives(text in "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,9})?Z") {
        let plain = iso::plain(text.as_bytes());
        assert_eq!(plain, iso(&text, &TimeRules::default()), "{text}");
    }
}

fn check(text: &str, expect: &str) {
    check_with(text, &TimeRules::default(), expect);
}

fn check_with(text: &str, rules: &TimeRules, expect: &str) {
    let read = parse(text, rules).map(|(at, digits)| at.rfc3339(digits));
    assert_eq!(read.as_deref().unwrap_or("none"), expect, "of {text:?}");
}

#[test]
fn reads_iso_in_its_spellings() {
    check("2026-11-22T14:03:11Z", "2026-11-22T14:03:11Z");
    check("2026-11-22T14:03:11.123Z", "2026-11-22T14:03:11.123Z");
    check("2026-11-22T14:03:11.123456789+02:00", "2026-11-22T12:03:11.123456789Z");
    check("2026-01-24T06:54:24.0000000Z ", "2026-01-24T06:54:24.0000000Z");
    check("2026-11-22 14:03:11", "2026-11-22T14:03:11Z");
    check("2026-11-22 14:03:11 UTC", "2026-11-22T14:03:11Z");
    check("2026-11-22 14:03:11 +0000", "2026-11-22T14:03:11Z");
    check("2026-11-22T14:03:11.000+0000", "2026-11-22T14:03:11.000Z");
    check("2026-11-22T14:03:11-0730", "2026-11-22T21:33:11Z");
    check("2026-11-22T14:03Z", "2026-11-22T14:03:00Z");
    check("2026-11-22", "2026-11-22T00:00:00Z");
    check("2026/11/22 14:03:11", "2026-11-22T14:03:11Z");
    check("20261122T140311Z", "2026-11-22T14:03:11Z");
    check("20261122140311", "2026-11-22T14:03:11Z");
    check("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z");
    check("2023-02-29T00:00:00Z", "none");
    check("2026-11-22T25:00:00Z", "none");
    check("2026-11-22T23:59:60Z", "2026-11-22T23:59:59Z");
    check("9999-12-31T23:59:59Z", "none");
    check("", "none");
    check("yesterday", "none");
    check("10.0.0.1", "none");
}

#[test]
fn reads_numbers_by_magnitude() {
    check("1763820191", "2025-11-22T14:03:11Z");
    check("1763820191123", "2025-11-22T14:03:11.123Z");
    check("1763820191123456", "2025-11-22T14:03:11.123456Z");
    check("1763820191123456789", "2025-11-22T14:03:11.123456789Z");
    check("1763820191.5", "2025-11-22T14:03:11.5Z");
    check("99999999999999999999999", "none");
}

#[test]
fn reads_dates_of_people() {
    check("9/20/2023 4:05:03 AM", "2023-09-20T04:05:03Z");
    check("9/10/2026, 4:21:14 AM PDT", "2026-09-10T11:21:14Z");
    check("9/10/2026, 12:21:14\u{202f}AM PDT", "2026-09-10T07:21:14Z");
    check("12/31/23 12:00", "2023-12-31T12:00:00Z");
    check("31/12/2023 12:00", "2023-12-31T12:00:00Z");
    check("Nov 22, 2026, 2:03:11 PM UTC", "2026-11-22T14:03:11Z");
    check("22 Nov 2026 14:03", "2026-11-22T14:03:00Z");
    check("Sun, 22 Nov 2026 14:03:11 GMT", "2026-11-22T14:03:11Z");
    check("22/Nov/2026:14:03:11 +0100", "2026-11-22T13:03:11Z");
    check("Sun Nov 22 14:03:11 UTC 2026", "2026-11-22T14:03:11Z");
    check("Sun Nov 22 14:03:11 2026", "2026-11-22T14:03:11Z");
    check("November 22nd 2026 at 2:03 pm", "2026-11-22T14:03:00Z");
    let rules = TimeRules { day_first: Some(true), ..TimeRules::default() };
    check_with("4/5/2026 10:00", &rules, "2026-05-04T10:00:00Z");
}

#[test]
fn times_without_a_year_are_the_last_ones() {
    check("Nov 22 14:03:11", "none");
    let near =
        |text| TimeRules { near: Some(parse(text, &TimeRules::default()).unwrap().0), ..Default::default() };
    check_with("Nov 22 14:03:11", &near("2026-11-22T20:00:00Z"), "2026-11-22T14:03:11Z");
    check_with("Nov 23 14:03:11", &near("2026-11-22T20:00:00Z"), "2026-11-23T14:03:11Z");
    check_with("Nov 24 14:03:11.5", &near("2026-11-22T20:00:00Z"), "2025-11-24T14:03:11.5Z");
    check_with("Dec 31 23:59:59", &near("2027-01-01T00:10:00Z"), "2026-12-31T23:59:59Z");
    check_with("Jan  1 00:00:01", &near("2026-12-31T23:59:59Z"), "2027-01-01T00:00:01Z");
    check_with("Feb 29 01:00:00", &near("2026-12-31T23:59:59Z"), "2024-02-29T01:00:00Z");
    // A day alone is no time.
    check_with("May 5", &near("2026-12-31T23:59:59Z"), "none");
}

#[test]
fn times_without_a_zone_take_the_one_given() {
    let rules = TimeRules { zone: Some(chrono_tz::Europe::Berlin), ..TimeRules::default() };
    check_with("2026-07-01 12:00:00", &rules, "2026-07-01T10:00:00Z");
    check_with("2026-01-01T12:00:00", &rules, "2026-01-01T11:00:00Z");
    check_with("2026-07-01T12:00:00Z", &rules, "2026-07-01T12:00:00Z");
    // Twice at the end of summer time: the first. Skipped at its beginning: the offset before.
    check_with("2026-10-25 02:30:00", &rules, "2026-10-25T00:30:00Z");
    check_with("2026-03-29 02:30:00", &rules, "2026-03-29T01:30:00Z");
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,40}") {
        let _ = parse(&text, &TimeRules::default());
    }

    #[test]
    fn agrees_with_the_calendar(seconds in -9_000_000_000i64..9_000_000_000) {
        let at = Timestamp(seconds * SECOND);
        proptest::prop_assert_eq!(parse(&at.rfc3339(0), &TimeRules::default()), Some((at, 0)));
    }
}
