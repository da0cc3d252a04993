//! The chain of ways out, tried in order until one takes the text.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::config::ClipboardMode;

use super::report::size;
use super::{ClipboardSetup, Copied, Copy, Route, osc52, run};

/// A way to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Tmux,
    Native,
    Command,
    Osc52,
    File,
}

/// The ways, and the one handle of the desktop's clipboard.
pub(super) struct Routes {
    setup: ClipboardSetup,
    native: Native,
}

impl Routes {
    pub(super) fn new(setup: ClipboardSetup) -> Routes {
        Routes { setup, native: Native::default() }
    }

    /// Copies by the first way that takes it.
    pub(super) fn copy(&mut self, copy: Copy) -> Copied {
        let mut refused: Vec<String> = Vec::new();
        for way in ways(&self.setup) {
            match self.try_way(way, &copy.text, &refused) {
                Ok((route, sequence)) => {
                    return Copied { what: copy.what, bytes: copy.text.len(), route, sequence };
                }
                Err(why) => refused.push(why),
            }
        }
        let route = Route::Failed(refused.join("; "));
        Copied { what: copy.what, bytes: copy.text.len(), route, sequence: None }
    }

    fn try_way(
        &mut self,
        way: Way,
        text: &str,
        refused: &[String],
    ) -> Result<(Route, Option<String>), String> {
        match way {
            Way::Tmux => {
                run::feed(&self.setup.tmux_program, &["load-buffer", "-w", "-"].map(str::to_owned), text)?;
                Ok((Route::Tmux, None))
            }
            Way::Native => self.native.set(text).map(|()| (Route::Native, None)),
            Way::Command => {
                let [program, arguments @ ..] = self.setup.command.as_slice() else {
                    return Err("clipboard-command is not set".to_owned());
                };
                run::feed(program, arguments, text)?;
                Ok((Route::Command(program.clone()), None))
            }
            Way::Osc52 => self.osc52(text).map(|sequence| (Route::Osc52, Some(sequence))),
            Way::File => {
                let path = write_file(&self.setup.folder, text)
                    .map_err(|error| format!("{}: {error}", self.setup.folder.display()))?;
                Ok((Route::File { path, because: because(refused) }, None))
            }
        }
    }

    fn osc52(&self, text: &str) -> Result<String, String> {
        let (length, limit) = (osc52::encoded_len(text.len()), self.setup.osc52_limit);
        if length > limit {
            return Err(format!(
                "{} is more than the terminal takes ({})",
                size(text.len()),
                size(limit / 4 * 3)
            ));
        }
        osc52::sequence(text, self.setup.screen).ok_or_else(|| "OSC 52 could not be written".to_owned())
    }
}

/// Returns the ways to try, in order.
pub(super) fn ways(setup: &ClipboardSetup) -> Vec<Way> {
    let chosen = match setup.mode {
        ClipboardMode::Auto => return automatic(setup),
        ClipboardMode::Native => Way::Native,
        ClipboardMode::Tmux => Way::Tmux,
        ClipboardMode::Osc52 => Way::Osc52,
        ClipboardMode::Command => Way::Command,
        ClipboardMode::Off => Way::File,
    };
    if chosen == Way::File { vec![Way::File] } else { vec![chosen, Way::File] }
}

/// tmux swallows the terminal's sequence unless told otherwise, so it is asked itself.
fn automatic(setup: &ClipboardSetup) -> Vec<Way> {
    let native = !setup.ssh && !setup.wsl && setup.desktop && cfg!(feature = "native-clipboard");
    [(setup.tmux, Way::Tmux), (native, Way::Native), (!setup.dumb, Way::Osc52), (true, Way::File)]
        .into_iter()
        .filter_map(|(possible, way)| possible.then_some(way))
        .collect()
}

fn because(refused: &[String]) -> String {
    if refused.is_empty() { "no clipboard is in use".to_owned() } else { refused.join("; ") }
}

/// Replaces the file of the last copy, readable by its owner alone.
fn write_file(folder: &Path, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join("copied.txt");
    let fresh = folder.join(format!("copied.{}.tmp", std::process::id()));
    let _ = fs::remove_file(&fresh);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&fresh).and_then(|mut file| file.write_all(text.as_bytes()));
    match written.and_then(|()| fs::rename(&fresh, &path)) {
        Ok(()) => Ok(path),
        Err(error) => {
            let _ = fs::remove_file(&fresh);
            Err(error)
        }
    }
}

/// The desktop's clipboard, opened when first needed and kept: what was copied belongs to the handle.
#[derive(Default)]
struct Native {
    #[cfg(feature = "native-clipboard")]
    handle: Option<arboard::Clipboard>,
}

impl Native {
    #[cfg(feature = "native-clipboard")]
    fn set(&mut self, text: &str) -> Result<(), String> {
        let mut handle = match self.handle.take() {
            Some(handle) => handle,
            None => arboard::Clipboard::new().map_err(|error| format!("clipboard: {error}"))?,
        };
        // After an error the handle is dropped; the next copy opens a new one.
        handle.set_text(text).map_err(|error| format!("clipboard: {error}"))?;
        self.handle = Some(handle);
        Ok(())
    }

    #[cfg(not(feature = "native-clipboard"))]
    fn set(&mut self, _text: &str) -> Result<(), String> {
        Err("built without the desktop's clipboard".to_owned())
    }
}
