//! What stands in the detail in place of one entry: two states compared, and the net change of many objects.

use std::sync::Arc;

use crate::diff::json::JsonOptions;
use crate::diff::patch::{json_patch, patch_text};
use crate::domain::json::Doc;
use crate::domain::redact::{Secrets, holds_mask};
use crate::domain::zone::Style;
use crate::domain::{Change, ChangeOp, Provenance, TimeSpan};
use crate::ops::history::compare::State;
use crate::ops::history::net::NetChange;
use crate::ops::mask::Masker;
use crate::present::number::counted;
use crate::present::{
    DiffInput, DiffOptions, Line, PaneLine, Role, diff_lines, diff_text, measure, sanitise,
};
use crate::tui::model::detail::{Making, Shown};

/// Why a patch is not to be had.
const MASKED: &str = "a patch of secrets needs --no-redact: one that is masked is none";

/// Shows how two states differ; one that is `Err` says why it is not there.
pub(super) fn states(
    states: &[Result<State, String>; 2],
    masker: Option<&mut Masker>,
    options: &DiffOptions<'_>,
    making: &Making,
) -> Shown {
    let mut head = vec![Line::of(Role::Strong, "Two states compared").and(Role::Dim, "  (Esc goes back)")];
    for (state, sign, role) in [(&states[0], '-', Role::Removed), (&states[1], '+', Role::Added)] {
        head.extend(side(state, sign, role, making));
    }
    let [Ok(a), Ok(b)] = states else {
        let mut line = Line::new();
        let why = states.iter().find_map(|state| state.as_ref().err()).cloned().unwrap_or_default();
        sanitise::push(&mut line, Role::Warning, &why, making.charset());
        let lines = PaneLine::of(line).wrapped(making.width, 2);
        return Shown { head, lines, title: Some("compared".to_owned()), ..Shown::default() };
    };
    let (before, after) = masked(a, b, masker);
    let basis = if a.unknown + b.unknown > 0 {
        format!("before: {}; after: {}", a.basis(), b.basis())
    } else {
        format!(
            "derived from {} and {}",
            counted(a.entries as u64, "entry"),
            counted(b.entries as u64, "entry")
        )
    };
    let input = DiffInput { basis: Some(&basis), ..DiffInput::between(&before, &after) };
    let title = format!("{} / {}", a.title, b.title);
    let mut lines = diff_lines(&input, options).lines;
    if before == after {
        lines.extend(unknown(a.unknown.max(b.unknown), making));
    }
    Shown {
        head,
        lines,
        diff_text: format!("# {}\n{}", sanitise::plain(&basis), diff_text(&title, &input, options)),
        patch: between(&before, &after, options),
        title: Some(title),
        ..Shown::default()
    }
}

/// Returns the JSON Patch that makes one document of another.
pub(super) fn between(before: &str, after: &str, options: &DiffOptions<'_>) -> Result<String, String> {
    if holds_mask(before) || holds_mask(after) {
        return Err(MASKED.to_owned());
    }
    let (mut old, mut new) = (Doc::new(), Doc::new());
    let (Ok(a), Ok(b)) = (old.parse(before), new.parse(after)) else {
        return Err("one of the two is no JSON".to_owned());
    };
    let how = JsonOptions { arrays: options.arrays, deadline: options.deadline, ..JsonOptions::default() };
    Ok(patch_text(&json_patch(&crate::diff::json::diff(a, b, &how).changes, b)))
}

/// Returns the JSON Patch that does what an entry lists.
pub(super) fn listed(changes: &[Change<'_>]) -> Result<String, String> {
    let masked = |text: &Option<crate::domain::Str<'_>>| text.as_deref().is_some_and(holds_mask);
    if changes.iter().any(|change| masked(&change.before) || masked(&change.after)) {
        return Err(MASKED.to_owned());
    }
    Ok(patch_text(&crate::diff::patch::listed_patch(changes)?))
}

fn side(state: &Result<State, String>, sign: char, role: Role, making: &Making) -> Vec<Line> {
    let mut line = Line::of(role, format!("{sign} "));
    match state {
        Ok(state) => {
            sanitise::push(&mut line, Role::Text, &state.title, making.charset());
            if let Some(workspace) = &state.workspace {
                sanitise::push(&mut line, Role::Label, &format!("  {workspace}"), making.charset());
            }
            let time = state.time.map(|at| {
                format!("  {} {}", making.zone.format(at, Style::Seconds), making.zone.abbreviation(at))
            });
            line.push(Role::Dim, time.unwrap_or_else(|| "  before its first entry".to_owned()));
        }
        Err(_) => line.push(Role::Dim, "no state to compare"),
    }
    // The time stands last, and is what tells two states apart.
    measure::wrap(&line, making.width, 2)
}

fn unknown(count: usize, making: &Making) -> Vec<PaneLine> {
    if count == 0 {
        return Vec::new();
    }
    let text = format!("as far as is known: {} may differ all the same", counted(count as u64, "field"));
    PaneLine::of(Line::of(Role::Warning, text)).wrapped(making.width, 2)
}

/// Both sides as one change, so that equal secrets stay equal when they are masked.
fn masked(a: &State, b: &State, masker: Option<&mut Masker>) -> (String, String) {
    let Some(masker) = masker else { return (a.json.clone(), b.json.clone()) };
    let mut whole = vec![Change {
        path: "".into(),
        op: ChangeOp::Replace,
        before: Some(a.json.clone().into()),
        after: Some(b.json.clone().into()),
        provenance: Provenance::Derived,
    }];
    masker.changes(&a.format, &mut whole, &mut Secrets::default());
    let text = |side: Option<crate::domain::Str<'static>>| {
        side.map(std::borrow::Cow::into_owned).unwrap_or_default()
    };
    whole.pop().map(|change| (text(change.before), text(change.after))).unwrap_or_default()
}

/// What is different after a span of time, as far as it was read.
#[derive(Default)]
pub(super) struct Net {
    pub(super) objects: Vec<Arc<NetChange>>,
    pub(super) total: usize,
}

/// Shows what is different after a span, object by object.
pub(super) fn net(
    net: &Net,
    span: &TimeSpan,
    mut masker: Option<&mut Masker>,
    options: &DiffOptions<'_>,
    making: &Making,
) -> Shown {
    let mut head = vec![
        Line::of(Role::Strong, "Net change ")
            .and(Role::Label, crate::query::describe(span, making.zone))
            .and(Role::Dim, "  (Esc goes back)"),
    ];
    let undone: usize = net.objects.iter().map(|object| object.undone).sum();
    let slips: usize = net.objects.iter().map(|object| object.set_back.len()).sum();
    let mut count = format!("{} touched", counted(net.total as u64, "object"));
    let left = net.total.saturating_sub(net.objects.len());
    if left > 0 {
        count.push_str(&format!(", the {} touched last so far", net.objects.len()));
    }
    if undone > 0 {
        count.push_str(&format!("; {} changed and set back", counted(undone as u64, "field")));
    }
    if slips > 0 {
        count.push_str(&format!(", {slips} within 10 minutes by the same person"));
    }
    head.push(Line::of(Role::Dim, count));
    let head = head.iter().flat_map(|line| measure::wrap(line, making.width, 2)).collect();
    let mut lines = Vec::new();
    for (at, object) in net.objects.iter().enumerate() {
        lines.extend(object_lines(at, object, masker.as_deref_mut(), options, making));
    }
    if net.objects.is_empty() {
        let why = "nothing was changed then by the entries that the filter lets through (t for another time)";
        lines = PaneLine::of(Line::of(Role::Dim, why)).wrapped(making.width, 2);
    }
    if left > 0 {
        let more = format!("{} more are read as you go down", counted(left as u64, "object"));
        lines.push(PaneLine::of(Line::of(Role::Dim, more)));
    }
    let diff_text = lines.iter().map(|line| line.line.plain() + "\n").collect();
    Shown { head, lines, left, diff_text, title: Some("net change".to_owned()), ..Shown::default() }
}

fn object_lines(
    at: usize,
    net: &NetChange,
    masker: Option<&mut Masker>,
    options: &DiffOptions<'_>,
    making: &Making,
) -> Vec<PaneLine> {
    let entry = net.entries.end.checked_sub(1).and_then(|last| net.history.rows.get(last)).map(|row| row.id);
    let mut head = Line::new();
    sanitise::push(&mut head, Role::Strong, &net.history.object.title(), making.charset());
    if let Some(workspace) = &net.history.object.key.workspace {
        sanitise::push(&mut head, Role::Label, &format!("  {workspace}"), making.charset());
    }
    head.push(Role::Changed, net.existence());
    head.push(Role::Dim, format!("  {}", counted(net.entries.len() as u64, "entry")));
    if making.folded.contains(&at) {
        head.push(Role::Dim, "  ...");
    }
    let head = PaneLine { first: true, change: Some(at), fold: Some(at), entry, ..PaneLine::of(head) };
    let mut lines = head.wrapped(making.width, 2);
    if making.folded.contains(&at) {
        return lines;
    }
    let mut changes = net.changes.clone();
    if let Some(masker) = masker {
        masker.changes(&net.history.object.key.format, &mut changes, &mut Secrets::default());
    }
    if !changes.is_empty() {
        let basis = format!("derived from {}", counted(net.entries.len() as u64, "entry"));
        let width = making.width.saturating_sub(2).max(8);
        let input = DiffInput {
            changes: &changes,
            basis: Some(&basis),
            before: None,
            after: None,
            ..DiffInput::between("", "")
        };
        let view = diff_lines(&input, &DiffOptions { width, keys: None, ..*options });
        lines.extend(view.lines.into_iter().map(|line| {
            let mut indented = Line::of(Role::Text, "  ");
            indented.spans.extend(line.line.spans);
            PaneLine { line: indented, fold: None, first: false, change: Some(at), entry, ..line }
        }));
    }
    for text in net.remarks() {
        let mut line = Line::of(Role::Dim, "  ");
        sanitise::push(&mut line, Role::Dim, &text, making.charset());
        lines.extend(PaneLine::of(line).wrapped(making.width, 4));
    }
    lines
}
