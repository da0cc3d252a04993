//! Keys: to the dialog that is open, else through the key map to an action.

use crossterm::event::{KeyCode, KeyModifiers};

use crate::present::{Line, Role, sanitise};
use crate::tui::action::{Action, Context};
use crate::tui::dialogs::{Confirm, Dialog, Input, Intent};
use crate::tui::effects::Effect;
use crate::tui::keymap::{Key, Lookup};
use crate::tui::layout::{Mode, Pane};
use crate::tui::model::{Exit, GRACE, Model};

use super::{Effects, act, dialogs, go};

/// Takes a key. A terminal that sends Esc and a letter at once means Alt with the letter, or a quick hand: where
/// nothing knows the former, it is taken for the latter.
pub(super) fn key(model: &mut Model, key: Key, effects: &mut Effects) {
    match split_alt(model, key) {
        Some(letter) => {
            press(model, Key::plain(KeyCode::Esc), effects);
            press(model, letter, effects);
        }
        None => press(model, key, effects),
    }
}

fn split_alt(model: &Model, key: Key) -> Option<Key> {
    let KeyCode::Char(letter) = key.code else { return None };
    // In a field, Alt with some letters moves by words.
    let of_field = !model.dialogs.is_empty() && "bdf".contains(letter);
    if key.modifiers != KeyModifiers::ALT || of_field {
        return None;
    }
    let mut pressed = model.pressed.clone();
    pressed.push(key);
    let known = model.skin.keymap.lookup(model.context(), &pressed);
    (known == Lookup::None).then(|| Key::char(letter))
}

fn press(model: &mut Model, key: Key, effects: &mut Effects) {
    match model.skin.keymap.lookup(Context::Global, &[key]) {
        Lookup::Action(Action::Interrupt) => interrupt(model, effects),
        Lookup::Action(action @ (Action::Suspend | Action::Redraw)) => act::run(model, action, effects),
        _ if !model.dialogs.is_empty() => dialogs::input(model, Input::Key(key), effects),
        _ => sequence(model, key, effects),
    }
}

/// Takes pasted text: a dialog's; without one it may be a link or an id to go to.
pub(super) fn paste(model: &mut Model, text: String, effects: &mut Effects) {
    if !model.dialogs.is_empty() {
        dialogs::input(model, Input::Paste(text), effects);
    } else if !go::pasted(model, &text) {
        model.toast(Role::Warning, "what was pasted is no link or id; / searches for text, & filters");
    }
}

/// Takes a key of a sequence.
fn sequence(model: &mut Model, key: Key, effects: &mut Effects) {
    model.pressed.push(key);
    match model.skin.keymap.lookup(model.context(), &model.pressed) {
        Lookup::Prefix => {}
        Lookup::Action(action) => {
            model.pressed.clear();
            act::run(model, action, effects);
        }
        Lookup::None => {
            let pressed = std::mem::take(&mut model.pressed);
            unknown(model, &pressed);
        }
    }
}

/// Says that keys mean nothing here; Esc merely leaves a sequence.
fn unknown(model: &mut Model, pressed: &[Key]) {
    if pressed.last() == Some(&Key::plain(KeyCode::Esc)) {
        return;
    }
    let names: Vec<String> = pressed.iter().map(ToString::to_string).collect();
    let help = model.skin.keymap.key_label(Action::Help).unwrap_or_default();
    model.toast(Role::Warning, format!("{} does nothing here; {help} lists the keys", names.join(" ")));
}

/// Stops what runs: an export or import, then a dialog, then the program.
fn interrupt(model: &mut Model, effects: &mut Effects) {
    if model.job.is_some() {
        effects.push(Effect::CancelJob);
    } else if model.dialogs.pop().is_none() {
        end(model, true);
    }
}

/// Goes one step back; never quits.
pub(super) fn back(model: &mut Model) {
    let undone = model.table.range_from.take().is_some() || model.detail.beside.take().is_some();
    if undone {
        return;
    }
    if model.zoom {
        model.zoom = false;
    } else if model.search.is_some() {
        model.search = None;
    } else if model.focus != Pane::Table {
        model.focus(Pane::Table);
    } else {
        model.toasts.clear();
        model.trouble = None;
    }
}

/// Closes what is open; quits where nothing is, unless something was closed just now.
pub(super) fn close(model: &mut Model) {
    let overlay = model.layout.mode != Mode::Wide && model.focus == Pane::Sidebar
        || model.layout.mode == Mode::Single && model.focus == Pane::Detail;
    let compared = model.detail.beside.take().is_some();
    if !compared && model.zoom {
        model.zoom = false;
    } else if !compared && overlay {
        model.focus(Pane::Table);
    } else if !compared {
        return quit(model);
    }
    model.closed_at = Some(model.now.running);
}

fn quit(model: &mut Model) {
    if model.closed_at.is_some_and(|at| model.now.running < at + GRACE) {
        return;
    }
    match &model.job {
        None => end(model, false),
        Some(job) => {
            let text =
                format!("{} is not done; what was written of it is removed.", sanitise::plain(&job.what));
            let confirm = Confirm::new("Quit?", vec![Line::of(Role::Text, text)], "Quit", Intent::Quit);
            model.dialogs.push(Dialog::Confirm(confirm));
        }
    }
}

/// Ends the screen.
pub(super) fn end(model: &mut Model, interrupted: bool) {
    model.exit = Some(Exit { session: crate::tui::session::save(model), interrupted });
}
