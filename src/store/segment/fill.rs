//! The values of a segment's column as a row of a table has them, each read from its dictionary once where many
//! rows share it. It gives what [`Row::of`] gives for the entry.

use std::sync::Arc;

use super::columns::DictCol;
use super::dict::{NONE, Values};
use super::probe::Names;
use super::source_number;
use super::values::{ActorValue, read_ip, read_targets, text};
use crate::domain::{Action, ActorKind, Class, Ip, Outcome, Scope};
use crate::query::Row;

/// Puts the values of one column into rows, each of which has the value with its id.
pub(crate) fn fill(rows: &mut [Row], col: DictCol, values: &Values, ids: &[u32], names: &Names) {
    match col {
        DictCol::Source => {
            let name = |value: &[u8]| names.get(&source_number(Some(value))).cloned().unwrap_or_default();
            each(rows, values, ids, name, |row, name| row.source = name);
        }
        DictCol::Digits => {
            let digits = |value: &[u8]| value.first().copied().unwrap_or_default();
            each(rows, values, ids, digits, |row, digits| row.digits = digits);
        }
        DictCol::Scope => each(rows, values, ids, |v| Scope::parse(text(v)), |row, v| row.scope = v),
        DictCol::Workspace => each(rows, values, ids, share, |row, v| row.workspace = v),
        DictCol::EventType => each(rows, values, ids, share, |row, v| row.event_type = v),
        DictCol::Class => {
            let class = |value: &[u8]| Class::parse(text(value)).unwrap_or(Class::Other);
            each(rows, values, ids, class, |row, class| row.class = class);
        }
        DictCol::Activity => each(rows, values, ids, share, |row, v| row.activity = v),
        DictCol::Action => {
            let action = |value: &[u8]| Action::parse(text(value)).unwrap_or(Action::Other);
            each(rows, values, ids, action, |row, action| row.action = action);
        }
        DictCol::ActionCode => each(rows, values, ids, share, |row, v| row.action_code = v),
        DictCol::Actor => each(rows, values, ids, read_actor, |row, (kind, label, email, id)| {
            (row.kind, row.actor, row.actor_email, row.actor_id) = (kind, label, email, id);
        }),
        DictCol::Ip => each(rows, values, ids, |v| Some(owned_ip(v)), |row, v| row.ip = v),
        DictCol::Country => each(rows, values, ids, share, |row, v| row.country = v),
        DictCol::Targets => each(rows, values, ids, read_target, |row, (kind, id, name)| {
            (row.target_type, row.target_id, row.target_name) = (kind, id, name);
        }),
        DictCol::Outcome => {
            let outcome = |value: &[u8]| Outcome::parse(text(value)).unwrap_or(Outcome::Unknown);
            each(rows, values, ids, outcome, |row, outcome| row.outcome = outcome);
        }
        DictCol::Request => each(rows, values, ids, share, |row, v| row.request = v),
        DictCol::Session => each(rows, values, ids, share, |row, v| row.session = v),
        DictCol::Format => each(rows, values, ids, |v| Arc::from(text(v)), |row, v: Arc<str>| row.format = v),
        DictCol::Changed => each(rows, values, ids, |_| true, |row, any| row.has_diff = any),
    }
}

/// Calls `set` with each row that has a value and the value, made by `read` once for each id where the
/// dictionary is not much longer than the rows are many.
fn each<T: Clone>(
    rows: &mut [Row],
    values: &Values,
    ids: &[u32],
    read: impl Fn(&[u8]) -> T,
    set: impl Fn(&mut Row, T),
) {
    let few = values.len() <= 2 * ids.len() + 16;
    let mut known: Vec<Option<T>> = if few { vec![None; values.len()] } else { Vec::new() };
    for (row, id) in rows.iter_mut().zip(ids).filter(|(_, id)| **id != NONE) {
        let value = || read(values.get(*id).unwrap_or_default());
        match known.get_mut(*id as usize) {
            Some(slot) => set(row, slot.get_or_insert_with(value).clone()),
            None => set(row, value()),
        }
    }
}

fn share(value: &[u8]) -> Option<Arc<str>> {
    Some(Arc::from(text(value)))
}

fn owned_ip(value: &[u8]) -> Ip<'static> {
    read_ip(value).into_owned()
}

type Text = Option<Arc<str>>;

fn read_actor(value: &[u8]) -> (ActorKind, Text, Text, Text) {
    let actor = ActorValue::read(value).actor();
    let share = |text: Option<&str>| text.map(Arc::from);
    (actor.kind, Some(Arc::from(actor.label())), share(actor.email.as_deref()), share(actor.id.as_deref()))
}

/// Reads the primary target.
fn read_target(value: &[u8]) -> (Text, Text, Text) {
    let share = |text: Option<&str>| text.map(Arc::from);
    let first = read_targets(value).next();
    first.map_or((None, None, None), |target| (share(target.kind), share(target.id), share(target.name)))
}
