//! What became of a copy, told as it is.

use std::path::PathBuf;

/// The way a copy took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The desktop's clipboard took it.
    Native,
    /// tmux took it, and passes it on to its terminal.
    Tmux,
    /// The user's command took it.
    Command(String),
    /// It is to be sent to the terminal, which does not say whether it took it.
    Osc52,
    /// It stands in a file.
    File {
        /// The file.
        path: PathBuf,
        /// Why no clipboard took it.
        because: String,
    },
    /// Nothing took it: why.
    Failed(String),
}

/// What became of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// What it is.
    pub what: String,
    /// Its length.
    pub bytes: usize,
    /// The way it took.
    pub route: Route,
    /// What the thread that draws must write to the terminal, between two frames.
    pub sequence: Option<String>,
}

impl Copied {
    /// Whether it went somewhere.
    pub fn done(&self) -> bool {
        !matches!(self.route, Route::Failed(_))
    }

    /// Returns what a toast says.
    pub fn toast(&self) -> String {
        let (what, size) = (&self.what, size(self.bytes));
        match &self.route {
            Route::Native => format!("copied {size}: {what}"),
            Route::Tmux => format!("copied {size} to the tmux buffer and sent it to the terminal: {what}"),
            Route::Command(command) => format!("gave {size} to {command}: {what}"),
            Route::Osc52 => format!("sent {size} to the terminal (OSC 52): {what}"),
            Route::File { path, because } => format!("wrote {size} to {}: {what}; {because}", path.display()),
            Route::Failed(why) => format!("{what} was not copied: {why}"),
        }
    }
}

/// Returns a length as people read it: `312 bytes`, `1.2 KB`.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
