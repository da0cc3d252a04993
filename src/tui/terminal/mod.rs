//! The terminal: taken over, drawn on between two marks, and given back exactly once whatever happens.
//!
//! Raw mode, the alternate screen, bracketed paste, the keyboard's disambiguation, the mouse and the cursor
//! are undone on quit, error, panic, SIGTERM, SIGHUP, SIGINT and suspend. This module and `clipboard` are the
//! only ones of the screen that act on the world outside.

mod events;
mod modes;
mod output;
mod panic;
#[cfg(unix)]
mod signals;

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use crossterm::{queue, style};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

pub use events::{TerminalEvent, spawn_reader};
pub use modes::Modes;
pub use panic::{install_panic_hook, take_panics};

use output::Output;

/// Whether the terminal is taken over. Process-wide, as the terminal is.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// The modes that were switched on, for whoever has to switch them off.
static CURRENT: Mutex<Modes> = Mutex::new(Modes::PLAIN);

/// The terminal while the program draws on it. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Output>>,
    /// Holds back what is written until a frame is complete.
    hold: Arc<AtomicBool>,
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
        let output = Output::default();
        let hold = output.hold();
        match Terminal::new(CrosstermBackend::new(output)) {
            Ok(terminal) => Ok(Screen { terminal, hold, modes }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Draws a frame, in one write. Terminals that can hold it back until it is complete do.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.hold.store(true, Ordering::Relaxed);
        let drawn = self.draw_held(view);
        self.hold.store(false, Ordering::Relaxed);
        drawn?;
        self.flush()
    }

    fn draw_held(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(view)?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Writes a sequence that draws nothing, such as a copy by OSC 52, in one go between two frames.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn write_between_frames(&mut self, sequence: &str) -> io::Result<()> {
        self.terminal.backend_mut().write_all(sequence.as_bytes())?;
        self.flush()
    }

    /// Makes the next frame draw every cell anew.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn redraw(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: it asks the terminal where the cursor is, and the reader's thread would
        // take the answer.
        queue!(self.terminal.backend_mut(), Clear(ClearType::All))?;
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Lets the program use the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// The terminal could not be written to.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.modes.mouse = on;
        *current() = self.modes;
        modes::write_mouse(self.terminal.backend_mut(), on)?;
        self.flush()
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
        self.terminal.autoresize()?;
        self.redraw()
    }

    /// Returns columns and rows.
    ///
    /// # Errors
    /// The terminal did not say.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::Write::flush(self.terminal.backend_mut())
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
