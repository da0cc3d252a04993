//! The screen: model, messages, update, effects, view. The only place that knows a terminal.
//!
//! `key -> keymap -> Action -> update(&mut Model, Msg) -> Vec<Effect>`, and `view(&Model)` by shared reference.
//! Model, update, layout and view are pure; effects run on named threads and come back as messages through
//! one inbox. Nothing here waits for a query.

pub mod action;
pub mod keymap;
pub mod theme;
pub mod widgets;
pub mod dialogs;
pub mod layout;
pub mod model;
pub mod msg;
pub mod effects;
pub mod worker;
pub mod readers;
pub mod session;
pub mod running;
pub mod shell;
pub mod exporting;
pub mod importing;
pub mod loading;
pub mod tidy;
pub mod run;
pub mod update;
pub mod panes;
pub mod view;
pub use run::{RunOptions, run};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod terminal;
pub mod clipboard;
