//! The reading thread of an import that goes on: every input is read as it grows, in turn, until it is stopped.
//!
//! A file that was cut or replaced becomes a source of its own. What follows the last line end is not read: it is
//! not yet a record.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Tally;
use super::pipeline::Line;
use super::reader::{Job, Plan};
use super::setup::{Setup, setup};
use super::summary::{Closing, Outcome};
use crate::ingest::Framer;
use crate::ingest::frame::Next;
use crate::ingest::source::{Bytes, Input, Stop, find, plain};

/// How long the first line of an input is waited for before its beginning is judged without it.
const FIRST_LINE: Duration = Duration::from_secs(1);

/// How often an input that is not there, or is empty, is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How often folders and patterns are looked at for files that are new.
const LOOK_FOR_NEW: Duration = Duration::from_secs(1);

/// How long the quiet inputs are waited for in one round.
const ROUND: Duration = Duration::from_millis(40);

/// Following, as its owner sees it.
#[derive(Clone, Debug, Default)]
pub struct Follow {
    /// Ends it: what was read is published.
    pub stop: Stop,
    /// What was named: files that appear there later are followed as well.
    pub names: Vec<String>,
    /// All inputs are open and read to their end as it is now.
    pub live: Arc<AtomicBool>,
}

/// One input.
struct Tail {
    input: Input,
    state: State,
    caught_up: bool,
}

enum State {
    /// Not there, or empty.
    Waiting,
    Open(Box<Framer>, Option<Arc<Setup>>),
    /// Will give nothing any more.
    Done,
}

impl Plan {
    /// Reads all inputs on and on.
    pub(super) fn follow<T>(&self, follow: &Follow, line: &mut Line<'_, T>) {
        let mut tails: Vec<Tail> = self.inputs.iter().cloned().map(Tail::new).collect();
        let mut missing = HashSet::new();
        let mut looked = Instant::now();
        while !line.stopped() && !follow.stop.load(Ordering::Relaxed) {
            let begun = Instant::now();
            let mut any = false;
            for tail in &mut tails {
                any |= tail.step(self, follow, &mut missing, line);
            }
            if looked.elapsed() >= LOOK_FOR_NEW {
                looked = Instant::now();
                let new = find(&follow.names).inputs;
                let new =
                    new.into_iter().filter(|new| tails.iter().all(|tail| tail.input.origin != new.origin));
                tails.extend(new.collect::<Vec<_>>().into_iter().map(Tail::new));
            }
            let live = tails.iter().all(|tail| tail.caught_up);
            follow.live.store(live && !tails.is_empty(), Ordering::Relaxed);
            let over = tails.iter().all(|tail| matches!(tail.state, State::Done));
            if over && follow.names.iter().all(|name| is_over(name)) {
                break;
            }
            if !any {
                std::thread::sleep(ROUND.saturating_sub(begun.elapsed()).min(LOOK));
            }
        }
        follow.live.store(false, Ordering::Relaxed);
        for tail in tails {
            if let State::Open(framer, Some(setup)) = tail.state {
                line.end(Closing { setup, ending: framer.leave(), tally: Tally::default() });
            }
        }
    }
}

impl Tail {
    fn new(input: Input) -> Tail {
        Tail { input, state: State::Waiting, caught_up: false }
    }

    /// Reads what is there now; returns whether that was anything.
    fn step<T>(
        &mut self,
        plan: &Plan,
        follow: &Follow,
        missing: &mut HashSet<Arc<str>>,
        line: &mut Line<'_, T>,
    ) -> bool {
        match &mut self.state {
            State::Done => false,
            State::Waiting => {
                self.caught_up = false;
                match open(&self.input, plan, follow, line) {
                    Ok(Some(framer)) => {
                        self.state = State::Open(Box::new(framer), None);
                        true
                    }
                    Ok(None) => false,
                    Err(outcome) => {
                        self.state = State::Done;
                        if missing.insert(self.input.name.clone()) {
                            line.skip(self.input.name.clone(), outcome);
                        }
                        false
                    }
                }
            }
            State::Open(framer, begun) => match framer.next(&mut line.buffer()) {
                Next::Idle => {
                    self.caught_up = true;
                    false
                }
                Next::Slab(slab) => {
                    let setup = begun.get_or_insert_with(|| {
                        let made = Arc::new(setup(plan, &self.input, framer.syntax(), Some(&slab)));
                        line.begin(made.clone());
                        made
                    });
                    line.send(Job { setup: setup.clone(), slab })
                }
                Next::End => {
                    self.end(line);
                    true
                }
            },
        }
    }

    /// The file was cut or replaced, the pipe closed.
    fn end<T>(&mut self, line: &mut Line<'_, T>) {
        let next = if self.input.is_followed() { State::Waiting } else { State::Done };
        if let State::Open(framer, begun) = std::mem::replace(&mut self.state, next)
            && let Some(setup) = begun
        {
            line.end(Closing { setup, ending: framer.finish(), tally: Tally::default() });
        }
    }
}

/// Whether nothing can appear behind a name any more: it is neither a folder nor a pattern.
fn is_over(name: &str) -> bool {
    !(name.contains(['*', '?', '[']) || std::path::Path::new(name).is_dir())
}

/// Opens an input; `None` where it is not there yet, or empty.
fn open<T>(
    input: &Input,
    plan: &Plan,
    follow: &Follow,
    line: &Line<'_, T>,
) -> Result<Option<Framer>, Outcome> {
    if input.is_followed() && input.bytes().unwrap_or(0) == 0 {
        return Ok(None);
    }
    let bytes = match Bytes::follow(input, follow.stop.clone()) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Outcome::Failed(plain(&error))),
    };
    let begun = Instant::now();
    // A pipe may be silent for long; a file whose first line is half written soon will not be.
    let patient = || {
        !line.stopped()
            && !follow.stop.load(Ordering::Relaxed)
            && (!input.is_followed() || begun.elapsed() < FIRST_LINE)
    };
    plan.frame(bytes, &patient).map(Some).map_err(|reason| Outcome::Failed(reason.to_string()))
}
