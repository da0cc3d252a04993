//! The history of the entry's object, as lines: its entries with what each changed, the state at any of them,
//! and who set each field.

use std::sync::Arc;

use crate::diff::state::Blame;
use crate::domain::redact::Secrets;
use crate::domain::zone::Style;
use crate::domain::{Change, EntryId};
use crate::ops::Access;
use crate::ops::history::{self, History, ObjectKey};
use crate::ops::mask::Masker;
use crate::present::number::counted;
use crate::present::{
    DiffInput, DiffOptions, Line, PaneLine, Role, Title, diff_lines, measure, not_done, sanitise,
};
use crate::query::Cancel;
use crate::store;
use crate::tui::model::detail::Making;

/// Most entries that the pane lists; `auditty log` prints all.
const MOST: usize = 500;

/// The object's history that was read last.
#[derive(Default)]
pub(super) struct Histories {
    last: Option<(ObjectKey, u64, Arc<History>)>,
}

impl Histories {
    /// Returns the history of the object that an entry acts on, and the entry's number in it; `None` where it
    /// has none, or where the work was to stop.
    pub(super) fn of(
        &mut self,
        access: &mut Access,
        id: EntryId,
        epoch: u64,
        cancel: &mut Cancel,
    ) -> store::Result<Option<(Arc<History>, usize)>> {
        let crate::ops::Lookup::Found(rows) = access.find(&id.into(), 1)? else { return Ok(None) };
        let Some(objects) = access.objects(cancel)? else { return Ok(None) };
        let Some(key) = rows.first().and_then(|row| objects.of(row)) else { return Ok(None) };
        let known = self.last.as_ref().filter(|(last, at, _)| *last == key && *at == epoch);
        let history = match known {
            Some((_, _, history)) => history.clone(),
            None => {
                let Some(history) = history::load(access, &key, cancel)? else { return Ok(None) };
                let history = Arc::new(history);
                self.last = Some((key, epoch, history.clone()));
                history
            }
        };
        let at = history.position(id);
        Ok(at.map(|at| (history, at)))
    }
}

/// What the history says of the entry shown.
pub(super) struct Told {
    pub(super) history: Arc<History>,
    pub(super) at: usize,
    /// Changes completed from earlier entries, masked; `None` where the record says all itself.
    pub(super) changes: Option<Vec<Change<'static>>>,
    /// How they are known.
    pub(super) basis: String,
    /// That entries are missing.
    pub(super) warnings: Vec<String>,
    /// The entry changed a secret.
    secret: bool,
}

impl Told {
    /// Completes the changes of an entry.
    pub(super) fn new(
        history: Arc<History>,
        at: usize,
        listed: &[Change<'_>],
        masker: Option<&mut Masker>,
    ) -> Told {
        let diff = history.diff(at);
        let lacking = listed.iter().any(crate::domain::Change::is_partial);
        let mut changes =
            (!diff.changes.is_empty() && (lacking || listed.is_empty())).then(|| history.changes(at));
        let mut secret = false;
        if let Some(masker) = masker {
            let (format, mut secrets) = (&history.object.key.format, Secrets::default());
            secret = masker.changes(format, &mut history.changes(at), &mut secrets);
            if let Some(changes) = &mut changes {
                masker.changes(format, changes, &mut Secrets::default());
            }
        }
        let basis = history.basis_text(at, &diff);
        let warnings = history.conflict_texts(at, &diff);
        Told { history, at, changes, basis, warnings, secret }
    }

    /// Returns the warnings as lines.
    pub(super) fn warning_lines(&self, making: &Making) -> Vec<PaneLine> {
        let line = |text: &String| {
            let mut line = Line::of(Role::Warning, "! ");
            sanitise::push(&mut line, Role::Warning, text, making.charset());
            PaneLine::of(line).wrapped(making.width, 2)
        };
        self.warnings.iter().flat_map(line).collect()
    }
}

/// What making the lines takes.
pub(super) struct Maker<'m> {
    pub(super) making: &'m Making,
    pub(super) options: DiffOptions<'m>,
    pub(super) noise: &'m [String],
    pub(super) masker: Option<&'m mut Masker>,
    pub(super) secrets: Secrets,
}

impl Maker<'_> {
    /// Returns the entries of the object, the newest first, each with what it changed; or, unfolded, with the
    /// state it left.
    pub(super) fn history(&mut self, told: &Told) -> Vec<PaneLine> {
        let history = &told.history;
        let mut lines = self.heading(history);
        let steps = (0..history.rows.len()).rev();
        for at in steps.clone().take(MOST) {
            lines.push(self.entry(history, at, at == told.at));
            if self.making.folded.contains(&at) {
                lines.extend(self.state(history, at + 1));
            } else {
                lines.extend(self.changes(history, at));
            }
        }
        let more = steps.len().saturating_sub(MOST);
        if more > 0 {
            lines.push(PaneLine::of(Line::of(
                Role::Dim,
                format!("{more} older entries: auditty log prints them"),
            )));
        }
        lines
    }

    fn heading(&self, history: &History) -> Vec<PaneLine> {
        let mut line = Line::new();
        sanitise::push(&mut line, Role::Strong, &history.object.title(), self.making.charset());
        let out = if history.outside > 0 {
            format!(", {} outside the plan", history.outside)
        } else {
            String::new()
        };
        let timeless = if history.timeless > 0 {
            format!(", {} without a time", history.timeless)
        } else {
            String::new()
        };
        line.push(
            Role::Dim,
            format!(
                "  {}{out}{timeless}; Enter shows the state then",
                counted(history.rows.len() as u64, "entry")
            ),
        );
        PaneLine::of(line).wrapped(self.making.width, 2)
    }

    fn entry(&self, history: &History, at: usize, here: bool) -> PaneLine {
        let (Some(row), Some(entry)) = (history.rows.get(at), history.entries.get(at)) else {
            return PaneLine::default();
        };
        let charset = self.making.charset();
        let time = row.position.time.map(|time| self.making.zone.format(time, Style::Seconds));
        let mut line = Line::of(Role::Marked, if here { "> " } else { "  " });
        line.push(Role::Label, time.unwrap_or_default());
        line.push(Role::Text, "  ");
        line.spans.extend(Title::of_entry(entry).line(48, charset).spans);
        if let Some(actor) = &entry.actor {
            line.push(Role::Dim, "  ");
            sanitise::push(&mut line, Role::Text, actor.label(), charset);
        }
        line.push(Role::Dim, format!("  {}", row.id.short()));
        let line = measure::cut_line(&line, self.making.width, charset);
        PaneLine {
            line,
            fold: Some(at),
            first: true,
            change: Some(at),
            entry: Some(row.id),
            ..PaneLine::default()
        }
    }

    fn changes(&mut self, history: &History, at: usize) -> Vec<PaneLine> {
        let diff = history.diff(at);
        let mut changes = history.changes(at);
        let basis = history.basis_text(at, &diff);
        let Some(entry) = history.entries.get(at) else { return Vec::new() };
        if changes.is_empty() && not_done(entry.outcome).is_none() {
            return Vec::new();
        }
        if let Some(masker) = &mut self.masker {
            masker.changes(&history.object.key.format, &mut changes, &mut self.secrets);
        }
        let input =
            DiffInput { changes: &changes, basis: Some(&basis), noise: self.noise, ..DiffInput::of(entry) };
        let width = self.making.width.saturating_sub(4).max(8);
        let view = diff_lines(&input, &DiffOptions { width, ..self.options });
        let mut lines: Vec<PaneLine> =
            view.lines.into_iter().map(|line| self.indented(line, history, at)).collect();
        lines.extend(history.conflict_texts(at, &diff).iter().map(|text| {
            let mut line = Line::of(Role::Warning, "    ! ");
            sanitise::push(&mut line, Role::Warning, text, self.making.charset());
            PaneLine::of(line)
        }));
        lines
    }

    fn indented(&self, line: PaneLine, history: &History, at: usize) -> PaneLine {
        let mut indented = Line::of(Role::Text, "    ");
        indented.spans.extend(line.line.spans);
        let entry = history.rows.get(at).map(|row| row.id);
        PaneLine { line: indented, fold: Some(at), first: false, entry, ..line }
    }

    /// The object as one entry left it.
    fn state(&mut self, history: &History, moment: usize) -> Vec<PaneLine> {
        // What folds it again is every line of it.
        let of_it = |line: PaneLine| PaneLine { fold: moment.checked_sub(1), ..line };
        let Some(fields) = history.timeline.at(moment) else {
            return vec![of_it(PaneLine::of(Line::of(Role::Warning, "    it does not exist then")))];
        };
        let mut lines = vec![of_it(PaneLine::of(Line::of(Role::Dim, "    the state then:")))];
        for field in fields {
            let mut line = Line::of(Role::Text, "    = ");
            sanitise::push(&mut line, Role::Key, &field.path, self.making.charset());
            line.push(Role::Text, "   ");
            match field.value.text() {
                Some(text) => {
                    let text = self.masked(history, &field.path, text);
                    sanitise::push(&mut line, Role::Text, &text, self.making.charset());
                }
                None => line.push(Role::Warning, "? unknown"),
            }
            if matches!(field.origin, crate::diff::state::Origin::Learnt(_)) {
                line.push(Role::Dim, format!("   {}", history.origin_text(field.origin, moment)));
            }
            if let Some(doubt) = history.doubt_text(&field, moment) {
                line.push(Role::Warning, format!("   {doubt}"));
            }
            let path = Some(field.path.as_str().into());
            let whole = PaneLine { path, ..PaneLine::of(line) };
            lines.extend(whole.wrapped(self.making.width, 8).into_iter().map(of_it));
        }
        lines
    }

    /// Returns who set each field; Enter on one goes to the entry that did.
    pub(super) fn blame(&mut self, told: &Told) -> Vec<PaneLine> {
        let history = &told.history;
        let moment = told.at + 1;
        let mut head = Line::new();
        sanitise::push(&mut head, Role::Strong, &history.object.title(), self.making.charset());
        let keys = "  who set what, as of this entry; Enter goes to the entry that did, { } to the field's other changes";
        head.push(Role::Dim, keys);
        let mut lines = PaneLine::of(head).wrapped(self.making.width, 2);
        let blame = history.blame(moment);
        let latest = history.blame(history.rows.len());
        let room = (self.making.width / 2).max(24);
        let width = blame.iter().map(|line| measure::width(&line.path)).max().unwrap_or(0).min(room);
        for line in &blame {
            let around = around(history, &latest, line, told.at);
            let told = self.blamed(history, line, width);
            lines.extend(told.into_iter().map(|line| PaneLine { around, ..line }));
        }
        for path in history.unknown(moment) {
            let mut line = Line::new();
            sanitise::push(&mut line, Role::Key, &path, self.making.charset());
            line.push(Role::Warning, "   ? unknown");
            lines.push(PaneLine::of(line));
        }
        if blame.is_empty() {
            lines.push(PaneLine::of(Line::of(Role::Dim, "nothing is known of its fields")));
        }
        lines
    }

    fn blamed(&mut self, history: &History, blame: &Blame, width: usize) -> Vec<PaneLine> {
        let charset = self.making.charset();
        let setter = blame.by.or(blame.seen);
        let row = setter.and_then(|at| history.rows.get(at));
        let mut line = Line::new();
        // Of a path that is cut nobody knows which it is.
        sanitise::push(&mut line, Role::Key, &blame.path, charset);
        let mut line = measure::fill_line(line, width);
        let time =
            row.and_then(|row| row.position.time).map(|time| self.making.zone.format(time, Style::Minutes));
        line.push(Role::Label, format!("  {}  ", time.unwrap_or_default()));
        let actor = setter.and_then(|at| history.entries.get(at)).and_then(|entry| entry.actor.as_ref());
        sanitise::push(&mut line, Role::Text, actor.map_or("-", |actor| actor.label()), charset);
        line.push(Role::Dim, format!("  {}", blame.times_text()));
        let text = self.masked(history, &blame.path, blame.value.text().unwrap_or_default());
        let entry = row.map(|row| row.id);
        let path: Arc<str> = blame.path.as_str().into();
        let head =
            PaneLine { first: true, change: setter, entry, path: Some(path.clone()), ..PaneLine::of(line) };
        let mut value = Line::of(Role::Text, "    ");
        sanitise::push(&mut value, Role::String, &text, charset);
        let value = measure::cut_line(&value, self.making.width, charset);
        let mut lines = head.wrapped(self.making.width, 4);
        lines.push(PaneLine { entry, path: Some(path), ..PaneLine::of(value) });
        lines
    }

    fn masked(&mut self, history: &History, path: &str, json: &str) -> String {
        let Some(masker) = &mut self.masker else { return json.to_owned() };
        let mut change = vec![Change {
            path: path.to_owned().into(),
            op: crate::domain::ChangeOp::Add,
            before: None,
            after: Some(json.to_owned().into()),
            provenance: crate::domain::Provenance::Recorded,
        }];
        masker.changes(&history.object.key.format, &mut change, &mut self.secrets);
        change.pop().and_then(|change| change.after).map(std::borrow::Cow::into_owned).unwrap_or_default()
    }
}

/// The entries before and after this one that changed a field.
fn around(
    history: &History,
    latest: &[Blame],
    blame: &Blame,
    at: usize,
) -> (Option<EntryId>, Option<EntryId>) {
    let id = |step: usize| history.rows.get(step).map(|row| row.id);
    let before = blame.steps.iter().rev().copied().find(|step| *step < at);
    let known = latest.iter().find(|later| later.path == blame.path);
    let all = known.map_or_else(|| history.timeline.steps_of(&blame.path), |later| later.steps.clone());
    let after = all.into_iter().find(|step| *step > at);
    (before.and_then(id), after.and_then(id))
}

/// Returns what would undo the entry, as text to be copied; empty where it is not known.
pub(super) fn undo_text(told: &Told) -> String {
    let Some(undo) = told.history.undo(told.at).filter(|_| !told.secret) else { return String::new() };
    let mut text = String::from("to undo:\n");
    undo.lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    for (path, step) in &undo.since {
        let by = told.history.entries.get(*step).and_then(|entry| entry.actor.as_ref());
        let by = by.map_or("somebody", |actor| actor.label());
        text.push_str(&format!("! `{path}` was changed again since by {by}\n"));
    }
    undo.unknown.iter().for_each(|path| text.push_str(&format!("`{path}`: what it was is not known\n")));
    if let Some(patch) = &undo.patch {
        text.push_str(&format!("as a merge patch:\n{patch}\n"));
    }
    undo.without_patch.iter().for_each(|why| text.push_str(&format!("no merge patch: {why}\n")));
    text
}
