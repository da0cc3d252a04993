//! What a format of bare lines leaves open: it knows the frame and a few names, and whoever wrote the line uses
//! others. Those are guessed, as in records that no format knows, and the entry says so.

use std::sync::Arc;

use super::{Filled, Mapper};
use crate::domain::json::{Kind, Node};
use crate::domain::{Action, Entry, Outcome};
use crate::ingest::format::{Format, Formats, MapContext, Want};
use crate::ingest::text::is_dated;

/// Fewest members of a record that may hold more than the format has read: a frame and a sentence do not.
const FEW: usize = 4;

/// The mapper of what is left, made when it is first needed.
#[derive(Default)]
pub(super) struct Rest(Option<Box<Mapper>>);

impl Rest {
    /// Fills what the format left open of an entry; appends what was filled to the trace, where one is kept.
    pub(super) fn fill<'a>(
        &'a mut self,
        (format, formats, context): (&Arc<Format>, &Formats, &MapContext),
        (record, want): (Node<'a>, Want),
        entry: &mut Entry<'a>,
        trace: Option<&mut Vec<Filled>>,
    ) {
        // Few formats ask for it: this stands before any look at the record.
        if !format.guess_rest {
            return;
        }
        let undated = is_undated(record);
        if !(undated || is_open(entry)) || record.kind() != Kind::Object || !holds_more(record) {
            return;
        }
        let mapper = self.0.get_or_insert_with(|| {
            let context = MapContext { forced: true, ..context.clone() };
            Box::new(Mapper::new(formats.clone(), formats.generic(), context))
        });
        let mut guesses = Vec::new();
        match trace {
            None => _ = mapper.map(record, want, &mut guesses),
            Some(trace) => {
                let (entries, filled) = mapper.explain(record);
                guesses = entries;
                let open = |filled: &Filled| trace.iter().all(|known| known.field != filled.field);
                let filled: Vec<Filled> = filled.into_iter().filter(open).collect();
                trace.extend(filled);
            }
        }
        guesses.truncate(1);
        let header = record.get("syslog");
        let of_header = |key| header.and_then(|header| header.get(key)?.as_str());
        let code = entry.action_code.clone();
        let named = ["appname", "msgid"].into_iter().any(|key| code.is_some() && of_header(key) == code);
        for guess in guesses {
            // What the message says of the time is better than a header without a year.
            if undated && guess.time.as_ref().is_some_and(|time| is_dated(&time.text)) {
                entry.time = None;
            }
            complete(entry, guess, named);
        }
    }
}

/// Whether the header's time has no year.
fn is_undated(record: Node<'_>) -> bool {
    let time = record.get("syslog").and_then(|header| header.get("timestamp")?.as_str());
    time.is_some_and(|time| !is_dated(&time))
}

/// Whether a record may hold more than its format has read.
fn holds_more(record: Node<'_>) -> bool {
    let structured = || record.get("syslog").is_some_and(|header| header.get("structured_data").is_some());
    record.len() >= FEW || structured()
}

fn is_open(entry: &Entry<'_>) -> bool {
    entry.actor.is_none()
        || entry.ip.is_none()
        || entry.time.is_none()
        || entry.action_code.is_none()
        || entry.action == Action::Other
}

/// Takes from a guess what an entry does not say.
fn complete<'a>(entry: &mut Entry<'a>, guess: Entry<'a>, named_by_header: bool) {
    // What the payload calls the act says more than the header's name for the program or the message.
    let named = entry.action == Action::Other && named_by_header;
    if named && guess.action != Action::Other && guess.action_code.is_some() {
        (entry.action_code, entry.activity) = (None, None);
    }
    let before =
        (entry.actor.is_none(), entry.ip.is_none(), entry.time.is_none(), entry.action_code.is_none());
    take(&mut entry.time, guess.time);
    take(&mut entry.actor, guess.actor);
    take(&mut entry.ip, guess.ip);
    take(&mut entry.user_agent, guess.user_agent);
    take(&mut entry.request, guess.request);
    take(&mut entry.session, guess.session);
    take(&mut entry.reason, guess.reason);
    if entry.action_code.is_none() && guess.action_code.is_some() {
        entry.action_code = guess.action_code;
        if entry.action == Action::Other {
            entry.action = guess.action;
        }
        entry.activity = guess.activity.or(entry.activity.take());
    }
    if entry.outcome == Outcome::Unknown {
        (entry.outcome, entry.outcome_inferred) = (guess.outcome, guess.outcome_inferred);
    }
    if entry.targets.is_empty() {
        entry.targets = guess.targets;
    }
    if entry.changes.is_empty() {
        (entry.changes, entry.inner) = (guess.changes, guess.inner);
    }
    let after =
        (entry.actor.is_none(), entry.ip.is_none(), entry.time.is_none(), entry.action_code.is_none());
    if before != after {
        entry.guessed = guess.guessed;
    }
}

fn take<T>(own: &mut Option<T>, guess: Option<T>) {
    if own.is_none() {
        *own = guess;
    }
}
