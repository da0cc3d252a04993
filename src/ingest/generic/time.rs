//! When it happened, in an unknown record.

use super::leaf::Leaf;
use super::{Field, Guess, names, places, sureness, who};
use crate::domain::json::Kind;
use crate::ingest::format::plan::{Piece, Rule, Rules, Source};
use crate::ingest::format::shape;
use crate::ingest::format::time::{TimeRules, read};
use crate::ingest::text::is_dated;

/// How long behind its act a record may be written, in nanoseconds.
const DELAY: i64 = 60_000_000_000;

/// Names under which collectors keep the line that they took.
const LINES: [&str; 8] = ["log", "message", "raw", "line", "event", "msg", "record", "original"];

/// What the names of times of day hold.
const CLOCKS: [&str; 7] = ["time", "zeit", "heure", "hora", "clock", "tijd", "ora"];

impl Guess<'_> {
    /// Returns how sure the time is, in percent.
    pub(super) fn time(&mut self) -> u32 {
        // A line that a collector keeps as text says itself when it happened.
        let score = |leaf: &Leaf<'_>| {
            let line = leaf.inside > 0 && leaf.keys.first().is_some_and(|key| LINES.contains(&key.as_str()));
            let score = names::time_score(leaf).max(self.time_of_act(leaf))?;
            // A line's header tells when it was sent, mostly without a year: what the message says is better.
            let sent = who::is_header(leaf) && !leaf.node.as_str().is_some_and(|text| is_dated(&text));
            Some(if line { score + 12 } else { score } - if sent { 60 } else { 0 })
        };
        let mut ranked = self.ranked_by(Field::Time, score, |leaf| shape::looks_like_time(leaf.node));
        self.before_it_was_written(&mut ranked);
        let apart = self.day_and_clock(ranked.first().map(|&(_, at)| at));
        let mut rules = Rules::default();
        rules.extend(apart);
        rules.extend(self.rules(&places(&ranked), Rule::path));
        self.build.plan.time = rules;
        sureness(&ranked)
    }

    /// `modified_timestamp` beside `modified_by` is when they did it.
    fn time_of_act(&self, leaf: &Leaf<'_>) -> Option<i32> {
        let (act, rest) = leaf.words.split_first()?;
        let timed = matches!(rest, [word] if matches!(word.as_str(), "at" | "on" | "time" | "date" | "timestamp" | "ts"));
        let by = |other: &Leaf<'_>| {
            let above = |leaf: &Leaf<'_>| leaf.keys.split_last().map(|(_, above)| above.to_vec());
            let doer = matches!(other.words.as_slice(), [known, by, ..] if known == act && by == "by");
            doer && above(other) == above(leaf)
        };
        (timed && self.leaves.iter().any(by)).then_some(70)
    }

    /// When a record was created is when the act was, unless it says of another moment shortly before.
    fn before_it_was_written(&self, ranked: &mut [(i32, usize)]) {
        let Some(&(best, first)) = ranked.first() else { return };
        let created = &self.leaves[first];
        let Some(written) = moment(created).filter(|_| names::is_creation(created)) else { return };
        let before = ranked.iter().position(|&(score, other)| {
            let leaf = &self.leaves[other];
            let beside = leaf.keys.split_last().map(|(_, above)| above)
                == created.keys.split_last().map(|(_, above)| above);
            let shortly = moment(leaf).is_some_and(|moment| (1..DELAY).contains(&(written - moment)));
            score >= 60 && beside && !names::is_creation(leaf) && shortly
        });
        if let Some(place) = before {
            ranked[..=place].rotate_right(1);
            ranked[0].0 = best;
        }
    }

    /// A day and a time of day that stand apart, where nothing better tells both.
    fn day_and_clock(&mut self, best: Option<usize>) -> Option<Rule> {
        let best = best?;
        if !is_day(&self.leaves[best]) {
            return None;
        }
        let (inside, depth) = (self.leaves[best].inside, self.leaves[best].depth);
        let clock = (0..self.leaves.len()).find(|&at| {
            let leaf = &self.leaves[at];
            let named = leaf
                .keys
                .last()
                .is_some_and(|key| CLOCKS.iter().any(|word| key.contains(word)) && !key.contains("taken"));
            (leaf.inside, leaf.depth) == (inside, depth)
                && (named || super::leaf::nameless(&leaf.keys))
                && is_clock(leaf)
        })?;
        self.used[clock] = true;
        let (day, clock) = (self.place(best), self.place(clock));
        let pieces = [
            Piece::Value(Source::Path(day), false),
            Piece::Text(" ".into()),
            Piece::Value(Source::Path(clock), false),
        ];
        Some(Rule::of(Source::Template(Box::new(pieces))))
    }
}

fn moment(leaf: &Leaf<'_>) -> Option<i64> {
    read(leaf.node, &TimeRules::default()).map(|moment| moment.at.0)
}

/// Whether a value is a day alone.
fn is_day(leaf: &Leaf<'_>) -> bool {
    let text = leaf.node.as_str();
    leaf.node.kind() == Kind::String
        && text.is_some_and(|text| (6..=12).contains(&text.trim().len()) && !text.contains(':'))
}

/// Whether a value is a time of day alone.
fn is_clock(leaf: &Leaf<'_>) -> bool {
    let bare = |text: &str| {
        text.len() == 6
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.as_bytes().chunks(2).zip([24, 60, 60]).all(|(part, end)| {
                std::str::from_utf8(part).is_ok_and(|part| part.parse::<u8>().is_ok_and(|part| part < end))
            })
    };
    leaf.node.as_str().is_some_and(|text| is_clock_text(text.trim()) || bare(text.trim()))
}

/// The same of a text.
pub(super) fn is_clock_text(text: &str) -> bool {
    let clock = text.split(['.', ',', ' ', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = clock.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts.iter().all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
        && text.len() <= 24
}
