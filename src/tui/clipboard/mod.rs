//! Copying out: the desktop's clipboard, tmux, the terminal, or a file, whichever can be reached from here.
//!
//! All of it happens on one thread that holds one clipboard handle for as long as the screen lives; only the
//! terminal's own sequence is handed back, for the thread that draws to write between two frames.

mod osc52;
mod report;
mod routes;
mod run;

use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;

use crate::config::ClipboardMode;

pub use osc52::encoded_len;
pub use report::{Copied, Route};

/// What decides on the way a copy takes.
#[derive(Clone, Debug, Default)]
pub struct ClipboardSetup {
    /// The setting.
    pub mode: ClipboardMode,
    /// The command of [`ClipboardMode::Command`].
    pub command: Vec<String>,
    /// Greatest length of an OSC 52 payload in base64; longer ones are refused, never cut.
    pub osc52_limit: usize,
    /// The session is remote: a native clipboard would be the wrong machine's.
    pub ssh: bool,
    /// Inside tmux.
    pub tmux: bool,
    /// The program to ask then.
    pub tmux_program: String,
    /// Inside GNU screen.
    pub screen: bool,
    /// Inside Windows' Linux: no desktop of ours.
    pub wsl: bool,
    /// A desktop is there.
    pub desktop: bool,
    /// The terminal cannot know OSC 52.
    pub dumb: bool,
    /// Folder for what nothing else takes.
    pub folder: PathBuf,
}

impl ClipboardSetup {
    /// Returns what the environment says, asked through `var`.
    pub fn new(var: impl Fn(&str) -> Option<String>, folder: PathBuf) -> ClipboardSetup {
        let set = |name| var(name).is_some_and(|value| !value.is_empty());
        let term = var("TERM").unwrap_or_default();
        ClipboardSetup {
            mode: ClipboardMode::Auto,
            command: Vec::new(),
            osc52_limit: osc52::DEFAULT_LIMIT,
            ssh: set("SSH_CONNECTION") || set("SSH_TTY"),
            tmux: set("TMUX"),
            tmux_program: "tmux".to_owned(),
            screen: set("STY") && !set("TMUX"),
            wsl: set("WSL_DISTRO_NAME"),
            desktop: cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY"),
            dumb: ["", "dumb", "linux"].contains(&term.as_str()),
            folder,
        }
    }
}

/// One copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// What it is, for the toast: `raw data`, `3 rows as CSV`.
    pub what: String,
    /// The text, as it came: copies are not sanitised.
    pub text: String,
}

/// The thread that copies. Dropping it lets the last copy finish.
#[derive(Debug)]
pub struct Clipboard {
    jobs: Option<Sender<Copy>>,
    thread: Option<JoinHandle<()>>,
}

impl Clipboard {
    /// Starts it; `reply` is told of every copy.
    ///
    /// # Errors
    /// The thread could not be started.
    pub fn spawn(
        setup: ClipboardSetup,
        reply: impl Fn(Copied) + Send + 'static,
    ) -> std::io::Result<Clipboard> {
        let (jobs, inbox) = mpsc::channel::<Copy>();
        let work = move || {
            let mut routes = routes::Routes::new(setup);
            for copy in inbox {
                reply(routes.copy(copy));
            }
        };
        let thread = std::thread::Builder::new().name("clipboard".to_owned()).spawn(work)?;
        Ok(Clipboard { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Copies; the reply comes later. Returns false where the thread is gone.
    pub fn copy(&self, copy: Copy) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.send(copy).is_ok())
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was recorded by the hook.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
