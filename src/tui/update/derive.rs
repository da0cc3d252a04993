//! Which questions the model has for the store now. Asked after every message, so that no handler has to
//! remember to refresh anything.

use std::sync::Arc;

use crate::domain::{Timestamp, time::SECOND};
use crate::query::{Filter, edit};
use crate::tui::action::Action;
use crate::tui::dialogs::Dialog;
use crate::tui::effects::Effect;
use crate::tui::layout::Mode;
use crate::tui::model::Model;
use crate::tui::model::detail::{DetailKey, Keys, NetKey, Subject, Tab};
use crate::tui::model::selection::Selection;
use crate::tui::model::sidebar::CountsKey;
use crate::tui::model::table::ListKey;

use super::Effects;

/// Values counted of each group while one is picked from a list.
pub(super) const PICKER: usize = 1000;

/// Places everything, then sends the questions that are new.
pub(super) fn requests(model: &mut Model, effects: &mut Effects) {
    model.place();
    if model.area.width == 0 {
        return;
    }
    list(model);
    page(model, effects);
    detail(model, effects);
    counts(model, effects);
    quest(model, effects);
    errand(model, effects);
    busy(model);
}

/// Remakes the key of the list where it changed, so that others compare by pointer first.
fn list(model: &mut Model) {
    let filter = model.filter();
    let same =
        model.list.filter == filter && model.list.sort == model.sort && model.list.epoch == model.epoch;
    if !same {
        model.restored &= !model.list_made || model.list.filter == filter;
        model.list_made = true;
        model.list = Arc::new(ListKey { filter, sort: model.sort, epoch: model.epoch });
        model.table.range_from = None;
    }
}

fn page(model: &mut Model, effects: &mut Effects) {
    let Some(key) = model.table.wanted(&model.list) else { return };
    if let Some(ticket) = model.table.slot.want(key.clone()) {
        effects.push(Effect::Page(ticket, key));
    }
}

/// The entry under the cursor, where the detail is seen; it is read ahead of being seen too, since opening it
/// must not wait.
fn detail(model: &mut Model, effects: &mut Effects) {
    let subject = match model.detail.beside.clone() {
        Some(Subject::Net(_)) => Subject::Net(Box::new(net_key(model))),
        Some(beside) => beside,
        None => match model.current() {
            Some(id) => Subject::Entry(id),
            None => {
                if model.table.total == 0 && !model.table.slot.loading() {
                    model.detail.slot.clear();
                }
                return;
            }
        },
    };
    let other = model.detail.slot.key().is_some_and(|key| key.subject != subject);
    if other && !matches!(model.detail.tab, Tab::Raw | Tab::Metadata) {
        // Parts are numbered anew.
        model.detail.folded.clear();
    }
    match (&subject, other) {
        (Subject::Net(_), false) => model.detail.want_more(),
        _ => model.detail.more_objects = 0,
    }
    let mut making = model.detail.making(model.times.zone(), model.skin.ascii, diff_keys(model));
    if making.width == 0 {
        making.width = usize::from(model.area.width);
    }
    let key = DetailKey { subject, making, epoch: model.epoch };
    if let Some(ticket) = model.detail.slot.want(key.clone()) {
        effects.push(Effect::Detail(ticket, Box::new(key)));
    }
}

/// Which entries a net change is of now: those that the filter lets through, within its range.
pub(super) fn net_key(model: &Model) -> NetKey {
    let now = model.selections.now();
    let log = Filter { expr: now.log.condition() };
    let filter = log.and(&edit::without_time(&model.shown_filter()));
    NetKey { filter, span: now.span().unwrap_or_default() }
}

fn diff_keys(model: &Model) -> Keys {
    let key = |action| model.skin.keymap.key_label(action).unwrap_or_else(|| "palette".to_owned());
    Keys {
        unchanged: key(Action::ToggleUnchanged),
        noise: key(Action::ToggleNoise),
        arrays: key(Action::ToggleArrays),
        diff: key(Action::ShowDiff),
    }
}

fn counts(model: &mut Model, effects: &mut Effects) {
    let empty = model.table.total == 0 && model.table.list.as_ref() == Some(&model.list);
    let selection = model.selections.now();
    let ranged = selection.span().is_some();
    let beyond = (empty && ranged).then(|| {
        let filter = edit::without_time(&selection.filter);
        Selection { filter, ..selection.clone() }.effective()
    });
    let top = if model.picking.is_some() { PICKER } else { model.sidebar.top_wanted() };
    let key = CountsKey {
        filter: model.selections.now().filter_if_on(),
        derived: model.derived_now().cloned(),
        log: Filter { expr: selection.log.condition() },
        top,
        buckets: buckets(model),
        empty,
        beyond,
        span: selection.span(),
        epoch: model.epoch,
    };
    if let Some(ticket) = model.sidebar.slot.want(key.clone()) {
        effects.push(Effect::Counts(ticket, Box::new(key)));
    }
}

/// Steps of the histogram: as many as its columns, in steps of ten so that small changes of the size ask
/// nothing.
fn buckets(model: &Model) -> usize {
    let table = model.layout.table.map_or(0, |table| table.histogram.width);
    let wanted = if model.layout.mode == Mode::TooSmall { 0 } else { usize::from(table) };
    (wanted / 10 * 10).max(30)
}

fn quest(model: &mut Model, effects: &mut Effects) {
    super::go::derived_at_first(model);
    let Some(quest) = model.wanted.take() else { return };
    if let Some(ticket) = model.quest.want(quest.clone()) {
        effects.push(Effect::Quest(ticket, Box::new(quest)));
    }
}

/// What the topmost dialog wants to know, one thing after the other. What it no longer wants is given up.
fn errand(model: &mut Model, effects: &mut Effects) {
    let wants = model.dialogs.last().map(Dialog::wants).unwrap_or_default();
    if model.errand.loading() && model.errand.key().is_some_and(|key| wants.contains(key)) {
        return;
    }
    match wants.into_iter().next() {
        Some(want) => {
            if let Some(ticket) = model.errand.want(want.clone()) {
                effects.push(Effect::Errand(ticket, want));
            }
        }
        // A search of all text would keep the processors from the next key.
        None if model.errand.loading() => {
            model.errand.reset();
            effects.push(Effect::GiveUp);
        }
        None => {}
    }
}

fn busy(model: &mut Model) {
    let waiting = model.waiting();
    model.busy_since = match model.busy_since {
        Some(since) if waiting => Some(since),
        _ if waiting => Some(model.now.running),
        _ => None,
    };
}

/// The minute that the clock shows ends then.
pub(crate) fn next_minute(wall: Timestamp) -> i64 {
    let minute = 60 * SECOND;
    minute - wall.0.rem_euclid(minute)
}
