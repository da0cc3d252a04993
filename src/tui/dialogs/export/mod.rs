//! Which entries to write, and where to. What will be written is stated before it is.

mod choice;
mod view;

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::Plan;
use crate::query::{Expr, parse_range};
use crate::tui::widgets::TextField;

use super::count::LiveCount;
use super::shared::Pressed;
use super::*;

pub use choice::{ExportChoice, ExportOutput, ExportRange, ExportRows, ExportSetup};

/// The lines that can be changed, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Rows,
    Range,
    Workspace,
    Columns,
    Output,
    Manifest,
    File,
}

const LINES: [Line; 7] =
    [Line::Rows, Line::Range, Line::Workspace, Line::Columns, Line::Output, Line::Manifest, Line::File];

/// The export dialog.
#[derive(Clone, Debug)]
pub struct ExportDialog {
    setup: ExportSetup,
    at: usize,
    rows: ExportRows,
    range: TextField,
    /// Place in the workspaces, from 1; 0 is as shown.
    workspace: usize,
    columns: Vec<ColumnItem>,
    output: ExportOutput,
    file: TextField,
    manifest: bool,
    /// The user named the file; it no longer follows the workspace.
    named: bool,
    picking: Option<ColumnsDialog>,
    /// "Replace it?" is asked.
    asking: bool,
    complaint: Option<String>,
    count: LiveCount,
    /// The same without the plan's limit, to tell what it leaves out.
    unlimited: LiveCount,
    file_state: Option<(PathBuf, FileState)>,
    opened: Option<Timestamp>,
}

impl ExportDialog {
    /// Opens it on what the screen shows, with the choices of the last time.
    pub fn new(setup: ExportSetup) -> ExportDialog {
        let last = setup.last.clone().unwrap_or_default();
        let range = match &last.range {
            ExportRange::AsShown => "",
            ExportRange::Own(typed, _) => typed,
        };
        let named = |name: &Arc<str>| setup.workspaces.iter().position(|known| known == name);
        let workspace = last.workspace.as_ref().and_then(named).map_or(0, |at| at + 1);
        ExportDialog {
            at: 0,
            rows: if setup.marked > 0 { ExportRows::Marked } else { ExportRows::Filtered },
            range: TextField::new(range),
            workspace,
            columns: choice::restored(&setup.columns, &last.columns),
            output: last.output,
            file: TextField::default(),
            manifest: last.manifest,
            named: false,
            picking: None,
            asking: false,
            complaint: None,
            count: LiveCount::default(),
            unlimited: LiveCount::default(),
            file_state: None,
            opened: None,
            setup,
        }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        if self.picking.is_some() {
            self.pick(input, desk);
            return Reply::Stay;
        }
        let reply = match input {
            Input::Paste(text) => {
                self.paste(text);
                Reply::Stay
            }
            Input::Key(key) if self.asking => self.answer(*key, desk),
            Input::Key(key) => self.press(*key, desk),
        };
        self.refresh(desk);
        reply
    }

    fn press(&mut self, key: Key, desk: &Desk<'_>) -> Reply {
        self.complaint = None;
        match desk.pressed(key, false) {
            Pressed::Cancel => return Reply::Close,
            Pressed::Accept => return self.accept(desk),
            Pressed::Complete => self.at = (self.at + 1) % LINES.len(),
            Pressed::PreviousField => self.at = (self.at + LINES.len() - 1) % LINES.len(),
            Pressed::Step(step) => self.at = step.from(self.at, LINES.len()),
            Pressed::Other(key) => self.edit(key, desk),
        }
        Reply::Stay
    }

    /// Text goes into the fields; elsewhere the panes' keys for left and right choose.
    fn edit(&mut self, key: Key, desk: &Desk<'_>) {
        use crate::tui::action::Context;
        use crate::tui::keymap::Lookup;
        let by = match desk.keymap.lookup(Context::Global, &[key]) {
            Lookup::Action(Action::MoveLeft) => -1,
            Lookup::Action(Action::MoveRight) => 1,
            _ if key.typed() == Some(' ') => 1,
            _ => 0,
        };
        match self.line() {
            Line::Range => drop(self.range.handle(key)),
            Line::File => self.named |= self.file.handle(key),
            Line::Rows if by != 0 => self.rows = self.next_rows(by),
            Line::Workspace => {
                let places = self.setup.workspaces.len() as isize + 1;
                self.workspace = (self.workspace as isize + by).rem_euclid(places) as usize;
            }
            Line::Columns if by != 0 => self.picking = Some(ColumnsDialog::new(self.columns.clone())),
            Line::Output if by != 0 => self.output = self.output.next(by),
            Line::Manifest if by != 0 => self.manifest = !self.manifest,
            _ => {}
        }
    }

    fn paste(&mut self, text: &str) {
        match self.line() {
            Line::Range => self.range.paste(text),
            Line::File => {
                self.file.paste(text);
                self.named = true;
            }
            _ => {}
        }
    }

    fn pick(&mut self, input: &Input, desk: &Desk<'_>) {
        let Some(picking) = &mut self.picking else { return };
        match picking.update(input, desk) {
            Reply::Finish(intent) => {
                if let Intent::Columns(chosen) = *intent {
                    self.columns = choice::restored(&self.setup.columns, &chosen);
                }
                self.picking = None;
            }
            Reply::Close => self.picking = None,
            _ => {}
        }
    }

    fn answer(&mut self, key: Key, desk: &Desk<'_>) -> Reply {
        self.asking = false;
        match key.typed() {
            Some('y' | 'Y') => match self.choice(desk) {
                Ok(choice) => {
                    Reply::finish(Intent::Export(Box::new(ExportChoice { overwrite: true, ..choice })))
                }
                Err(_) => Reply::Stay,
            },
            _ => Reply::Stay,
        }
    }

    fn accept(&mut self, desk: &Desk<'_>) -> Reply {
        let checked = self.choice(desk).and_then(|choice| {
            if self.entries() == Some(0) {
                return Err("there is nothing to export".to_owned());
            }
            Ok(choice)
        });
        match checked {
            Err(why) => self.complaint = Some(why),
            Ok(choice) => match self.state(&choice.path) {
                // The line of the file says why.
                Some(FileState::Unusable(_)) => self.complaint = Some("name another file first".to_owned()),
                Some(FileState::Exists) => self.asking = true,
                // Not known yet: the export itself refuses to replace a file.
                Some(FileState::Free) | None => return Reply::finish(Intent::Export(Box::new(choice))),
            },
        }
        Reply::Stay
    }

    /// Derives what follows from what was changed: the file's name, what to count.
    fn refresh(&mut self, desk: &Desk<'_>) {
        let now = *self.opened.get_or_insert(desk.now);
        if !self.named {
            let path = self.usual_file(desk);
            self.file.set(&path.to_string_lossy());
        } else if self.line() == Line::Output {
            self.file.set(&choice::with_extension(self.file.value(), self.output));
        }
        let filter = (self.rows == ExportRows::Filtered).then(|| self.filter(desk).ok()).flatten();
        let limit = self.setup.plan.export(now);
        let limited = limit != TimeSpan::default();
        let limit = Filter::from(Expr::within(limit));
        self.unlimited.ask(if limited { filter.clone() } else { None });
        self.count.ask(filter.map(|filter| if limited { filter.and(&limit) } else { filter }));
    }

    /// Returns what to export, or what is wrong with it.
    fn choice(&self, desk: &Desk<'_>) -> Result<ExportChoice, String> {
        let typed = self.file.value().trim();
        if typed.is_empty() {
            return Err("name a file".to_owned());
        }
        if typed.starts_with('~') {
            return Err("write the folder in full: ~ is not read here".to_owned());
        }
        Ok(ExportChoice {
            rows: self.rows,
            filter: self.filter(desk)?,
            range: self.own_range(desk)?,
            workspace: self.workspace(),
            columns: self
                .columns
                .iter()
                .filter(|column| column.on)
                .map(|column| column.key.clone())
                .collect(),
            output: self.output,
            path: self.path(),
            manifest: self.manifest,
            overwrite: false,
        })
    }

    fn own_range(&self, desk: &Desk<'_>) -> Result<ExportRange, String> {
        match self.range.value().trim() {
            "" => Ok(ExportRange::AsShown),
            typed => {
                let span = parse_range(typed, &desk.context()).map_err(|error| error.to_string())?;
                Ok(ExportRange::Own(typed.to_owned(), span))
            }
        }
    }

    fn filter(&self, desk: &Desk<'_>) -> Result<Filter, String> {
        let range = self.own_range(desk)?;
        Ok(choice::filter(&self.setup.filter, &range, self.workspace().as_deref()))
    }

    /// A relative name is one in the folder of exports.
    fn path(&self) -> PathBuf {
        self.folder().join(self.file.value().trim())
    }

    fn folder(&self) -> PathBuf {
        let own = choice::only_workspace(&self.setup.filter, self.workspace().as_deref());
        if let Some(folder) = own.and_then(|name| self.setup.folders.get(&name)) {
            return folder.clone();
        }
        let last = self.setup.last.as_ref().and_then(|last| last.path.parent());
        let last = last.filter(|folder| folder.is_absolute());
        last.unwrap_or(&self.setup.folder).to_owned()
    }

    fn usual_file(&self, desk: &Desk<'_>) -> PathBuf {
        let name = choice::only_workspace(&self.setup.filter, self.workspace().as_deref());
        let day = desk.zone.format(self.opened.unwrap_or(desk.now), crate::domain::Style::Date);
        let stem = choice::file_stem(name.as_deref().unwrap_or("audit-log"));
        self.folder().join(format!("{stem}-{day}.{}", self.output.as_str()))
    }

    fn workspace(&self) -> Option<Arc<str>> {
        self.setup.workspaces.get(self.workspace.checked_sub(1)?).cloned()
    }

    fn next_rows(&self, by: isize) -> ExportRows {
        let possible: Vec<ExportRows> = [
            (true, ExportRows::Filtered),
            (self.setup.marked > 0, ExportRows::Marked),
            (self.setup.entry.is_some(), ExportRows::This),
        ]
        .into_iter()
        .filter_map(|(possible, rows)| possible.then_some(rows))
        .collect();
        let at = possible.iter().position(|rows| *rows == self.rows).unwrap_or(0) as isize;
        let next = (at + by).rem_euclid(possible.len() as isize) as usize;
        possible.get(next).copied().unwrap_or_default()
    }

    fn line(&self) -> Line {
        LINES.get(self.at).copied().unwrap_or(Line::Rows)
    }

    /// Returns how many entries will be written, where that is known.
    fn entries(&self) -> Option<u64> {
        match self.rows {
            ExportRows::Filtered => self.count.now(),
            ExportRows::Marked => Some(self.setup.marked as u64),
            ExportRows::This => Some(u64::from(self.setup.entry.is_some())),
        }
    }

    fn state(&self, path: &Path) -> Option<&FileState> {
        self.file_state.as_ref().filter(|(known, _)| known == path).map(|(_, state)| state)
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        let path = self.path();
        let unknown = !self.file.value().trim().is_empty() && self.state(&path).is_none();
        let file = unknown.then_some(Want::File(path));
        self.count.wants().into_iter().chain(file).chain(self.unlimited.wants()).collect()
    }

    pub(super) fn supply(&mut self, supply: &Supply) {
        self.count.supply(supply);
        self.unlimited.supply(supply);
        if let Supply::File(path, state) = supply {
            self.file_state = Some((path.clone(), state.clone()));
        }
    }
}

#[cfg(test)]
mod tests;
