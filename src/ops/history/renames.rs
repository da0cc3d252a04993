//! Objects whose name identifies them, over the acts that renamed them.
//!
//! A format says which of its codes rename (`renames` in `[state]`): the target of such an entry has the old name as
//! its id and the new one as its name, so the columns of the store hold both. An object is a chain of names, each
//! from one act to the next; who takes a name that another left, or lost, is another object. Pure.

use std::collections::HashMap;
use std::sync::Arc;

use super::ObjectKey;
use crate::domain::{Field, Outcome, TimeSpan, Timestamp};
use crate::query::{Expr, Filter, Pattern, Row, Term};
use crate::store::Interpret;

/// Tells which object an entry acts on.
#[derive(Clone)]
pub struct Objects {
    interpret: Arc<dyn Interpret>,
    renames: Arc<Renames>,
}

/// The acts that renamed objects, the oldest first, by format, workspace and type.
#[derive(Debug, Default)]
pub struct Renames(HashMap<Kin, Vec<Rename>>);

/// What may be renamed into one another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kin {
    format: Arc<str>,
    workspace: Option<Arc<str>>,
    kind: Option<Arc<str>>,
}

/// One act of renaming.
#[derive(Clone, Debug, PartialEq)]
struct Rename {
    at: Timestamp,
    from: Arc<str>,
    to: Arc<str>,
}

/// A name of an object and when it had it.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The name, which is its id.
    pub name: Arc<str>,
    /// From when until when.
    pub span: TimeSpan,
}

impl Renames {
    /// Takes the rows of acts that rename, of which those count that were done and name both.
    pub fn of(mut rows: Vec<Row>, interpret: &dyn Interpret) -> Renames {
        rows.sort_by_key(|row| row.position.time);
        let mut all: HashMap<Kin, Vec<Rename>> = HashMap::new();
        for row in rows {
            let (Some(from), Some(to), Some(at)) = (&row.target_id, &row.target_name, row.position.time)
            else {
                continue;
            };
            if from == to || matches!(row.outcome, Outcome::Failure | Outcome::Denied) {
                continue;
            }
            let Some(key) = ObjectKey::stated(&row, interpret) else { continue };
            let rename = Rename { at, from: from.clone(), to: to.clone() };
            all.entry(Kin::of(&key)).or_default().push(rename);
        }
        Renames(all)
    }

    /// Whether nothing was renamed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the object that has an id at an instant: under its latest name.
    fn settle(&self, mut key: ObjectKey, at: Option<Timestamp>) -> ObjectKey {
        let Some(acts) = self.0.get(&Kin::of(&key)) else { return key };
        // Without a time it is taken for the one that has the name now.
        let mut from = at.map_or(acts.len(), |at| acts.partition_point(|act| act.at < at));
        let mut taken_at = at;
        while let Some((nr, act)) = next(acts, from, &key.id) {
            if act.from != key.id {
                // Its own renaming, or that of another object that took the name.
                if taken_at == Some(act.at) {
                    from = nr + 1;
                    continue;
                }
                key.until = Some(act.at);
                break;
            }
            (key.id, taken_at, from) = (act.to.clone(), Some(act.at), nr + 1);
        }
        key
    }

    /// Returns the names of an object, the latest first.
    fn names(&self, key: &ObjectKey) -> Vec<Called> {
        let none = Vec::new();
        let acts = self.0.get(&Kin::of(key)).unwrap_or(&none);
        let mut behind = key.until.map_or(acts.len(), |until| acts.partition_point(|act| act.at < until));
        let (mut name, mut until, mut names) = (key.id.clone(), key.until, Vec::new());
        loop {
            let last = acts[..behind].iter().rposition(|act| act.to == name || act.from == name);
            let Some((nr, act)) = last.map(|nr| (nr, &acts[nr])) else {
                names.push(Called { name, span: TimeSpan { from: None, until } });
                return names;
            };
            // The act that gave the name is the object's own; one by which another left it is not.
            let own = act.to == name;
            let from = if own { act.at } else { behind_of(act.at) };
            names.push(Called { name: name.clone(), span: TimeSpan { from: Some(from), until } });
            if !own {
                return names;
            }
            (name, until, behind) = (act.from.clone(), Some(behind_of(act.at)), nr);
        }
    }
}

/// The first instant behind an act.
fn behind_of(at: Timestamp) -> Timestamp {
    Timestamp(at.0.saturating_add(1))
}

/// Returns the first act from a number on that gives or takes a name.
fn next<'a>(acts: &'a [Rename], from: usize, name: &str) -> Option<(usize, &'a Rename)> {
    let is = |act: &Rename| *act.from == *name || *act.to == *name;
    acts.iter().enumerate().skip(from).find(|(_, act)| is(act))
}

impl Kin {
    fn of(key: &ObjectKey) -> Kin {
        Kin { format: key.format.clone(), workspace: key.workspace.clone(), kind: key.kind.clone() }
    }
}

impl Objects {
    /// Returns what tells objects apart under these acts of renaming.
    pub fn new(interpret: Arc<dyn Interpret>, renames: Arc<Renames>) -> Objects {
        Objects { interpret, renames }
    }

    /// Returns the object that a row's entry acts on; `None` where it has no target.
    pub fn of(&self, row: &Row) -> Option<ObjectKey> {
        let key = ObjectKey::stated(row, self.interpret.as_ref())?;
        Some(self.renames.settle(key, row.position.time))
    }

    /// Returns the names that identified an object, the latest first; its id alone where it was never renamed.
    pub fn names(&self, key: &ObjectKey) -> Vec<Called> {
        self.renames.names(key)
    }

    /// Returns a filter that lets through what it did and, where it names an object that was renamed by a name it
    /// had, the object's other entries; `None` where it names none.
    pub fn widened(&self, filter: &Filter) -> Option<Filter> {
        if self.renames.is_empty() {
            return None;
        }
        let expr = self.wide(&filter.expr);
        (expr != filter.expr).then_some(Filter { expr })
    }

    fn wide(&self, expr: &Expr) -> Expr {
        let all = |terms: &[Expr]| terms.iter().map(|term| self.wide(term)).collect();
        match expr {
            Expr::And(terms) => Expr::And(all(terms)),
            Expr::Or(terms) => Expr::Or(all(terms)),
            Expr::Not(inner) => Expr::Not(Box::new(self.wide(inner))),
            Expr::Term(Term::Value(Field::Target | Field::TargetId, patterns)) => {
                let mut terms: Vec<Expr> =
                    patterns.iter().filter_map(exact).flat_map(|text| self.others(text)).collect();
                if terms.is_empty() {
                    return expr.clone();
                }
                terms.insert(0, expr.clone());
                Expr::Or(terms)
            }
            Expr::All | Expr::Term(_) => expr.clone(),
        }
    }

    /// The conditions on what objects, that had a name at some time, were called at others.
    fn others(&self, name: &str) -> Vec<Expr> {
        self.had(name).iter().flat_map(|key| self.conditions(key)).collect()
    }

    /// Returns the objects that had a name and were renamed.
    fn had(&self, name: &str) -> Vec<ObjectKey> {
        let mut keys = Vec::new();
        for (kin, acts) in &self.renames.0 {
            for act in acts.iter().filter(|act| *act.from == *name || *act.to == *name) {
                let key = self.renames.settle(kin.key(act.from.clone()), Some(act.at));
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// Returns one condition for each name of an object: its entries under that name.
    fn conditions(&self, key: &ObjectKey) -> Vec<Expr> {
        let condition = |called: Called| {
            let mut terms =
                vec![Expr::value(Field::Target, &called.name), Expr::value(Field::Format, &key.format)];
            if called.span != TimeSpan::default() {
                terms.push(Expr::within(called.span));
            }
            terms.extend(key.workspace.iter().map(|name| Expr::value(Field::Workspace, name)));
            terms.extend(key.kind.iter().map(|kind| Expr::value(Field::TargetType, kind)));
            Expr::And(terms)
        };
        self.names(key).into_iter().map(condition).collect()
    }

    /// Returns the filter for the entries of a row's object where its name alone is not enough: it had several, or
    /// others had it too.
    pub fn entries_of(&self, row: &Row) -> Option<Filter> {
        let key = self.of(row).filter(|_| !self.renames.is_empty())?;
        let names = self.names(&key);
        let alone = names.iter().all(|called| called.span == TimeSpan::default());
        (!alone).then(|| Expr::Or(self.conditions(&key)).into())
    }

    /// Returns the objects that a filter names and that were renamed: the names of each, the latest first.
    pub fn renamed(&self, filter: &Filter) -> Vec<Vec<Called>> {
        let mut texts = Vec::new();
        exact_targets(&filter.expr, &mut texts);
        let mut keys: Vec<ObjectKey> = Vec::new();
        for key in texts.into_iter().flat_map(|text| self.had(text)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.iter().map(|key| self.names(key)).collect()
    }
}

/// Whether a filter names a target.
pub fn names_target(filter: &Filter) -> bool {
    let mut texts = Vec::new();
    exact_targets(&filter.expr, &mut texts);
    !texts.is_empty()
}

/// Adds the names of targets that conditions want exactly.
fn exact_targets<'e>(expr: &'e Expr, texts: &mut Vec<&'e str>) {
    match expr {
        Expr::And(terms) | Expr::Or(terms) => terms.iter().for_each(|term| exact_targets(term, texts)),
        Expr::Not(inner) => exact_targets(inner, texts),
        Expr::Term(Term::Value(Field::Target | Field::TargetId, patterns)) => {
            texts.extend(patterns.iter().filter_map(exact));
        }
        Expr::All | Expr::Term(_) => {}
    }
}

fn exact(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::Exact(text) => Some(text),
        _ => None,
    }
}

impl Kin {
    fn key(&self, id: Arc<str>) -> ObjectKey {
        let Kin { format, workspace, kind } = self.clone();
        ObjectKey { format, workspace, kind, id, until: None }
    }
}

#[cfg(test)]
mod tests;
