//! The screen: model, messages, update, effects, view. The only place that knows a terminal.

pub mod action;
pub mod keymap;
pub mod theme;
pub mod widgets;
pub mod dialogs;
pub mod terminal;
pub mod clipboard;
