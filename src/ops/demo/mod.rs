//! Sample data: the audit logs of an invented account, in the shape of the `customerio` format.
//!
//! The same seed and time of now give the same bytes. Objects live: what a record says was before is what an
//! earlier record left behind. Only a bounded number of objects lives at a time, so memory does not grow with
//! the number of entries, and records are written byte by byte, so that millions take seconds.

mod act;
mod actor;
mod bytes;
mod cast;
mod change;
mod clock;
mod kind;
mod random;
mod story;
mod value;

use std::io::Read;

use crate::domain::{Scope, Timestamp};

use actor::Actors;
use cast::Cast;
use clock::Clock;
use kind::{By, Kind, Object};
use random::Random;
use story::Act;

/// Entries of `auditty demo` where nothing else is asked for.
pub const DEFAULT_ENTRIES: u64 = 5_000;

/// Fewest entries in which the stories are told and every activity occurs.
const FULL: u64 = 1_000;

/// Bytes that the reader makes at a time.
const CHUNK: usize = 256 * 1024;

/// What sample data to make.
#[derive(Clone, Copy, Debug)]
pub struct DemoOptions {
    /// Another seed, other data.
    pub seed: u64,
    /// The data end here and begin 400 days before.
    pub now: Timestamp,
    /// How many entries.
    pub entries: u64,
    /// Records of about 350 bytes instead of about 900.
    pub lean: bool,
}

/// Makes records one after the other, the oldest first.
#[derive(Debug)]
pub struct Demo {
    lean: bool,
    entries: u64,
    made: u64,
    random: Random,
    clock: Clock,
    actors: Actors,
    workspaces: Vec<Vec<u8>>,
    account: Vec<u8>,
    kinds: Vec<Kind>,
    /// For each kind its objects in each log.
    live: Vec<Vec<Vec<Object>>>,
    /// For members in the account and in workspaces, and for others: kinds by running sum of weights.
    choices: [Vec<(u64, usize)>; 3],
    stories: Vec<(u64, Act)>,
    next_number: u64,
    changes: Vec<u8>,
    before: Vec<u8>,
    after: Vec<u8>,
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Created,
    Updated,
    Deleted,
}

impl Demo {
    /// Returns the maker of what the options ask for.
    pub fn new(options: &DemoOptions) -> Demo {
        let cast = Cast::load();
        let now_ms = u64::try_from(options.now.0 / 1_000_000).unwrap_or(0);
        let kinds = Kind::load(&cast);
        let mut demo = Demo {
            lean: options.lean,
            entries: options.entries,
            made: 0,
            random: Random::new(options.seed),
            clock: Clock::new(options.seed, now_ms, options.entries),
            actors: Actors::new(&cast, options.entries, options.lean),
            workspaces: cast.workspaces.iter().map(place).collect(),
            account: b",\"scope\":\"account\"".to_vec(),
            choices: [Scope::Account, Scope::Workspace]
                .map(|scope| choices(&kinds, |kind| kind.scope == scope))
                .into_iter()
                .chain([choices(&kinds, |kind| kind.by == By::Mixed && kind.scope == Scope::Workspace)])
                .collect::<Vec<_>>()
                .try_into()
                .expect("two and one are three"),
            live: Vec::new(),
            kinds,
            stories: if options.entries >= FULL { Act::load(now_ms) } else { Vec::new() },
            next_number: 1_000,
            changes: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
        };
        demo.live = demo.settle(now_ms.saturating_sub(400 * 86_400_000));
        demo
    }

    /// Appends the next record as one line; returns false behind the last.
    pub fn next(&mut self, out: &mut Vec<u8>) -> bool {
        if self.made == self.entries {
            return false;
        }
        let at_ms = self.clock.next(&mut self.random);
        self.made += 1;
        match self.stories.last() {
            // The entries left are kept for what is left of the stories.
            Some((story_ms, _))
                if *story_ms <= at_ms || self.stories.len() as u64 > self.entries - self.made =>
            {
                if let Some((story_ms, act)) = self.stories.pop() {
                    self.story(story_ms, &act, out);
                }
            }
            _ => self.act(at_ms, out),
        }
        out.extend_from_slice(b"}\n");
        true
    }

    /// Returns the objects that existed before the first entry: two thirds of those there may be.
    fn settle(&mut self, at_ms: u64) -> Vec<Vec<Vec<Object>>> {
        let mut live = Vec::new();
        for kind in &self.kinds {
            let logs = if kind.scope == Scope::Account { 1 } else { self.workspaces.len() };
            let count = if kind.creates { kind.live * 2 / 3 } else { kind.live };
            let mut objects = |_| {
                (0..count as u64)
                    .map(|nth| {
                        self.next_number += 1;
                        kind.object(self.next_number, nth, at_ms, &mut self.random)
                    })
                    .collect()
            };
            live.push((0..logs).map(&mut objects).collect());
        }
        live
    }
}

/// Reads the records as the bytes of an NDJSON file, made as they are read.
#[derive(Debug)]
pub struct DemoReader {
    demo: Demo,
    ready: Vec<u8>,
    taken: usize,
}

impl DemoReader {
    /// Returns the reader of what the options ask for.
    pub fn new(options: &DemoOptions) -> DemoReader {
        DemoReader { demo: Demo::new(options), ready: Vec::new(), taken: 0 }
    }

    /// Returns how many records were made so far.
    pub fn made(&self) -> u64 {
        self.demo.made
    }

    /// Returns bytes not yet taken, made now where there are none; empty behind the last record.
    fn chunk(&mut self) -> &[u8] {
        if self.taken == self.ready.len() {
            self.ready.clear();
            self.taken = 0;
            while self.ready.len() < CHUNK && self.demo.next(&mut self.ready) {}
        }
        self.ready.get(self.taken..).unwrap_or_default()
    }
}

impl Read for DemoReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.chunk().read(buffer)?;
        self.taken += read;
        Ok(read)
    }
}

fn place(workspace: &cast::Workspace) -> Vec<u8> {
    let name = crate::domain::json::quote(&workspace.name);
    format!(",\"scope\":\"workspace\",\"workspace\":{{\"id\":{},\"name\":{name}}}", workspace.id).into_bytes()
}

fn choices(kinds: &[Kind], wanted: impl Fn(&Kind) -> bool) -> Vec<(u64, usize)> {
    let mut sum = 0;
    let wanted = kinds.iter().enumerate().filter(|(_, kind)| wanted(kind));
    wanted
        .map(|(at, kind)| {
            sum += kind.weight;
            (sum, at)
        })
        .collect()
}

fn choose(choices: &[(u64, usize)], random: &mut Random) -> usize {
    let total = choices.last().map_or(1, |(sum, _)| *sum);
    let drawn = random.below(total);
    let at = choices.partition_point(|(sum, _)| *sum <= drawn);
    choices.get(at).map_or(0, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests;
