//! Where an unknown record's act came from.

use super::leaf::Leaf;
use super::names;
use super::{Field, Guess, how, places, sureness, what, who};
use crate::domain::json::Kind;
use crate::ingest::format::plan::{Cut, How, Rule};

/// What stands before an address in a sentence, and behind it: `GUI(192.0.2.9)` says where a client is.
const MARKS: [(&str, &str); 7] = [
    ("IP: ", " "),
    ("IP address: ", " "),
    ("IP Address: ", " "),
    ("IP=", " "),
    (" from IP ", " "),
    (" from ", " "),
    ("(", ")"),
];

/// How sure an address is that a sentence names, in percent.
const SAID: u32 = 40;

impl Guess<'_> {
    /// Returns how sure the address is, in percent.
    pub(super) fn ip(&mut self) -> u32 {
        let address = |leaf: &Leaf<'_>| {
            let text = leaf.node.scalar();
            // The header names the device that wrote the line.
            !who::is_header(leaf) && text.is_some_and(|text| what::address(&text).is_some())
        };
        let ranked = self.ranked_by(Field::Other, names::ip_score, address);
        let mut rules = self.rules(&places(&ranked), |path| how(How::Address, path));
        let joined = (0..self.leaves.len()).find(|&at| self.used[at] && self.with_address(at));
        if let Some(at) = joined.filter(|_| ranked.is_empty()) {
            let cut = Cut { after: Some("/".into()), ..Cut::default() };
            let place = self.place(at);
            rules.push(Rule { cut: Some(cut), ..how(How::Address, place) });
        }
        let said = self.said_addresses();
        for &(at, (mark, end)) in &said {
            let cut = Cut { after_first: vec![mark.into()], before: Some(end.into()), ..Cut::default() };
            let place = self.place(at);
            rules.push(Rule { cut: Some(cut), ..how(How::Address, place) });
        }
        self.build.plan.ip = rules;
        let country = self.ranked(names::country(), |leaf| leaf.node.kind() == Kind::String);
        self.build.plan.country = self.rules(&places(&country), Rule::path);
        if ranked.is_empty() && !said.is_empty() { SAID } else { sureness(&ranked) }
    }

    /// Returns the sentences that name an address, with what stands before it.
    fn said_addresses(&self) -> Vec<(usize, (&'static str, &'static str))> {
        let mut found = Vec::new();
        for (at, leaf) in self.leaves.iter().enumerate().filter(|(_, leaf)| leaf.depth <= 1) {
            let Some(text) = leaf.node.as_str().filter(|text| text.len() <= 1000) else { continue };
            let mark = MARKS.into_iter().find(|(mark, end)| {
                let Some((_, behind)) = text.split_once(mark) else { return false };
                let mut words = behind.split(*end);
                // `from 1.2.3.4 to 1.2.3.5` are versions.
                words.next().is_some_and(|word| what::address(word).is_some()) && words.next() != Some("to")
            });
            found.extend(mark.map(|mark| (at, mark)));
        }
        found.truncate(2);
        found
    }
}
