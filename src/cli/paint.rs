//! Whether standard output gets colours, and the characters that marks are drawn with.

use super::context::Context;
use super::output;
use crate::config::ColorMode;
use crate::present::Charset;
use crate::present::ansi::Paint;

/// Returns the characters that marks are drawn with.
pub(super) fn charset(context: &Context) -> Charset {
    if context.config.settings.ascii { Charset::Ascii } else { Charset::Unicode }
}

/// Returns whether to use colours.
pub(super) fn paint(context: &Context) -> Paint {
    let colours = match context.config.settings.color {
        ColorMode::Always => true,
        ColorMode::Never => false,
        ColorMode::Auto => output::to_terminal() && !context.config.no_color,
    };
    if colours { Paint::Ansi } else { Paint::Plain }
}
