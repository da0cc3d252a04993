//! The terminal: taken over, drawn on between two marks, and given back exactly once whatever happens.
//!
//! Raw mode, the alternate screen, bracketed paste, the keyboard's disambiguation, the mouse and the cursor
//! are undone on quit, error, panic, SIGTERM, SIGHUP, SIGINT and suspend. This module and `clipboard` are the
//! only ones of the screen that act on the world outside.

mod canvas;
mod events;
mod modes;
mod output;
mod panic;
#[cfg(unix)]
mod signals;

use std::io::{self, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Hide;
use crossterm::terminal::{Clear, ClearType};
use crossterm::{queue, style};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub use events::{TerminalEvent, spawn_reader};
pub use modes::Modes;
pub use panic::{install_panic_hook, take_panics};
pub use signals::ended_by;

use canvas::Canvas;
use output::Output;

/// Whether the terminal is taken over. Process-wide, as the terminal is.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// The modes that were switched on, for whoever has to switch them off.
static CURRENT: Mutex<Modes> = Mutex::new(Modes::PLAIN);

/// The terminal while the program draws on it. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    canvas: Canvas,
    output: Output,
    modes: Modes,
}

impl Screen {
    /// Takes the terminal over. Call [`install_panic_hook`] before.
    ///
    /// # Errors
    /// The terminal refused raw mode or could not be written to; it is left as it was.
    pub fn enter(modes: Modes) -> io::Result<Screen> {
        // With NO_COLOR, crossterm would also swallow reverse and bold. The theme without colours is ours to
        // choose, so that a selection stays visible.
        style::force_color_output(true);
        take_over(modes)?;
        match crossterm::terminal::size() {
            Ok((width, height)) => {
                Ok(Screen { canvas: Canvas::new(width, height), output: Output::default(), modes })
            }
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Draws a frame and writes what it changes on the screen, in one write; nothing where it changes nothing. `view`
    /// gets an empty buffer and returns where the cursor is to be seen. Terminals that can hold a frame back until it
    /// is complete do.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn draw(&mut self, view: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<()> {
        let cursor = view(self.canvas.next());
        self.canvas.write(cursor, &mut self.output)?;
        self.output.flush()
    }

    /// Writes a sequence that draws nothing, such as a copy by OSC 52, in one go between two frames.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn write_between_frames(&mut self, sequence: &str) -> io::Result<()> {
        self.output.write_all(sequence.as_bytes())?;
        self.output.flush()
    }

    /// Makes the next frame draw every cell anew.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn redraw(&mut self) -> io::Result<()> {
        let (width, height) = self.canvas.size();
        self.begin(width, height)
    }

    /// Makes the next frames as large as the terminal is now.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn resize(&mut self, width: u16, height: u16) -> io::Result<()> {
        if self.canvas.size() == (width, height) { Ok(()) } else { self.begin(width, height) }
    }

    /// Begins on an empty screen of this size.
    fn begin(&mut self, width: u16, height: u16) -> io::Result<()> {
        self.canvas = Canvas::new(width, height);
        queue!(self.output, Hide, Clear(ClearType::All))
    }

    /// Lets the program use the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.modes.mouse = on;
        *current() = self.modes;
        modes::write_mouse(&mut self.output, on)?;
        self.output.flush()
    }

    /// Gives the terminal back, stops the process until it is continued, and takes the terminal over again.
    ///
    /// # Errors
    /// The terminal could not be taken over again.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        stop_self();
        self.resume()
    }

    /// Takes the terminal over again after the process was stopped and continued by others.
    ///
    /// # Errors
    /// The terminal could not be taken over.
    pub fn resume(&mut self) -> io::Result<()> {
        restore();
        take_over(self.modes)?;
        let (width, height) = self.size()?;
        self.begin(width, height)
    }

    /// Returns columns and rows.
    ///
    /// # Errors
    /// The terminal did not say.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Returns how many columns the terminal has; `None` where there is no terminal.
pub fn columns() -> Option<usize> {
    crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns))
}

/// Gives the terminal back; does nothing where that was done already.
pub fn restore() {
    if ACTIVE.swap(false, Ordering::SeqCst) {
        let modes = *current();
        // Nobody is left to be told that the terminal is gone.
        let _ = modes::write_leave(&mut io::stdout().lock(), modes);
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

fn take_over(modes: Modes) -> io::Result<()> {
    crossterm::terminal::enable_raw_mode()?;
    *current() = modes;
    ACTIVE.store(true, Ordering::SeqCst);
    let entered = modes::write_enter(&mut io::stdout().lock(), modes);
    if entered.is_err() {
        restore();
    }
    entered
}

/// A panic elsewhere does not make the modes unknown.
fn current() -> std::sync::MutexGuard<'static, Modes> {
    CURRENT.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(unix)]
fn stop_self() {
    // It can only fail for a signal that does not exist.
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
}

#[cfg(not(unix))]
fn stop_self() {}

#[cfg(test)]
mod tests;
