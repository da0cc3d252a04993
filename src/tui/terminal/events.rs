//! What comes from the terminal, read on a thread of its own.

use std::io;
use std::thread::{self, JoinHandle};

use crossterm::event::{Event, KeyEvent, MouseEvent};

use crate::tui::keymap::Key;

/// Something that the terminal, or whoever controls the process, sent.
#[derive(Clone, Debug, PartialEq)]
pub enum TerminalEvent {
    /// A key was pressed, or repeated.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The size changed.
    Resize(u16, u16),
    /// SIGTSTP: give the terminal back and stop.
    Suspend,
    /// SIGCONT: the process goes on; the terminal may be in any state.
    Continued,
    /// SIGTERM, SIGHUP or SIGINT, by its number: end now.
    Terminate(i32),
    /// No more input can be read.
    Lost(String),
}

/// Starts the threads that read the terminal and the signals. `send` returns false when nobody listens any more.
///
/// # Errors
/// A thread could not be started, or signals could not be caught.
pub fn spawn_reader(
    send: impl Fn(TerminalEvent) -> bool + Send + Clone + 'static,
) -> io::Result<JoinHandle<()>> {
    #[cfg(unix)]
    super::signals::spawn(send.clone())?;
    // It reads /dev/tty where stdin is a pipe: crossterm sees to that.
    thread::Builder::new().name("terminal".to_owned()).spawn(move || read_all(&send))
}

fn read_all(send: &impl Fn(TerminalEvent) -> bool) {
    loop {
        let event = match crossterm::event::read() {
            Ok(event) => translate(event),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
            Err(error) => {
                send(TerminalEvent::Lost(error.to_string()));
                return;
            }
        };
        if event.is_some_and(|event| !send(event)) {
            return;
        }
    }
}

/// Returns what an event means; `None` for keys let go and for changes of focus.
fn translate(event: Event) -> Option<TerminalEvent> {
    match event {
        Event::Key(key) => pressed(key),
        Event::Paste(text) => Some(TerminalEvent::Paste(text)),
        Event::Mouse(mouse) => Some(TerminalEvent::Mouse(mouse)),
        Event::Resize(columns, rows) => Some(TerminalEvent::Resize(columns, rows)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn pressed(event: KeyEvent) -> Option<TerminalEvent> {
    Key::pressed(event).map(TerminalEvent::Key)
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEventKind, KeyModifiers};

    use super::*;

    #[test]
    fn keys_count_when_pressed() {
        let event = |kind| KeyEvent::new_with_kind(KeyCode::Char('j'), KeyModifiers::NONE, kind);
        let j = Some(TerminalEvent::Key(Key::char('j')));
        assert_eq!(translate(Event::Key(event(KeyEventKind::Press))), j);
        assert_eq!(translate(Event::Key(event(KeyEventKind::Repeat))), j);
        assert_eq!(translate(Event::Key(event(KeyEventKind::Release))), None);
        assert_eq!(translate(Event::FocusLost), None);
        assert_eq!(translate(Event::Resize(80, 24)), Some(TerminalEvent::Resize(80, 24)));
    }
}
