//! Sample data: the audit logs of an invented account, in the shape of the `customerio` format.
//!
//! The same seed and time of now give the same bytes. Objects live: what a record says was before is what an
//! earlier record left behind. Only a bounded number of objects lives at a time, so memory does not grow with
//! the number of entries, and records are written byte by byte, so that millions take seconds.

mod actor;
mod bytes;
mod cast;
mod clock;
mod kind;
mod random;
mod story;
mod value;

use std::io::Read;

use crate::domain::{Scope, Timestamp};

use actor::{Actors, Step, Who};
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

    fn act(&mut self, at_ms: u64, out: &mut Vec<u8>) {
        let hour = at_ms / 3_600_000 % 24;
        let by_night = !(6..20).contains(&hour);
        // Every activity occurs, also the rare ones in a short log.
        let turn = self.entries / (2 * self.kinds.len() as u64 + 2);
        let forced = (self.entries >= FULL && self.made % turn == turn / 2)
            .then(|| (self.made / turn) as usize % self.kinds.len());
        if forced.is_none() && self.random.chance(if by_night { 65 } else { 9 }) {
            let workspace = self.random.early(self.workspaces.len());
            return self.work(at_ms, &Who::System, workspace, None, out);
        }
        if forced.is_none() && self.random.chance(6) {
            let (who, workspace) = (self.random.index(self.actors.services()), self.random.early(2));
            return self.work(at_ms, &Who::Service(who), workspace, None, out);
        }
        match self.actors.step(at_ms, &mut self.random) {
            Step::Refused(session) => self.session(at_ms, &Who::Member(session), "login_failed", out),
            Step::Begins(session) => self.session(at_ms, &Who::Member(session), "logged_in", out),
            Step::Ends(session) => self.session(at_ms, &Who::Member(session), "logged_out", out),
            Step::Works(session) => {
                let workspace = session.workspace;
                self.work(at_ms, &Who::Member(session), workspace, forced, out);
            }
        }
    }

    /// Writes an act on an object.
    fn work(&mut self, at_ms: u64, who: &Who, workspace: usize, forced: Option<usize>, out: &mut Vec<u8>) {
        let choices = match who {
            Who::Member(_) if self.random.chance(12) => &self.choices[0],
            Who::Member(_) => &self.choices[1],
            Who::Service(_) | Who::System => &self.choices[2],
        };
        let kind_at = forced.unwrap_or_else(|| choose(choices, &mut self.random));
        let log = if self.kinds[kind_at].scope == Scope::Account { 0 } else { workspace };
        let (object, done) = self.change(kind_at, log, at_ms);
        let kind = &self.kinds[kind_at];
        open(at_ms, self.random.next(), out);
        out.extend_from_slice(match kind.scope {
            Scope::Account => &self.account,
            Scope::Workspace => &self.workspaces[workspace],
        });
        out.extend_from_slice(&kind.labels);
        out.extend_from_slice(b",\"object_id\":");
        kind.write_id(&object, out);
        if !self.lean {
            out.extend_from_slice(b",\"object_name\":");
            kind.write_name(object.name, out);
        }
        out.extend_from_slice(match done {
            Done::Created => b",\"action\":\"created\"",
            Done::Updated => b",\"action\":\"updated\"",
            Done::Deleted => b",\"action\":\"deleted\"",
        });
        self.actors.write(who, self.random.next(), out);
        out.extend_from_slice(b",\"changes\":[");
        out.extend_from_slice(&self.changes);
        out.extend_from_slice(b"]");
        if !self.lean {
            out.extend_from_slice(b",\"payload\":");
            kind.write_object(&object, false, out);
        }
    }

    /// Does something to an object of a kind; the changes are then in `self.changes`. Returns the object as
    /// it is after, or as it was where it is gone.
    fn change(&mut self, kind_at: usize, log: usize, at_ms: u64) -> (Object, Done) {
        self.changes.clear();
        let kind = &self.kinds[kind_at];
        let count = self.live[kind_at][log].len();
        let creates = kind.creates && (count == 0 || (count < kind.live && self.random.chance(12)));
        let deletes = kind.deletes && count * 2 > kind.live && self.random.chance(9);
        if kind.live == 0 || creates {
            self.next_number += 1;
            let name = self.random.next() >> 8;
            let object = kind.object(self.next_number, name, at_ms, &mut self.random);
            if kind.live == 0 && kind.deletes {
                self.write_all(kind_at, &object, Done::Deleted);
                return (object, Done::Deleted);
            }
            self.write_all(kind_at, &object, Done::Created);
            if kind_live(&self.kinds[kind_at]) {
                self.live[kind_at][log].push(object.clone());
            }
            return (object, if self.kinds[kind_at].creates { Done::Created } else { Done::Updated });
        }
        let at = self.random.index(count);
        if (deletes || !kind.updates) && kind.deletes {
            let object = self.live[kind_at][log].swap_remove(at);
            self.write_all(kind_at, &object, Done::Deleted);
            return (object, Done::Deleted);
        }
        let mut object = self.live[kind_at][log][at].clone();
        self.update(kind_at, &mut object, at_ms);
        if self.kinds[kind_at].is_done(&object) {
            self.live[kind_at][log].swap_remove(at);
        } else {
            self.live[kind_at][log][at] = object.clone();
        }
        (object, Done::Updated)
    }

    /// Changes one or two fields, sometimes the name.
    fn update(&mut self, kind_at: usize, object: &mut Object, at_ms: u64) {
        let fields = self.kinds[kind_at].fields.len();
        if self.kinds[kind_at].creates && !self.lean && self.random.chance(3) {
            self.rename(kind_at, object);
        }
        let wanted = if self.lean { 1 } else { 1 + usize::from(self.random.chance(30)) };
        let first = self.random.index(fields);
        let mut changed = 0;
        for at in (first..fields).chain(0..first) {
            let field = &self.kinds[kind_at].fields[at];
            let skip = field.fixed || field.is_clock() || (self.lean && !field.is_light());
            if changed < wanted && !skip && self.change_field(kind_at, at, object, at_ms) {
                changed += 1;
            }
        }
        let clock = self.kinds[kind_at].fields.iter().position(value::Field::is_clock);
        if let Some(at) = clock.filter(|_| !self.lean) {
            self.change_field(kind_at, at, object, at_ms);
        }
    }

    /// Gives a field another value and writes the change; returns false where none that looks different came up.
    fn change_field(&mut self, kind_at: usize, at: usize, object: &mut Object, at_ms: u64) -> bool {
        let field = &self.kinds[kind_at].fields[at];
        self.before.clear();
        field.write(&object.values[at], &mut self.before);
        for _ in 0..4 {
            let value = field.next(&object.values[at], at_ms, &mut self.random);
            self.after.clear();
            field.write(&value, &mut self.after);
            if self.after != self.before {
                object.values[at] = value;
                push_change(&mut self.changes, &field.key, &self.before, &self.after);
                return true;
            }
        }
        false
    }

    fn rename(&mut self, kind_at: usize, object: &mut Object) {
        let (kind, name) = (&self.kinds[kind_at], self.random.next() >> 8);
        self.before.clear();
        self.after.clear();
        kind.write_name(object.name, &mut self.before);
        kind.write_name(name, &mut self.after);
        if self.before != self.after {
            object.name = name;
            push_change(&mut self.changes, b"\"name\"", &self.before, &self.after);
        }
    }

    /// Writes the changes of an object that came to be or is gone: its name and its short fields.
    fn write_all(&mut self, kind_at: usize, object: &Object, done: Done) {
        let kind = &self.kinds[kind_at];
        let changes = &mut self.changes;
        let mut push = |key: &[u8], value: &[u8]| match done {
            Done::Deleted => push_change(changes, key, value, b"null"),
            Done::Created | Done::Updated => push_change(changes, key, b"null", value),
        };
        self.after.clear();
        kind.write_name(object.name, &mut self.after);
        push(b"\"name\"", &self.after);
        if self.lean {
            return;
        }
        for (field, value) in kind.fields.iter().zip(&object.values).filter(|(field, _)| field.is_light()) {
            self.after.clear();
            field.write(value, &mut self.after);
            push(&field.key, &self.after);
        }
    }

    /// Writes the beginning or end of a session.
    fn session(&mut self, at_ms: u64, who: &Who, action: &str, out: &mut Vec<u8>) {
        open(at_ms, self.random.next(), out);
        out.extend_from_slice(&self.account);
        out.extend_from_slice(&kind::labels("Security", "Log in/out", "session"));
        out.extend_from_slice(b",\"object_id\":\"login\",\"action\":\"");
        out.extend_from_slice(action.as_bytes());
        out.push(b'"');
        self.actors.write(who, self.random.next(), out);
        out.extend_from_slice(b",\"changes\":[]");
        if !self.lean {
            out.extend_from_slice(match (action, self.random.below(3)) {
                ("login_failed", 0) => {
                    b",\"payload\":{\"method\":\"password\",\"reason\":\"second factor did not match\"}"
                        as &[u8]
                }
                ("login_failed", _) => {
                    b",\"payload\":{\"method\":\"password\",\"reason\":\"wrong password\"}"
                }
                ("logged_out", _) => b",\"payload\":{\"reason\":\"by the member\"}",
                (_, 0) => b",\"payload\":{\"method\":\"password\",\"second_factor\":\"totp\"}",
                _ => b",\"payload\":{\"method\":\"saml\",\"second_factor\":null}",
            });
        }
    }

    fn story(&mut self, at_ms: u64, act: &Act, out: &mut Vec<u8>) {
        let quote = crate::domain::json::quote;
        open(at_ms, self.random.next(), out);
        out.extend_from_slice(match act.scope() {
            Scope::Account => &self.account,
            Scope::Workspace => &self.workspaces[0],
        });
        out.extend_from_slice(&kind::labels(act.event_type(), &act.activity, &act.object));
        let id = if act.object_id.bytes().all(|b| b.is_ascii_digit()) {
            act.object_id.clone()
        } else {
            quote(&act.object_id)
        };
        let name = act.object_name.as_deref().map_or_else(|| "null".to_owned(), quote);
        let rest = format!(",\"object_id\":{id},\"object_name\":{name},\"action\":{}", quote(&act.action));
        out.extend_from_slice(rest.as_bytes());
        self.actors.write_story(act, self.random.next(), out);
        out.extend_from_slice(format!(",\"changes\":{}", act.changes).as_bytes());
        if !self.lean {
            out.extend_from_slice(format!(",\"payload\":{}", act.payload).as_bytes());
        }
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

fn kind_live(kind: &Kind) -> bool {
    kind.live > 0
}

/// Begins a record with its id and time.
fn open(at_ms: u64, rest: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"id\":\"");
    bytes::sortable_id(at_ms, (u128::from(rest) << 16) | u128::from(rest % 65_521), out);
    out.extend_from_slice(b"\",\"created_at\":\"");
    bytes::time(at_ms, true, out);
    out.push(b'"');
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

fn push_change(changes: &mut Vec<u8>, key: &[u8], before: &[u8], after: &[u8]) {
    changes.extend_from_slice(if changes.is_empty() {
        b"{\"attribute_name\":"
    } else {
        b",{\"attribute_name\":"
    });
    changes.extend_from_slice(key);
    changes.extend_from_slice(b",\"before\":");
    changes.extend_from_slice(before);
    changes.extend_from_slice(b",\"after\":");
    changes.extend_from_slice(after);
    changes.push(b'}');
}

#[cfg(test)]
mod tests;
