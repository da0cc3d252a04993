//! When an unknown record's act was and where it came from.

use super::leaf::Leaf;
use super::names;
use super::{Field, Guess, how, places, sureness, what};
use crate::domain::Moment;
use crate::domain::json::Kind;
use crate::ingest::format::plan::{Cut, How, PathRef, Rule};
use crate::ingest::format::shape;
use crate::ingest::format::time::{TimeRules, read};

/// What stands before an address in a sentence.
const MARKS: [&str; 6] = ["IP: ", "IP address: ", "IP Address: ", "IP=", " from IP ", " from "];

/// How long a record may be written after its act.
const DELAY: i64 = 60_000_000_000;

impl Guess<'_> {
    /// Returns how sure the time is, in percent.
    pub(super) fn time(&mut self) -> u32 {
        let mut ranked =
            self.ranked_by(Field::Time, names::time_score, |leaf| shape::looks_like_time(leaf.node));
        self.before_it_was_written(&mut ranked);
        self.build.plan.time = self.rules(&places(&ranked), Rule::path);
        sureness(&ranked)
    }

    /// When a record was created is when the act was, unless it says of another moment shortly before.
    fn before_it_was_written(&self, ranked: &mut [(i32, usize)]) {
        let Some(&(best, first)) = ranked.first() else { return };
        let at = |at: usize| self.moment(at);
        if !names::is_creation(&self.leaves[first]) {
            return;
        }
        let Some(created) = at(first) else { return };
        let before = ranked.iter().position(|&(score, other)| {
            let (leaf, best) = (&self.leaves[other], &self.leaves[first]);
            score >= 60
                && !names::is_creation(leaf)
                && leaf.keys.split_last().map(|(_, above)| above)
                    == best.keys.split_last().map(|(_, above)| above)
                && at(other).is_some_and(|moment| (1..DELAY).contains(&(created - moment)))
        });
        if let Some(place) = before {
            ranked[..=place].rotate_right(1);
            ranked[0].0 = best;
        }
    }

    fn moment(&self, at: usize) -> Option<i64> {
        let moment: Option<Moment<'_>> = read(self.leaves[at].node, &TimeRules::default());
        moment.map(|moment| moment.at.0)
    }

    /// Returns how sure the address is, in percent.
    pub(super) fn ip(&mut self) -> u32 {
        let address = |leaf: &Leaf<'_>| {
            let text = leaf.node.scalar();
            text.is_some_and(|text| what::address(&text).is_some())
        };
        let ranked = self.ranked_by(Field::Other, names::ip_score, address);
        let mut rules = self.rules(&places(&ranked), |path| how(How::Address, path));
        let said = self.said_addresses();
        for &(at, mark) in &said {
            let path = self.place(at);
            rules.push(behind(mark, path));
        }
        self.build.plan.ip = rules;
        let country = self.ranked(names::country(), |leaf| leaf.node.kind() == Kind::String);
        self.build.plan.country = self.rules(&places(&country), Rule::path);
        if ranked.is_empty() && !said.is_empty() { 40 } else { sureness(&ranked) }
    }

    /// Returns the sentences that name an address, with what stands before it.
    fn said_addresses(&self) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        for (at, leaf) in self.leaves.iter().enumerate().filter(|(_, leaf)| leaf.depth <= 1) {
            let Some(text) = leaf.node.as_str().filter(|text| text.len() <= 1000) else { continue };
            let mark = MARKS.into_iter().find(|mark| {
                let Some((_, behind)) = text.split_once(mark) else { return false };
                let mut words = behind.split(' ');
                // `from 1.2.3.4 to 1.2.3.5` are versions.
                words.next().is_some_and(|word| what::address(word).is_some()) && words.next() != Some("to")
            });
            found.extend(mark.map(|mark| (at, mark)));
        }
        found.truncate(2);
        found
    }
}

/// The address behind a mark in a sentence.
fn behind(mark: &str, path: PathRef) -> Rule {
    let cut =
        Cut { after: None, after_first: Some(mark.into()), before: Some(" ".into()), before_last: None };
    Rule { cut: Some(cut), ..how(How::Address, path) }
}
