//! Answers from threads: into their slots, or dropped where nobody waits for them any more.

use crate::present::{Role, sanitise};
use crate::store::Generation;
use crate::tui::dialogs::{Supply, Want};
use crate::tui::effects::Effect;
use crate::tui::model::Model;
use crate::tui::model::slot::Ticket;
use crate::tui::msg::{Answered, Exported, Found, Imported, Msg};

use super::{Effects, count, go};

/// Takes an answer.
pub(super) fn take(model: &mut Model, msg: Msg, effects: &mut Effects) {
    match msg {
        Msg::Live(live) => model.follow(live),
        Msg::Generation(generation) => generation_seen(model, generation),
        Msg::FirstRows(ticket, rows) => first_rows(model, ticket, &rows),
        Msg::Page(ticket, answer) => page(model, ticket, answer),
        Msg::Detail(ticket, answer) => {
            let taken = model.detail.slot.answer(ticket, answer).is_some();
            if taken {
                model.detail.settle();
            }
        }
        Msg::Facets(ticket, answer) => {
            let of = answer.as_ref().ok().map(|counts| counts.generation);
            let taken = model.sidebar.slot.answer(ticket, answer).is_some();
            if taken {
                of.into_iter().for_each(|generation| answered(model, generation));
                model.trouble = model.sidebar.slot.error().map(str::to_owned).or(model.trouble.take());
                super::dialogs::pick(model);
            }
        }
        Msg::Supplied(ticket, answer) => supplied(model, ticket, answer),
        Msg::Found(ticket, answer) => found(model, ticket, answer),
        Msg::Loading(progress) => model.read_on(progress),
        Msg::Written(answer) => written(model, answer),
        Msg::Copied(copied) => {
            let role = if copied.done() { Role::Good } else { Role::Error };
            model.toast(role, copied.toast());
            effects.extend(copied.sequence.map(Effect::Send));
        }
        Msg::CopyFailed(text) => model.toast(Role::Error, text),
        Msg::CopyReady(what, text) => effects.push(Effect::Copy { what, text }),
        Msg::Browsed(Ok(text)) => model.toast(Role::Text, text),
        Msg::Browsed(Err(text)) => model.toast(Role::Error, text),
        Msg::JobProgress(done, total) => {
            if let Some(job) = &mut model.job {
                (job.done, job.total) = (done, total);
            }
        }
        Msg::Exported(answer) => exported(model, answer),
        Msg::ImportWaits(who) => import_waits(model, &who),
        Msg::Imported(answer) => imported(model, answer),
        Msg::WorkerDied(name, what) => {
            let what = sanitise::plain(&what);
            model.trouble = Some(format!("the {name} worker failed and was started again: {what}"));
        }
        _ => {}
    }
}

/// Another process published something, or this one did: what is held is asked again.
fn generation_seen(model: &mut Model, generation: Generation) {
    if generation > model.generation {
        if model.generation != Generation::default() {
            model.epoch += 1;
        }
        model.generation = generation;
    }
}

/// An answer is of this state of the store: where others were of another, all is asked again, so that what one frame
/// shows is of one state in the end. An old one is asked again as well: states only ever get newer.
fn answered(model: &mut Model, generation: Generation) {
    if generation < model.generation {
        model.epoch += 1;
    }
    generation_seen(model, generation);
}

fn first_rows(model: &mut Model, ticket: Ticket, rows: &[crate::query::Row]) {
    if !model.table.slot.awaits(ticket) {
        return;
    }
    let Some(key) = model.table.slot.key().cloned() else { return };
    model.table.take_first(&key, rows);
}

fn page(model: &mut Model, ticket: Ticket, answer: Answered<(Generation, crate::query::Page)>) {
    if !model.table.slot.awaits(ticket) {
        return;
    }
    let Some(key) = model.table.slot.key().cloned() else { return };
    match answer {
        Ok((generation, page)) => {
            answered(model, generation);
            model.table.slot.answer(ticket, Ok(()));
            model.table.take(&key, page);
            model.trouble = None;
        }
        Err(error) => {
            model.trouble = Some(error.clone());
            model.table.slot.answer(ticket, Err(error));
        }
    }
}

fn supplied(model: &mut Model, ticket: Ticket, answer: Answered<Supply>) {
    if !model.errand.awaits(ticket) {
        return;
    }
    let want = model.errand.key().cloned();
    let supply = match (answer, want) {
        (Ok(supply), _) => supply,
        (Err(error), Some(Want::Count(filter))) => Supply::Count(filter, Err(error)),
        (Err(error), _) => {
            model.toast(Role::Error, error.clone());
            model.errand.answer(ticket, Err(error));
            return;
        }
    };
    // The next dialog may want to know the same.
    model.errand.reset();
    if let Some(dialog) = model.dialogs.last_mut() {
        dialog.supply(supply);
    }
}

fn found(model: &mut Model, ticket: Ticket, answer: Answered<Found>) {
    if !model.quest.awaits(ticket) {
        return;
    }
    let Some(quest) = model.quest.key().cloned() else { return };
    match answer {
        Ok(what) => {
            model.quest.answer(ticket, Ok(()));
            go::found(model, &quest, what);
        }
        Err(error) => {
            model.toast(Role::Error, error.clone());
            model.quest.answer(ticket, Err(error));
        }
    }
}

fn written(model: &mut Model, answer: Answered<String>) {
    match answer {
        Ok(what) => {
            // Rows carry the marks of notes and bookmarks.
            model.epoch += 1;
            model.toast(Role::Good, what);
        }
        Err(error) => model.toast(Role::Error, error),
    }
}

fn exported(model: &mut Model, answer: Answered<Exported>) {
    let partial = model.job.take().is_some_and(|job| job.partial);
    match answer {
        Ok(Exported { path: None, .. }) => {
            model.toast(Role::Warning, "export stopped; nothing was kept of it");
        }
        Ok(Exported { rows, path: Some(path), note }) => {
            let rows = count(rows, "row", "rows");
            let path = sanitise::plain(&path.display().to_string());
            let mut note = if note.is_empty() { String::new() } else { format!("; {note}") };
            if partial {
                note.push_str("; only what was read by then: files were still being read");
            }
            let role = if partial { Role::Warning } else { Role::Good };
            model.toast(role, format!("{rows} written to {path}{note}"));
        }
        Err(error) => model.trouble = Some(error),
    }
}

/// Another process writes to the store; that may take as long as it likes.
fn import_waits(model: &mut Model, who: &str) {
    let who = if who.is_empty() { "another process" } else { who };
    let text = format!("{} writes to this store; the import waits for it to end", sanitise::plain(who));
    model.toast(Role::Warning, text);
}

fn imported(model: &mut Model, answer: Answered<Imported>) {
    model.job = None;
    match answer {
        Ok(Imported { text: None, .. }) => {
            model.toast(Role::Warning, "import stopped; the store is as it was");
        }
        Ok(Imported { text: Some(text), whole }) => {
            let role = if whole { Role::Good } else { Role::Warning };
            model.toast(role, sanitise::plain(&text));
        }
        Err(error) => model.trouble = Some(sanitise::plain(&error)),
    }
}
