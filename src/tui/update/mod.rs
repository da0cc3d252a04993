//! What happens changes the model and asks for effects. Pure: no clock, file, environment, thread or store.
//!
//! No handler asks the store for anything: after every message the questions are derived from the model
//! (`derive`), and those that are new are sent.

mod act;
mod answers;
mod copy;
mod derive;
mod dialogs;
mod filters;
mod go;
mod keys;
mod mouse;
mod moves;

use super::effects::Effect;
use super::model::Model;
use super::msg::{Msg, Now};

/// What a handler wants done.
pub type Effects = Vec<Effect>;

/// Takes a message; returns what is to be done.
pub fn update(model: &mut Model, msg: Msg) -> Effects {
    let mut effects = Effects::new();
    let silent = matches!(msg, Msg::Time(_));
    match msg {
        Msg::Time(now) => time(model, now),
        Msg::Key(key) => keys::key(model, key, &mut effects),
        Msg::Paste(text) => keys::paste(model, text, &mut effects),
        Msg::Mouse(event) => mouse::mouse(model, event, &mut effects),
        Msg::Resize(width, height) => model.area = ratatui::layout::Rect::new(0, 0, width, height),
        Msg::Resumed => effects.push(Effect::Repaint),
        Msg::Suspend => effects.push(Effect::Suspend),
        Msg::Terminate => keys::end(model, true),
        answer => answers::take(model, answer, &mut effects),
    }
    if !silent {
        model.changed = true;
    }
    derive::requests(model, &mut effects);
    effects
}

/// Returns the logs there are; the one looked at is always among them.
pub fn logs(model: &Model) -> Vec<super::model::selection::Log> {
    filters::logs(model)
}

/// Begins on the entry whose id begins so.
pub fn start_at(model: &mut Model, prefix: crate::domain::IdPrefix) {
    go::to_id(model, prefix);
}

/// Returns the nanoseconds until the clock of the screen shows another minute.
pub fn next_minute(wall: crate::domain::Timestamp) -> i64 {
    derive::next_minute(wall)
}

/// Returns the command line that shows the same entries.
pub fn command(model: &Model) -> String {
    copy::command(model)
}

/// Returns a number with its word.
pub fn count_text(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", super::view::paint::number(number), if number == 1 { one } else { many })
}

/// A number with its word.
fn count(number: u64, one: &str, many: &str) -> String {
    count_text(number, one, many)
}

/// The clock moved. Only what the screen shows of it makes the screen be drawn again.
fn time(model: &mut Model, now: Now) {
    let minute = |now: &Now| now.wall.map(|at| at.0.div_euclid(60 * crate::domain::time::SECOND));
    let minutes_differ = minute(&now) != minute(&model.now);
    let was_busy = model.busy();
    let step = |now: &Now| now.running.as_millis() / 250;
    let steps_differ = step(&now) != step(&model.now);
    model.now = now;
    let toasts = model.toasts.len();
    model.toasts.retain(|toast| toast.until > now.running);
    let busy = model.busy();
    if minutes_differ || toasts != model.toasts.len() || busy != was_busy || busy && steps_differ {
        model.changed = true;
    }
}
