//! The byte sequences that take a terminal over and give it back.

use std::io::{self, Write};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::queue;
use crossterm::style::{Attribute, ResetColor, SetAttribute};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};

/// What is switched on beside raw mode, the alternate screen and bracketed paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modes {
    /// The mouse is ours.
    pub mouse: bool,
    /// Esc is sent so that it cannot be taken for the beginning of another key.
    pub disambiguate: bool,
}

impl Modes {
    /// Nothing more.
    pub const PLAIN: Modes = Modes { mouse: false, disambiguate: false };

    /// Returns what suits a terminal of this `TERM`. Those that know nothing of the keyboard protocol ignore
    /// its sequence; asking first would hold the first frame up. A few old ones would show it.
    pub fn for_term(term: &str, mouse: bool) -> Modes {
        let old =
            ["", "dumb", "linux", "vt100", "vt220", "ansi"].contains(&term) || term.starts_with("screen");
        Modes { mouse, disambiguate: !old }
    }
}

/// Writes what takes a terminal over.
pub(super) fn write_enter(out: &mut impl Write, modes: Modes) -> io::Result<()> {
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    // Behind the change of screens: a terminal keeps the flags of each apart.
    if modes.disambiguate {
        queue!(out, PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES))?;
    }
    if modes.mouse {
        write_mouse(out, true)?;
    }
    out.flush()
}

/// Writes what gives it back, in the reverse order. A frame that was cut off by a panic is ended first.
pub(super) fn write_leave(out: &mut impl Write, modes: Modes) -> io::Result<()> {
    queue!(out, EndSynchronizedUpdate, ResetColor, SetAttribute(Attribute::Reset))?;
    if modes.mouse {
        write_mouse(out, false)?;
    }
    if modes.disambiguate {
        queue!(out, PopKeyboardEnhancementFlags)?;
    }
    queue!(out, DisableBracketedPaste, LeaveAlternateScreen, Show)?;
    out.flush()
}

/// Writes what switches the mouse.
pub(super) fn write_mouse(out: &mut impl Write, on: bool) -> io::Result<()> {
    if on { queue!(out, EnableMouseCapture) } else { queue!(out, DisableMouseCapture) }
}
