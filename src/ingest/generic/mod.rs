//! Records of vendors that no format knows: a plan guessed from the names and shapes of what is there.
//!
//! The guess is an ordinary plan, made once per shape of record. It never invents: every value is checked
//! again when it is mapped (a time must read as one, an address as one), and what fits nothing stays in the
//! raw record. The entry says that it was guessed and how surely.

mod change;
mod column;
mod inner;
mod leaf;
mod learn;
mod names;
mod place;
mod role;
mod target;
mod time;
mod what;
mod who;

use inner::Inner;
use leaf::Leaf;
use names::Names;

use super::format::build::Builder;
use super::format::plan::{How, PathRef, Plan, RECORD, Rule, Rules, Source};
use super::format::shape;
use crate::domain::json::{Doc, Kind, Node};

pub(crate) use leaf::shape_of;
pub use learn::Learned;

/// Most ways to one field.
const WAYS: usize = 6;

/// The score of a name that leaves no doubt.
const SURE: i32 = 84;

/// What stands for a value where there is none.
const NOTHING: [&str; 12] =
    ["-", "--", "---", "(empty)", "(null)", "<null>", "<none>", "NULL", "null", "N/A", "n/a", "undefined"];

/// Whether a text stands for nothing.
fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || NOTHING.contains(&text)
}

/// Returns the plan for records of this shape, with what was learned from the others of its source.
pub(crate) fn plan_for(root: Node<'_>, learned: &[Learned]) -> Plan {
    let texts = inner::texts(root);
    let mut docs: Vec<Doc> = texts.iter().map(|_| Doc::new()).collect();
    let inside: Vec<(&Inner, Node<'_>)> = texts
        .iter()
        .zip(&mut docs)
        .filter_map(|(inner, doc)| Some((inner, doc.parse(&inner.text).ok()?)))
        .collect();
    let mut leaves = leaf::collect(root, &inside);
    learn::name_columns(&mut leaves, learned);
    let mut build = Builder::new();
    build.plan.empty = NOTHING.map(str::to_owned).to_vec();
    let mut scopes = vec![RECORD];
    scopes.extend(inside.iter().map(|(inner, _)| build.inside(inner.path.clone())));
    let mut guess = Guess { build, scopes, used: vec![false; leaves.len()], leaves, learned, actor: None };
    let time = guess.time();
    let actor = guess.actor();
    let action = guess.action();
    let ip = guess.ip();
    guess.target();
    guess.outcome();
    let texts = inside.iter().map(|(inner, node)| (inner.keys.last().map_or("", String::as_str), *node));
    let places: Vec<(u16, &str, Node<'_>)> = guess
        .scopes
        .iter()
        .zip([("", root)].into_iter().chain(texts))
        .map(|(&scope, (key, node))| (scope, key, node))
        .collect();
    change::guess(&places, &mut guess.build);
    guess.ids();
    guess.surroundings();
    let sure = time * 30 + actor * 25 + action * 25 + ip * 10 + 500;
    guess.build.plan.guessed = Some((sure / 100).min(95) as u8);
    guess.build.finish()
}

/// A plan being guessed.
struct Guess<'a> {
    build: Builder,
    /// The scopes of the record and of the texts in it.
    scopes: Vec<u16>,
    leaves: Vec<Leaf<'a>>,
    /// Which leaves a field already took.
    used: Vec<bool>,
    learned: &'a [Learned],
    /// Where whoever did it is found.
    actor: Option<role::Role>,
}

/// What a field is for [`learn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Time,
    Action,
    Other,
}

impl Guess<'_> {
    /// Returns the leaves that a field's names know, the best first, each with its score.
    fn ranked(&self, names: &Names, fits: impl Fn(&Leaf<'_>) -> bool) -> Vec<(i32, usize)> {
        self.ranked_by(Field::Other, |leaf| names.score(leaf), fits)
    }

    fn ranked_by(
        &self,
        field: Field,
        score: impl Fn(&Leaf<'_>) -> Option<i32>,
        fits: impl Fn(&Leaf<'_>) -> bool,
    ) -> Vec<(i32, usize)> {
        let mut ranked: Vec<(i32, usize)> = Vec::new();
        for (at, leaf) in self.leaves.iter().enumerate() {
            let Some(score) = score(leaf) else { continue };
            let score = score - 6 * leaf.depth + learn::bonus(self.learned, field, leaf);
            if score > 0 && !leaf.says_nothing() && fits(leaf) {
                ranked.push((score, at));
            }
        }
        ranked.sort_by_key(|&(score, at)| (-score, at));
        ranked.truncate(WAYS);
        ranked
    }

    fn rules(&mut self, ranked: &[usize], rule: impl Fn(PathRef) -> Rule) -> Rules {
        let mut rules = Rules::default();
        for (rank, &at) in ranked.iter().enumerate() {
            if rank == 0 {
                self.used[at] = true;
            }
            rules.push(rule(self.place(at)));
        }
        rules
    }

    /// Returns the place of a leaf in the plan.
    fn place(&mut self, at: usize) -> PathRef {
        let leaf = &self.leaves[at];
        self.build.steps(self.scopes[leaf.inside], leaf.path.clone(), &leaf.text)
    }

    /// Adds a table of words and returns its number.
    fn table(&mut self, rows: &[(&str, &str)]) -> u16 {
        let mut table = super::format::glob::Table::new(true);
        for (word, meaning) in rows {
            table.add(word, (*meaning).to_owned());
        }
        self.build.plan.words.push(table);
        (self.build.plan.words.len() - 1) as u16
    }

    fn ids(&mut self) {
        let scalar = |leaf: &Leaf<'_>| leaf.node.scalar().is_some_and(|text| !text.is_empty());
        // The id of what stands deeper is that of a person or a thing.
        const OWN: [&str; 7] = ["event", "id", "audit", "log", "record", "metadata", "meta"];
        let event = self.ranked(names::event_id(), |leaf| {
            let own = leaf.depth == 0 || leaf.keys.first().is_some_and(|key| OWN.contains(&key.as_str()));
            own && leaf.depth < 2 && leaf.node.scalar().is_some_and(|text| shape::is_id(&text))
        });
        self.build.plan.id = self.rules(&places(&event), Rule::path);
        let request = self.ranked(names::request(), scalar);
        self.build.plan.request = self.rules(&places(&request), Rule::path);
        let session = self.ranked(names::session(), scalar);
        self.build.plan.session = self.rules(&places(&session), Rule::path);
        // A name that may mean anything, like the domain of an address, is no workspace.
        let mut workspace = self.ranked(names::workspace(), scalar);
        workspace.retain(|&(score, _)| score >= 40);
        self.build.plan.workspace = self.rules(&places(&workspace), Rule::path);
    }

    /// Client, summary, and what no other field took.
    fn surroundings(&mut self) {
        let text = |leaf: &Leaf<'_>| leaf.node.kind() == Kind::String;
        let client = self.ranked(names::client(), text);
        self.build.plan.user_agent = self.rules(&places(&client), Rule::path);
        let sentence = |leaf: &Leaf<'_>| {
            let text = leaf.node.as_str().is_some_and(|text| text.contains(' ') && text.len() <= 500);
            text && !names::is_of_actor(leaf)
        };
        let summary = self.ranked(names::summary(), sentence);
        self.build.plan.summary = self.rules(&places(&summary), Rule::path);
        let rest: Vec<usize> = (0..self.leaves.len())
            .filter(|&at| !self.used[at] && self.leaves[at].depth < 3)
            .take(40)
            .collect();
        for at in rest {
            let rules = self.rules(&[at], Rule::path);
            let label = self.leaves[at].text.clone();
            self.build.plan.metadata.push((label, rules));
        }
    }
}

fn places(ranked: &[(i32, usize)]) -> Vec<usize> {
    ranked.iter().map(|&(_, at)| at).collect()
}

/// Returns how sure the best of these is, in percent.
fn sureness(ranked: &[(i32, usize)]) -> u32 {
    ranked.first().map_or(0, |&(score, _)| percent(score))
}

/// Returns a score in percent; a name that all but says it is sure.
fn percent(score: i32) -> u32 {
    score.clamp(0, SURE) as u32 * 100 / SURE as u32
}

/// A rule that takes what lies at a path and converts it.
fn how(how: How, path: PathRef) -> Rule {
    Rule { how, ..Rule::path(path) }
}

/// A rule that converts a field already mapped.
fn again(how: How, field: super::format::plan::FieldRef) -> Rule {
    Rule { how, ..Rule::of(Source::Field(field)) }
}

#[cfg(test)]
mod tests;
