//! Going back through lines typed earlier.

/// Lines typed earlier, the latest last, and where one is among them.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    lines: Vec<String>,
    at: Option<usize>,
    draft: String,
}

impl History {
    pub(super) fn new(lines: Vec<String>) -> History {
        History { lines, ..History::default() }
    }

    /// Returns the line before the one shown; keeps what was being typed.
    pub(super) fn older(&mut self, typed: &str) -> Option<&str> {
        let at = match self.at {
            None => {
                typed.clone_into(&mut self.draft);
                self.lines.iter().rposition(|line| line != typed)?
            }
            Some(at) => at.checked_sub(1)?,
        };
        self.at = Some(at);
        self.lines.get(at).map(String::as_str)
    }

    /// Returns the line behind the one shown, at last what was being typed.
    pub(super) fn newer(&mut self) -> Option<&str> {
        let at = self.at? + 1;
        if let Some(line) = self.lines.get(at) {
            self.at = Some(at);
            return Some(line);
        }
        self.at = None;
        Some(&self.draft)
    }

    /// The line was edited: it is a new one now.
    pub(super) fn leave(&mut self) {
        self.at = None;
    }
}
