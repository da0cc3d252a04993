//! Small things to draw, each a function from what it shows into a buffer. They hold no state but
//! [`TextField`], and know no store, clock or file.

mod bars;
mod field;
mod frame;
mod hint_bar;
mod hyperlink;
mod list;
mod paint;
mod picker;
mod tabs;
mod toast;
mod which_key;

pub use bars::{histogram, progress, scroll_mark};
pub use field::TextField;
pub use frame::{frame, middle};
pub use hint_bar::hint_bar;
pub use hyperlink::hyperlink;
pub use list::{Step, step, window};
pub use paint::{Look, fill, line, text};
pub use picker::Picker;
pub use tabs::{Tab, tabs};
pub use toast::{Toast, toast};
pub use which_key::which_key;

#[cfg(test)]
mod tests;
