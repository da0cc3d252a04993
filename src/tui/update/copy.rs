//! Copying: which bytes, and what the toast calls them. Copies carry the original, not what the screen shows,
//! but for secrets, which stay masked.

use crate::present::Role;
use crate::tui::action::Action;
use crate::tui::dialogs::{ExportChoice, ExportOutput, ExportRows};
use crate::tui::effects::{Effect, ExportJob};
use crate::tui::model::Model;
use crate::tui::model::detail::Shown;

use super::{Effects, go};

/// Copies what an action names.
pub(super) fn run(model: &mut Model, action: Action, effects: &mut Effects) {
    match action {
        Action::CopyCsv | Action::CopyMarkdown => rows(model, action, effects),
        Action::CopyCommand => {
            let command = command(model);
            let again = model.setup.command.iter().any(|word| word == "-");
            let what = if again {
                "the command line, which wants the same input again: put `... |` before it"
            } else {
                "the command line"
            };
            put(effects, what, command);
        }
        Action::CopyId | Action::CopyLink => address(model, action, effects),
        Action::CopyVendorLink => match go::vendor_link(model) {
            Some(link) => put(effects, "the vendor's link", link),
            None => model.refuse(action, "the entry's format names no page of the vendor"),
        },
        _ => of_entry(model, action, effects),
    }
}

fn put(effects: &mut Effects, what: &str, text: impl Into<String>) {
    effects.push(Effect::Copy { what: what.to_owned(), text: text.into() });
}

fn address(model: &mut Model, action: Action, effects: &mut Effects) {
    let Some(id) = model.current() else { return model.refuse(action, "there is no entry") };
    match action {
        Action::CopyId => put(effects, "the id", id.to_string()),
        _ => put(effects, "the link", format!("auditty://{id}")),
    }
}

/// Copies a part of the entry in the detail, once it is there.
fn of_entry(model: &mut Model, action: Action, effects: &mut Effects) {
    let Some(shown) = model.detail.slot.current().cloned() else {
        return model.refuse(action, "the entry is not there yet; press it again");
    };
    if let (Action::CopyPatch, Err(why)) = (action, &shown.patch) {
        return model.refuse(action, why);
    }
    let Some((what, text)) = part(model, action, &shown) else {
        return model.refuse(action, "there is nothing of it here");
    };
    if text.is_empty() {
        return model.refuse(action, "there is nothing of it here");
    }
    put(effects, what, text);
}

fn part(model: &Model, action: Action, shown: &Shown) -> Option<(&'static str, String)> {
    let text = |what, text: &str| Some((what, text.to_owned()));
    match action {
        Action::CopyEntry => text("the entry", &shown.entry_text),
        Action::CopyRaw => text("the raw data", &shown.raw_copy),
        Action::CopyUndo => text("what would undo it", &shown.undo_text),
        Action::CopyMetadata => text("the metadata", &shown.metadata_text),
        Action::CopyDiff => text("the diff", &shown.diff_text),
        Action::CopyPatch => text("the JSON Patch", shown.patch.as_ref().ok()?),
        Action::CopyDiffMarkdown if shown.diff_text.is_empty() => None,
        Action::CopyDiffMarkdown => Some(("the diff as Markdown", markdown(shown))),
        Action::CopyValue => text("the value", model.detail.line()?.value.as_ref()?.as_str()),
        Action::CopyPath => text("the path", model.detail.line()?.path.as_ref()?),
        _ => None,
    }
}

fn markdown(shown: &Shown) -> String {
    let of_entry = shown.detail.as_ref().map(|detail| crate::present::title_of(&detail.entry));
    let title = shown.title.clone().or(of_entry).unwrap_or_default();
    crate::present::markdown::diff(&title, &shown.diff_text)
}

/// Copies the marked rows and those of a range being drawn, else those that the line under the cursor stands for.
fn rows(model: &mut Model, action: Action, effects: &mut Effects) {
    let drawn = model.table.range_ids();
    let ids = match model.table.marks.len() {
        0 if !drawn.is_empty() => drawn,
        0 => model.table.cursor_ids(),
        _ => model
            .table
            .marks
            .iter()
            .copied()
            .chain(drawn)
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect(),
    };
    if ids.is_empty() {
        return model.refuse(action, "there is no entry");
    }
    let columns =
        crate::tui::panes::table::chosen(model).iter().map(|column| column.name().to_owned()).collect();
    model.toast(Role::Text, format!("copying {}", super::count(ids.len() as u64, "row", "rows")));
    let output = if action == Action::CopyMarkdown { ExportOutput::Markdown } else { ExportOutput::Csv };
    let rows = ExportRows::Marked;
    let choice = ExportChoice { rows, columns, output, filter: model.filter(), ..ExportChoice::default() };
    let job = ExportJob { choice, ids, sort: model.sort, zone: model.times.zone() };
    effects.push(Effect::CopyRows(Box::new(job)));
}

/// Returns the command line that shows the same entries, in the same columns and order.
pub(crate) fn command(model: &Model) -> String {
    let flagged = model.setup.query_flag;
    let mut words = vec!["auditty".to_owned()];
    words.extend(model.setup.command.iter().map(|word| quoted(word)));
    let derived = model.derived_now().is_some_and(|derived| !derived.ids.is_empty());
    if derived && !flagged {
        // The screen has no flag for what it does by itself; a list says it.
        words.extend(["query".to_owned(), "--derived".to_owned()]);
    }
    words.extend(shape(model));
    let query = model.plain_filter().to_string();
    if !query.is_empty() {
        words.extend(flagged.then(|| "--query".to_owned()));
        words.push(quoted(&query));
    }
    words.join(" ")
}

/// The flags for the columns and the order, where they are not the usual ones.
fn shape(model: &Model) -> Vec<String> {
    let mut words = Vec::new();
    let columns = crate::tui::panes::table::chosen(model);
    if columns != crate::tui::panes::columns::USUAL {
        let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
        words.extend(["--columns".to_owned(), quoted(&names.join(","))]);
    }
    if model.sort != crate::query::Sort::default() {
        words.extend(["--sort".to_owned(), quoted(&crate::ops::column::sort_text(model.sort))]);
    }
    words
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
