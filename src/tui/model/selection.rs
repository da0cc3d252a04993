//! What is looked at: a log, a filter, and the steps taken. Pure.

use std::sync::Arc;

use crate::domain::{Field, TimeSpan};
use crate::query::{Expr, Filter, Term};

/// Steps that can be taken back.
const STEPS: usize = 200;

/// One log: a tab of the header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Log {
    /// Everything.
    #[default]
    All,
    /// The account's own log.
    Account,
    /// The log of one workspace.
    Workspace(Arc<str>),
}

impl Log {
    /// Returns the condition that an entry is of this log.
    pub fn condition(&self) -> Expr {
        match self {
            Log::All => Expr::All,
            Log::Account => Expr::value(Field::Scope, "account"),
            Log::Workspace(name) => Expr::value(Field::Workspace, name),
        }
    }

    /// Returns its name as the header shows it.
    pub fn title(&self) -> &str {
        match self {
            Log::All => "all",
            Log::Account => "account",
            Log::Workspace(name) => name,
        }
    }
}

/// What is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Which log.
    pub log: Log,
    /// The filter, whether or not it is on.
    pub filter: Filter,
    /// The filter is switched off.
    pub off: bool,
}

impl Selection {
    /// Returns the filter in force: the log's condition, and the filter unless it is off.
    pub fn effective(&self) -> Filter {
        let log = Filter { expr: self.log.condition() };
        if self.off { log } else { log.and(&self.filter) }
    }

    /// Returns the filter, or none where it is off.
    pub fn filter_if_on(&self) -> Filter {
        if self.off { Filter::all() } else { self.filter.clone() }
    }

    /// Returns the span of time the filter in force lets through.
    pub fn span(&self) -> Option<TimeSpan> {
        if self.off { None } else { time_span(&self.filter) }
    }
}

/// Returns the span that the time terms at the top of a filter leave; `None` without any.
pub fn time_span(filter: &Filter) -> Option<TimeSpan> {
    let spans = filter.conjuncts().iter().filter_map(|term| match term {
        Expr::Term(Term::Time(time)) => Some(time.span),
        _ => None,
    });
    spans.reduce(|a, b| a.and(&b))
}

/// The selection now, with the ones before and after it.
#[derive(Clone, Debug, Default)]
pub struct Selections {
    now: Selection,
    undo: Vec<Selection>,
    redo: Vec<Selection>,
}

impl Selections {
    /// Starts with a selection and no steps.
    pub fn new(now: Selection) -> Selections {
        Selections { now, undo: Vec::new(), redo: Vec::new() }
    }

    /// Returns the selection now.
    pub fn now(&self) -> &Selection {
        &self.now
    }

    /// Takes a step. Returns false where it changes nothing.
    pub fn change(&mut self, next: Selection) -> bool {
        if next == self.now {
            return false;
        }
        self.undo.push(std::mem::replace(&mut self.now, next));
        let surplus = self.undo.len().saturating_sub(STEPS);
        self.undo.drain(..surplus);
        self.redo.clear();
        true
    }

    /// Replaces the filter; switches filters on.
    pub fn filter(&mut self, filter: Filter) -> bool {
        let next = Selection { filter, off: false, ..self.now.clone() };
        self.change(next)
    }

    /// Takes the last step back.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else { return false };
        self.redo.push(std::mem::replace(&mut self.now, before));
        true
    }

    /// Takes a step again that was taken back.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.redo.pop() else { return false };
        self.undo.push(std::mem::replace(&mut self.now, after));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(value: &str) -> Filter {
        Filter { expr: Expr::value(Field::Activity, value) }
    }

    #[test]
    fn steps_go_back_and_forth() {
        let mut steps = Selections::default();
        assert!(steps.filter(filter("Campaign")));
        assert!(!steps.filter(filter("Campaign")), "no change is no step");
        assert!(steps.filter(filter("Role")));
        assert!(steps.undo());
        assert_eq!(steps.now().filter, filter("Campaign"));
        assert!(steps.redo() && !steps.redo());
        assert!(steps.undo() && steps.undo() && !steps.undo());
        assert_eq!(*steps.now(), Selection::default());
    }

    #[test]
    fn a_new_step_forgets_what_was_undone() {
        let mut steps = Selections::default();
        steps.filter(filter("a"));
        steps.undo();
        steps.filter(filter("b"));
        assert!(!steps.redo());
    }

    #[test]
    fn filters_off_leave_the_log() {
        let log = Log::Workspace("staging".into());
        let on = Selection { log, filter: filter("Role"), off: false };
        assert_eq!(on.effective().conjuncts().len(), 2);
        let off = Selection { off: true, ..on };
        assert_eq!(off.effective().expr, Expr::value(Field::Workspace, "staging"));
    }
}
