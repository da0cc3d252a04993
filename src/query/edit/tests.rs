use proptest::prelude::*;

use super::*;
use crate::query::arbitrary::{self, context};
use crate::query::parse;

fn read(text: &str) -> Filter {
    parse(text, &context()).unwrap()
}

type Edit = fn(&Filter, Field, Option<&str>) -> Filter;

#[track_caller]
fn check(edit: Edit, before: &str, field: Field, value: &str, after: &str) {
    let value = (value != "none").then_some(value);
    assert_eq!(edit(&read(before), field, value).to_string(), after, "{before} {field:?} {value:?}");
}

#[test]
fn values_are_chosen_and_excluded() {
    let actor = Field::Actor;
    check(toggle, "", actor, "bo", "actor:bo");
    check(toggle, "actor:bo", actor, "Ana Silva", "actor:bo,\"Ana Silva\"");
    check(toggle, "actor:bo,ana", actor, "BO", "actor:ana");
    check(toggle, "x actor:bo", actor, "bo", "x");
    check(toggle, "-actor:bo", actor, "bo", "");
    check(toggle, "actor:bo", actor, "none", "actor:bo,none");
    check(toggle, "(actor:bo OR x)", actor, "bo", "(actor:bo OR x) actor:bo");
    check(toggle, "", actor, "a*b", "actor:\"a*b\"");
    check(exclude, "actor:bo,ana x", actor, "bo", "actor:ana x -actor:bo");
    check(exclude, "-actor:bo", actor, "ana", "-actor:bo,ana");
    check(exclude, "-actor:bo,ana", actor, "bo", "-actor:ana");
    check(only, "actor:a,b x -actor:c type:Messaging", actor, "bo", "x type:Messaging actor:bo");
    check(toggle, "", Field::Ip, "10.0.0.1", "ip:10.0.0.1");
    check(toggle, "ip:10.0.0.1", Field::Ip, "10.0.0.0/8", "ip:10.0.0.1,10.0.0.0/8");
    check(toggle, "ip:10.0.0.1,console", Field::Ip, "10.0.0.1", "ip:\"console\"");
    check(exclude, "", Field::Ip, "AWS Internal", "-ip:\"AWS Internal\"");
    check(toggle, "ip:none", Field::Ip, "none", "");
}

#[test]
fn a_group_tells_what_it_holds() {
    let filter = read("actor:bo,a* x -actor:none (actor:q OR y) ip:10.0.0.0/8,10.0.0.1");
    let all = |field| {
        let show = |s: Selection| {
            format!("{}{} {}", if s.negated { "-" } else { "" }, s.value.unwrap_or_default(), s.exact)
        };
        selected(&filter, field).into_iter().map(show).collect::<Vec<_>>()
    };
    assert_eq!(all(Field::Actor), ["bo true", "a* false", "- true"]);
    assert_eq!(all(Field::Ip), ["10.0.0.0/8 false", "10.0.0.1 true"]);
    assert_eq!(without(&filter, Field::Actor).to_string(), "x (actor:q OR y) ip:10.0.0.0/8,10.0.0.1");
    assert_eq!(state(&filter, Field::Actor, Some("Bo")), Some(false));
    assert_eq!(state(&filter, Field::Actor, None), Some(true));
    assert_eq!(state(&filter, Field::Actor, Some("q")), None);
}

#[test]
fn time_is_replaced() {
    let set = |before: &str, typed: &str| set_time(&read(before), typed, &context()).map(|f| f.to_string());
    assert_eq!(set("x since:7d until:yesterday", "last week").unwrap(), "x time:\"last week\"");
    assert_eq!(set("x", "30d").unwrap(), "x since:30d");
    assert_eq!(set("x since:7d -time:today", "").unwrap(), "x -time:today");
    assert_eq!(set("x", "..yesterday").unwrap(), "x time:..yesterday");
    assert!(set("x", "lst week").is_err());
    let span = time_span(&read("since:7d until:yesterday"));
    assert!(span.from.is_some() && span.until.is_some());
    let fixed = set_span(&read("since:7d x"), span).to_string();
    assert_eq!(fixed, "x time:2026-11-14T23:00:00Z..2026-11-21T23:00:00Z");
    assert_eq!(read("(since:7d OR x)").absolute().to_string(), "since:2026-11-14T23:00:00Z OR x");
}

#[test]
fn conditions_are_added_once() {
    assert_eq!(add_text(&read("a"), "B c").to_string(), "a \"B c\"");
    assert_eq!(add_text(&read("a"), "a").to_string(), "a");
    assert_eq!(add_text(&read("-a b"), "a").to_string(), "b a");
    assert_eq!(add(&read("a"), read("-a").expr).to_string(), "-a");
}

proptest! {
    #[test]
    fn edits_read_back_and_undo(
        filter in arbitrary::filter(),
        field in proptest::sample::select(vec![Field::Actor, Field::Ip, Field::Target, Field::Changed]),
        value in proptest::option::of("\\PC{1,8}|10\\.0\\.0\\.[0-9]"),
    ) {
        let value = value.as_deref();
        let before = state(&filter, field, value);
        for edit in [toggle as Edit, exclude, only] {
            let after = edit(&filter, field, value);
            prop_assert_eq!(&parse(&after.to_string(), &context()).unwrap(), &after.clone().normal());
        }
        if before.is_none() {
            let chosen = toggle(&filter, field, value);
            prop_assert_eq!(state(&chosen, field, value), Some(false));
            prop_assert_eq!(toggle(&chosen, field, value), filter.clone());
            let excluded = exclude(&filter, field, value);
            prop_assert_eq!(state(&excluded, field, value), Some(true));
            prop_assert_eq!(exclude(&excluded, field, value), filter.clone());
        }
        prop_assert_eq!(selected(&without(&filter, field), field), vec![]);
        prop_assert_eq!(selected(&only(&filter, field, value), field).len(), 1);
    }
}
