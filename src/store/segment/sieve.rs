//! Which values of a dictionary may meet a condition, told by one search through all of them at once. What is left
//! is tested value by value; nothing is decided here.

use super::columns::DictCol;
use super::dict::{NONE, Values};
use crate::domain::{Actor, ActorKind, Field};
use crate::query::{Needles, Pattern, Term, Text, TextMatcher, ValueMatcher};

/// Most texts searched for; more take longer than testing every value does.
const MOST: usize = 16;

/// What values of a column must hold to meet a condition.
#[derive(Debug)]
pub(crate) struct Sieve {
    /// One of these.
    texts: Vec<TextMatcher>,
    /// Or nothing at all.
    none: bool,
}

impl Sieve {
    /// Returns what a condition needs of the values of its column; `None` where any may meet it.
    pub(crate) fn of(term: &Term) -> Option<Sieve> {
        let Term::Value(field, patterns) = term else { return None };
        if !stands_in_values(*field, patterns) {
            return None;
        }
        let none = patterns.contains(&Pattern::None);
        let texts = if patterns.iter().all(|pattern| *pattern == Pattern::None) {
            Vec::new()
        } else {
            let Needles(sets) = Needles::of_patterns(patterns)?;
            sets.iter()
                .filter_map(|set| set.iter().max_by_key(|text| text.len()))
                .map(|text| alike(text))
                .collect()
        };
        (texts.len() <= MOST).then_some(Sieve { texts, none })
    }

    /// Returns the ids of values that may meet the condition, in no order, some perhaps twice.
    pub(crate) fn candidates(&self, values: &Values) -> Vec<u32> {
        let mut ids: Vec<u32> = self.texts.iter().flat_map(|text| values.holding(text)).collect();
        if self.none {
            // Lengths and kinds of nothing are all zero.
            let nothing = |id: &u32| values.get(*id).is_none_or(|value| value.iter().all(|byte| *byte == 0));
            ids.extend((NONE..values.len() as u32).filter(nothing));
        }
        ids
    }
}

fn alike(text: &str) -> TextMatcher {
    TextMatcher::literal(&Text { literal: text.to_owned(), exact_case: false })
}

/// Whether what a condition on a field looks at stands in the values of its column as it is.
fn stands_in_values(field: Field, patterns: &[Pattern]) -> bool {
    match field {
        Field::Target | Field::Changed => true,
        // A target without a type or an id still has a name in its value.
        Field::TargetType | Field::TargetId => !patterns.contains(&Pattern::None),
        Field::Actor => {
            // One without a name is met by the word for its kind.
            let matcher = ValueMatcher::of(field, patterns);
            let met = |kind: &ActorKind| {
                matcher.matches(kind.as_str()) || matcher.matches(Actor::of(*kind).label())
            };
            !ActorKind::ALL.iter().any(met)
        }
        _ => DictCol::of(field).is_text(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::dict::DictBuilder;
    use super::super::probe::{Names, test_values};
    use super::super::values::{ActorValue, write_targets};
    use super::*;
    use crate::domain::Target;
    use crate::query::{Expr, Filter, Matcher, Subject};

    fn values(of: &[Option<Vec<u8>>]) -> Values {
        let mut builder = DictBuilder::default();
        let mut id = |value: &Option<Vec<u8>>| value.as_ref().map_or(NONE, |value| builder.intern(value));
        let ids: Vec<u32> = of.iter().map(&mut id).collect();
        Values::build(builder.dict(), &ids).0
    }

    fn word() -> impl Strategy<Value = Option<String>> {
        prop::option::of("[aAbsſK\u{212a}é ]{0,4}|system|user")
    }

    fn pattern() -> impl Strategy<Value = Pattern> {
        prop_oneof![
            Just(Pattern::None),
            "[aAbskKſÉ ]{0,3}|system".prop_map(Pattern::Exact),
            "[aAbskſ*]{0,4}".prop_map(Pattern::Glob),
        ]
    }

    proptest! {
        #[test]
        fn no_value_that_meets_the_condition_is_left_out(
            words in prop::collection::vec((word(), word(), word(), 0..ActorKind::ALL.len()), 1..12),
            patterns in prop::collection::vec(pattern(), 1..4),
        ) {
            let text = |text: &Option<String>| text.clone().map(Into::into);
            let plain = |word: &Option<String>| word.clone().map(String::into_bytes);
            let targets = |words: &(_, _, _, usize)| {
                let mut out = Vec::new();
                let target = Target { kind: text(&words.0), id: text(&words.1), name: text(&words.2) };
                write_targets(&vec![target; words.3 % 3], &mut out);
                (!out.is_empty()).then_some(out)
            };
            let actor = |words: &(_, _, _, usize)| {
                let mut actor = Actor::of(ActorKind::ALL[words.3]);
                (actor.name, actor.email, actor.id) = (text(&words.0), text(&words.1), text(&words.2));
                let mut out = Vec::new();
                ActorValue::write(&actor, &mut out);
                Some(out)
            };
            for field in [Field::Workspace, Field::Target, Field::TargetType, Field::TargetId, Field::Actor] {
                let of: Vec<_> = words.iter().map(|words| match DictCol::of(field) {
                    DictCol::Targets => targets(words),
                    DictCol::Actor => actor(words),
                    _ => plain(&words.0),
                }).collect();
                let values = values(&of);
                let term = Term::Value(field, patterns.clone());
                let Some(sieve) = Sieve::of(&term) else { continue };
                let matcher = Matcher::new(&Filter { expr: Expr::Term(term) });
                let names = Names::new();
                let test = |ids: Option<&[u32]>| test_values(&values, DictCol::of(field), &names, ids, |entry| {
                    matcher.matches(&Subject { entry, raw: b"", document: None, noted: false, marked: false })
                });
                prop_assert_eq!(test(Some(&sieve.candidates(&values))), test(None));
            }
        }
    }

    #[test]
    fn what_needs_no_text_is_not_sieved() {
        let of = |field, pattern| Sieve::of(&Term::Value(field, vec![pattern]));
        assert!(of(Field::Target, Pattern::Glob("*".into())).is_none());
        assert!(of(Field::Target, Pattern::Exact(String::new())).is_none());
        assert!(of(Field::Outcome, Pattern::Exact("success".into())).is_none());
        assert!(of(Field::Actor, Pattern::Exact("SYSTEM".into())).is_none());
        assert!(of(Field::Actor, Pattern::Exact("ana".into())).is_some());
        assert!(Sieve::of(&Term::Value(Field::Target, vec![Pattern::Exact("a".into()); MOST + 1])).is_none());
    }

    #[test]
    fn few_are_left() {
        let of = |texts: &[&str]| {
            values(&texts.iter().map(|text| Some(text.as_bytes().to_vec())).collect::<Vec<_>>())
        };
        let values = of(&["ana", "bob", "Ana", "anabel"]);
        let sieve = Sieve::of(&Term::Value(Field::Workspace, vec![Pattern::Exact("ana".into())])).unwrap();
        let mut found: Vec<_> = sieve.candidates(&values).iter().filter_map(|id| values.get(*id)).collect();
        found.sort_unstable();
        assert_eq!(found, [&b"Ana"[..], b"ana", b"anabel"]);
    }
}
