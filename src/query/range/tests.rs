use proptest::prelude::*;

use super::*;
use crate::domain::time::SECOND;

/// A Sunday: 2026-11-22T14:03:11Z.
const NOW: Timestamp = Timestamp(1_795_356_191 * SECOND);

fn context(zone: &str) -> ParseContext {
    ParseContext { now: NOW, zone: Zone::parse(zone).unwrap() }
}

fn show(zone: &str, text: &str) -> String {
    let context = context(zone);
    match parse_range(text, &context) {
        Ok(span) => {
            let end = |at: Option<Timestamp>| at.map(exact).unwrap_or_default();
            format!("{}..{}", end(span.from), end(span.until))
        }
        Err(error) => format!("{:?} {error}", error.span),
    }
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(show("utc", text), expect, "{text}");
}

#[test]
fn lengths_lean_to_the_past() {
    check("7d", "2026-11-15T00:00:00Z..");
    check("0d", "2026-11-22T00:00:00Z..");
    check("2w", "2026-11-08T00:00:00Z..");
    check("1mo", "2026-10-22T00:00:00Z..");
    check("1y", "2025-11-22T00:00:00Z..");
    check("1y2mo3d", "2025-09-19T00:00:00Z..");
    check("168h", "2026-11-15T14:03:11Z..");
    check("2h30m", "2026-11-22T11:33:11Z..");
    check("90s", "2026-11-22T14:01:41Z..");
    check("1d12h", "2026-11-21T02:03:11Z..");
    check("7 days", "2026-11-15T00:00:00Z..");
    check("last 7 days", "2026-11-15T00:00:00Z..");
    check("2 hours ago", "2026-11-22T12:03:11Z..");
}

#[test]
fn words_name_stretches() {
    check("today", "2026-11-22T00:00:00Z..2026-11-23T00:00:00Z");
    check("Yesterday", "2026-11-21T00:00:00Z..2026-11-22T00:00:00Z");
    check("this week", "2026-11-16T00:00:00Z..2026-11-23T00:00:00Z");
    check("last-week", "2026-11-09T00:00:00Z..2026-11-16T00:00:00Z");
    check("this_month", "2026-11-01T00:00:00Z..2026-12-01T00:00:00Z");
    check("last month", "2026-10-01T00:00:00Z..2026-11-01T00:00:00Z");
    check("this quarter", "2026-10-01T00:00:00Z..2027-01-01T00:00:00Z");
    check("last quarter", "2026-07-01T00:00:00Z..2026-10-01T00:00:00Z");
    check("this year", "2026-01-01T00:00:00Z..2027-01-01T00:00:00Z");
    check("last year", "2025-01-01T00:00:00Z..2026-01-01T00:00:00Z");
    check("sunday", "2026-11-22T00:00:00Z..2026-11-23T00:00:00Z");
    check("last sunday", "2026-11-15T00:00:00Z..2026-11-16T00:00:00Z");
    check("monday", "2026-11-16T00:00:00Z..2026-11-17T00:00:00Z");
    check("sat", "2026-11-21T00:00:00Z..2026-11-22T00:00:00Z");
    check("december", "2025-12-01T00:00:00Z..2026-01-01T00:00:00Z");
    check("nov", "2026-11-01T00:00:00Z..2026-12-01T00:00:00Z");
}

#[test]
fn digits_are_dates_times_and_epochs() {
    check("2026", "2026-01-01T00:00:00Z..2027-01-01T00:00:00Z");
    check("2026-01", "2026-01-01T00:00:00Z..2026-02-01T00:00:00Z");
    check("2026-Q2", "2026-04-01T00:00:00Z..2026-07-01T00:00:00Z");
    check("2026-01-05", "2026-01-05T00:00:00Z..2026-01-06T00:00:00Z");
    check("20260105", "2026-01-05T00:00:00Z..2026-01-06T00:00:00Z");
    check("2026-01-05T10:30", "2026-01-05T10:30:00Z..2026-01-05T10:31:00Z");
    check("2026-01-05 10:30:15", "2026-01-05T10:30:15Z..2026-01-05T10:30:16Z");
    check("2026-01-05T10:30:15.25Z", "2026-01-05T10:30:15.250Z..2026-01-05T10:30:15.260Z");
    check("2026-01-05T10:30+02:00", "2026-01-05T08:30:00Z..2026-01-05T08:31:00Z");
    check("2026-01-05T10:30-0530", "2026-01-05T16:00:00Z..2026-01-05T16:01:00Z");
    check("10:30", "2026-11-22T10:30:00Z..2026-11-22T10:31:00Z");
    check("23:59", "2026-11-21T23:59:00Z..2026-11-22T00:00:00Z");
    check("1767609000", "2026-01-05T10:30:00Z..2026-01-05T10:30:01Z");
    check("1767609000250", "2026-01-05T10:30:00.250Z..2026-01-05T10:30:00.251Z");
    check("@5", "1970-01-01T00:00:05Z..1970-01-01T00:00:06Z");
}

#[test]
fn ranges_have_two_ends() {
    check("2026-01..2026-03", "2026-01-01T00:00:00Z..2026-04-01T00:00:00Z");
    check("30d..7d", "2026-10-23T00:00:00Z..2026-11-15T00:00:00Z");
    check("..yesterday", "..2026-11-22T00:00:00Z");
    check("yesterday..", "2026-11-21T00:00:00Z..");
    check("yesterday .. now", "2026-11-21T00:00:00Z..2026-11-22T14:03:11Z");
    check("2026-01-05T10:30..+2h", "2026-01-05T10:30:00Z..2026-01-05T12:30:00Z");
    check("2026-01-05..+1mo", "2026-01-05T00:00:00Z..2026-02-05T00:00:00Z");
    check("2026-01-05T10:30..2026-01-05T10:45", "2026-01-05T10:30:00Z..2026-01-05T10:45:00Z");
    check("..", "..");
}

#[test]
fn days_are_those_of_the_zone() {
    let berlin = |text| show("Europe/Berlin", text);
    assert_eq!(berlin("today"), "2026-11-21T23:00:00Z..2026-11-22T23:00:00Z");
    // The days on which the clocks change have 23 and 25 hours.
    assert_eq!(berlin("2026-03-29"), "2026-03-28T23:00:00Z..2026-03-29T22:00:00Z");
    assert_eq!(berlin("2026-10-25"), "2026-10-24T22:00:00Z..2026-10-25T23:00:00Z");
    assert_eq!(berlin("2026-03-28..+1d"), "2026-03-27T23:00:00Z..2026-03-28T23:00:00Z");
    // 02:30 is skipped in March, and occurs twice in October: nothing of it is left out.
    assert_eq!(berlin("2026-03-29T02:30..+1h"), "2026-03-29T01:00:00Z..2026-03-29T02:00:00Z");
    assert_eq!(berlin("2026-10-25T02:30"), "2026-10-25T00:30:00Z..2026-10-25T01:31:00Z");
    // A month back over a change of the clocks is a midnight still.
    assert_eq!(berlin("1mo"), "2026-10-21T22:00:00Z..");
    // Midnight does not exist on this day.
    assert_eq!(show("America/Sao_Paulo", "2018-11-04"), "2018-11-04T03:00:00Z..2018-11-05T02:00:00Z");
    assert_eq!(show("America/Sao_Paulo", "2018-11-03..+1d"), "2018-11-03T03:00:00Z..2018-11-04T03:00:00Z");
}

#[test]
fn what_is_no_range_is_told_where() {
    let check = |text: &str, span: Range<usize>, words: &str| {
        let error = parse_range(text, &context("utc")).expect_err(text);
        assert_eq!(error.span, span, "{text}: {error}");
        assert!(error.to_string().contains(words), "{text}: {error}");
    };
    check("yesterdya", 0..9, "did you mean yesterday?");
    check("last wek..now", 0..8, "did you mean last week?");
    check("today..tomorow", 7..14, "is no time");
    check("2026-13", 0..7, "no such month");
    check("2026-02-30", 0..10, "no such day");
    check("5", 0..1, "5d");
    check("7M", 0..2, "m or mo");
    check("now..yesterday", 0..14, "ends before it begins");
    check("now..now", 0..8, "ends before it begins");
    check("..+2h", 2..5, "is no time");
    check("today..+x", 7..9, "after '+'");
    check("9999", 0..4, "1678 to 2261");
    check("99999999y", 0..9, "1678 to 2261");
    check("99999999999h", 0..12, "1678 to 2261");
    check("", 0..0, "a time is missing");
    check("2026-01-05T25:00", 0..16, "is no time");
    check("99999999999999999999999", 0..23, "1678 to 2261");
}

#[test]
fn keys_take_their_end() {
    let term = |key, text: &str| parse_time_term(key, text, &context("utc")).map(|term| term.span);
    let day = |n: i64| Some(Timestamp((20_779 + n) * 86_400 * SECOND));
    assert_eq!(term(TimeKey::Since, "yesterday"), Ok(TimeSpan { from: day(-1), until: None }));
    assert_eq!(term(TimeKey::Until, "yesterday"), Ok(TimeSpan { from: None, until: day(0) }));
    assert_eq!(term(TimeKey::Time, "yesterday"), Ok(TimeSpan { from: day(-1), until: day(0) }));
    assert_eq!(term(TimeKey::Until, "7d"), Ok(TimeSpan { from: None, until: day(-7) }));
    assert_eq!(term(TimeKey::Since, "7d..yesterday"), Ok(TimeSpan { from: day(-7), until: None }));
    assert!(term(TimeKey::Since, "..yesterday").unwrap_err().message.contains("no start"));
    assert!(term(TimeKey::Until, "yesterday..").unwrap_err().message.contains("no end"));
}

#[test]
fn the_interval_is_told_in_words() {
    let tell = |zone: &str, text: &str| {
        let context = context(zone);
        describe(&parse_range(text, &context).unwrap(), context.zone)
    };
    assert_eq!(tell("utc", "7d"), "2026-11-15 00:00 .. now UTC");
    assert_eq!(tell("Europe/Berlin", "yesterday"), "2026-11-21 00:00 .. 2026-11-22 00:00 Europe/Berlin");
    assert_eq!(tell("utc", "..1767609015250"), "the beginning .. 2026-01-05 10:30:15.250 UTC");
}

proptest! {
    #[test]
    fn past_words_never_start_in_the_future(
        text in prop_oneof![
            (0u32..500, prop_oneof![Just("d"), Just("w"), Just("mo"), Just("h"), Just("m"), Just("s"), Just("h30m")])
                .prop_map(|(n, unit)| format!("{n}{unit}")),
            (0u32..200).prop_map(|n| format!("{n}y")),
            proptest::sample::select(vec![
                "today", "yesterday", "this week", "last week", "this month", "last month", "this quarter",
                "last quarter", "this year", "last year", "monday", "tuesday", "wednesday", "thursday", "friday",
                "saturday", "sunday", "last friday", "january", "june", "december", "10:30", "23:59:59",
            ]).prop_map(str::to_owned),
        ],
        now in 0i64..4_000_000_000,
        zone in proptest::sample::select(vec![
            "utc", "Europe/Berlin", "America/Havana", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu", "Asia/Beirut",
        ]),
    ) {
        let context = ParseContext { now: Timestamp(now * SECOND), zone: Zone::parse(zone).unwrap() };
        let span = parse_range(&text, &context).unwrap();
        prop_assert!(span.from.unwrap() <= context.now, "{text} {span:?}");
        prop_assert!(span.until.is_none_or(|until| span.from.unwrap() < until), "{text} {span:?}");
    }

    #[test]
    fn absolute_terms_mean_what_they_say(from: Option<i64>, until: Option<i64>) {
        let span = TimeSpan { from: from.map(Timestamp), until: until.map(Timestamp) };
        prop_assume!(from.zip(until).is_none_or(|(from, until)| from < until));
        let term = TimeTerm::absolute(span);
        prop_assert_eq!(parse_time_term(term.key, &term.typed, &context("Asia/Tokyo")), Ok(term));
    }

    #[test]
    fn no_text_breaks_it(text in "[0-9TZ:.+@ QqdhmywM-]{0,24}|\\PC{0,12}") {
        let _ = parse_range(&text, &context("Europe/Berlin"));
    }
}
