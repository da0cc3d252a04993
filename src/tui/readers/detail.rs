//! One entry, or how two differ, as lines. What comes from the store has its secrets masked already; what is
//! derived from the history of an object is masked here.

mod beside;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use crate::config::DiffLayout;
use crate::domain::catalog::Catalog;
use crate::domain::json::{Node, write_compact};
use crate::domain::redact::Secrets;
use crate::domain::zone::Style;
use crate::domain::{Action, ActorKind, Entry, EntryId};
use crate::ingest::format::{Format, Formats};
use crate::ops::mask::Masker;
use crate::ops::{Access, Detail, Lookup};
use crate::present::metadata::{MetadataInput, MetadataOptions, metadata_lines, metadata_text};
use crate::present::raw::{RawOptions, raw_lines};
use crate::present::{
    Charset, DiffInput, DiffKeys, DiffOptions, Layout, Line, PaneLine, Role, Title, diff_lines, diff_text,
    measure, sanitise, title_of,
};
use crate::store;
use crate::tui::model::detail::{DetailKey, Making, NetKey, Shown, Subject, Tab};
use crate::tui::model::slot::Ticket;
use crate::tui::msg::Msg;
use crate::tui::worker::{Answers, Job};

use super::compare::{self, Net};
use super::history::{Histories, Maker, Told, undo_text};

/// How long a diff may look closer before it settles for less.
const DEADLINE: Duration = Duration::from_millis(600);
/// Most lines that what happened takes above who did it.
const TITLE_LINES: usize = 3;

/// Reads entries and makes their lines.
pub struct DetailAnswers {
    formats: Formats,
    masker: Option<Masker>,
    last: Option<(Subject, u64, Arc<Read>)>,
    histories: Histories,
    net: Option<(NetKey, u64, Arc<Net>)>,
}

/// An entry as read, before it is laid out.
enum Read {
    One(Box<One>),
    Two(Box<(One, One)>),
    Absent(String),
}

/// An entry with its record.
struct One {
    detail: Detail,
    /// The record as text.
    raw: String,
    /// The record as JSON; empty where it is none.
    document: String,
}

impl Answers for DetailAnswers {
    type Question = Box<DetailKey>;

    fn answer(
        &mut self,
        access: &mut Access,
        job: &Job<Box<DetailKey>>,
        _inbox: &Sender<Msg>,
    ) -> store::Result<Option<Msg>> {
        let key = &job.question;
        if !matches!(key.subject, Subject::Entry(_) | Subject::Pair(..)) {
            let shown = self.beside(access, job)?;
            return Ok(shown.map(|shown| Msg::Detail(job.ticket, Ok(Arc::new(shown)))));
        }
        let read = self.read(access, key)?;
        let told = self.told(access, job, &read)?;
        let shown = match read.as_ref() {
            Read::One(one) => {
                let format = self.formats.get(&one.detail.entry.format);
                let told = told.as_ref();
                show_one(
                    one,
                    &mut Beside { format: format.as_deref(), told, masker: self.masker.as_mut() },
                    &key.making,
                )
            }
            Read::Two(two) => show_two(&two.0, &two.1, &key.making),
            Read::Absent(why) => absent(why, &key.making),
        };
        Ok(Some(Msg::Detail(job.ticket, Ok(Arc::new(shown)))))
    }

    fn failed(ticket: Ticket, reason: String) -> Msg {
        Msg::Detail(ticket, Err(reason))
    }
}

impl DetailAnswers {
    /// Returns answers about records of these formats, with secrets masked if so wished.
    pub fn new(formats: Formats, mask: bool) -> DetailAnswers {
        let masker = mask.then(|| Masker::new(formats.clone()));
        DetailAnswers { formats, masker, last: None, histories: Histories::default(), net: None }
    }

    /// Asks the history of the entry's object, where that is shown or the record does not say all itself.
    fn told(
        &mut self,
        access: &mut Access,
        job: &Job<Box<DetailKey>>,
        read: &Read,
    ) -> store::Result<Option<Told>> {
        let Read::One(one) = read else { return Ok(None) };
        let entry = &one.detail.entry;
        let lacking = entry.changes.iter().any(crate::domain::Change::is_partial);
        let quiet = matches!(
            entry.action,
            Action::LoggedIn | Action::LoggedOut | Action::LoginFailed | Action::Accessed
        );
        let wanted = match job.question.making.tab {
            Tab::History | Tab::Blame => true,
            Tab::Diff => !quiet && (lacking || entry.changes.is_empty()),
            Tab::Raw | Tab::Metadata => false,
        };
        if !wanted {
            return Ok(None);
        }
        let found = self.histories.of(access, entry.id, job.question.epoch, &mut job.cancel.clone())?;
        Ok(found.map(|(history, at)| Told::new(history, at, &entry.changes, self.masker.as_mut())))
    }

    /// Reads what is asked for, unless only the layout changed.
    fn read(&mut self, access: &mut Access, key: &DetailKey) -> store::Result<Arc<Read>> {
        if let Some((subject, epoch, read)) = &self.last
            && (subject, *epoch) == (&key.subject, key.epoch)
        {
            return Ok(read.clone());
        }
        let read = Arc::new(match &key.subject {
            Subject::Entry(id) => match DetailAnswers::entry(access, *id)? {
                Ok(one) => Read::One(Box::new(one)),
                Err(why) => Read::Absent(why),
            },
            Subject::Pair(a, b) => {
                match (DetailAnswers::entry(access, *a)?, DetailAnswers::entry(access, *b)?) {
                    (Ok(a), Ok(b)) => Read::Two(Box::new(older_first(a, b))),
                    (Err(why), _) | (_, Err(why)) => Read::Absent(why),
                }
            }
            _ => Read::Absent(String::new()),
        });
        self.last = Some((key.subject.clone(), key.epoch, read.clone()));
        Ok(read)
    }

    fn entry(access: &mut Access, id: EntryId) -> store::Result<Result<One, String>> {
        Ok(match access.entry(id)? {
            Lookup::Found(detail) => Ok(one(access, detail)),
            Lookup::Outside => Err(access.outside_text()),
            Lookup::Missing => Err("the entry is no longer in the store".to_owned()),
        })
    }
}

fn one(access: &Access, detail: Detail) -> One {
    let mut document = String::new();
    access.interpret().document(detail.raw(), detail.source(), &mut |node: Node<'_>| {
        write_compact(node, &mut document);
    });
    let raw = String::from_utf8_lossy(detail.raw()).into_owned();
    One { detail, raw, document }
}

fn older_first(a: One, b: One) -> (One, One) {
    let at = |one: &One| one.detail.entry.time.as_ref().map(|time| time.at);
    if at(&b) < at(&a) { (b, a) } else { (a, b) }
}

fn absent(why: &str, making: &Making) -> Shown {
    let mut line = Line::new();
    sanitise::push(&mut line, Role::Warning, why, making.charset());
    Shown { lines: PaneLine::of(line).wrapped(making.width, 0), ..Shown::default() }
}

/// What an entry's lines are made with beside itself.
struct Beside<'b> {
    format: Option<&'b Format>,
    told: Option<&'b Told>,
    masker: Option<&'b mut Masker>,
}

fn show_one(one: &One, beside: &mut Beside<'_>, making: &Making) -> Shown {
    let entry = &one.detail.entry;
    let noise = beside.format.map(|format| format.noise.as_slice()).unwrap_or_default();
    let derived = beside.told.and_then(|told| told.changes.as_deref());
    let basis = beside.told.map(|told| told.basis.as_str()).filter(|_| derived.is_some());
    let listed = derived.unwrap_or(&entry.changes);
    let changes = DiffInput { noise, basis, changes: listed, ..DiffInput::of(entry) };
    let remarks = remarks(one);
    let metadata = MetadataInput { entry, note: one.detail.note.as_deref(), remarks: &remarks };
    let options = diff_options(making);
    let lines = match making.tab {
        Tab::Diff => {
            let mut lines = fold_changes(diff_lines(&changes, &options).lines, &making.folded);
            lines.extend(beside.told.map(|told| told.warning_lines(making)).unwrap_or_default());
            lines
        }
        Tab::Raw => {
            let options =
                RawOptions { width: making.width, toggled: &making.folded, charset: making.charset() };
            raw_lines(one.raw.as_bytes(), &options)
        }
        Tab::Metadata => {
            let options =
                MetadataOptions { width: making.width, zone: making.zone, charset: making.charset() };
            metadata_lines(&metadata, &options)
        }
        Tab::History | Tab::Blame => of_object(beside, noise, making),
    };
    let metadata_text = metadata_text(&metadata, making.zone);
    let title = title_of(entry);
    // The copy has time of its own: what is seen may have taken all there was.
    let fresh = diff_options(making);
    let mut diff_text = if listed.is_empty() { String::new() } else { diff_text(&title, &changes, &fresh) };
    if let Some(basis) = basis {
        // Whoever reads the copy must see that the vendor did not record it.
        diff_text = format!("# {}\n{diff_text}", sanitise::plain(basis));
    }
    Shown {
        head: head(one, making),
        lines,
        left: 0,
        title: None,
        about: about(entry, beside.format),
        entry_text: format!("{title}\n\n{metadata_text}\n{diff_text}"),
        raw_copy: one.raw.clone(),
        patch: if listed.is_empty() { Shown::default().patch } else { compare::listed(listed) },
        diff_text,
        metadata_text,
        undo_text: beside.told.map(undo_text).unwrap_or_default(),
        detail: Some(Arc::new(one.detail.clone())),
    }
}

/// The history of the entry's object, or who set its fields.
fn of_object(beside: &mut Beside<'_>, noise: &[String], making: &Making) -> Vec<PaneLine> {
    let Some(told) = beside.told else {
        return vec![PaneLine::of(Line::of(
            Role::Dim,
            "the entry names no object whose history could be told",
        ))];
    };
    let masker = beside.masker.as_deref_mut();
    let mut maker =
        Maker { making, options: diff_options(making), noise, masker, secrets: Secrets::default() };
    if making.tab == Tab::Blame { maker.blame(told) } else { maker.history(told) }
}

/// How the later of two entries differs from the earlier one: their records, field by field.
fn show_two(a: &One, b: &One, making: &Making) -> Shown {
    let options = diff_options(making);
    let head = vec![
        Line::of(Role::Strong, "Two entries compared").and(
            Role::Dim,
            format!("  ({} compares what they left of their objects, Esc goes back)", making.keys.diff),
        ),
        compared('-', Role::Removed, a, making),
        compared('+', Role::Added, b, making),
    ];
    if a.document.is_empty() || b.document.is_empty() {
        let line = Line::of(Role::Warning, "a record that is no JSON cannot be compared");
        return Shown { head, lines: vec![PaneLine::of(line)], ..Shown::default() };
    }
    let input = DiffInput::between(&a.document, &b.document);
    let title = format!("{} / {}", a.detail.entry.id.short(), b.detail.entry.id.short());
    Shown {
        head,
        lines: fold_changes(diff_lines(&input, &options).lines, &making.folded),
        diff_text: diff_text(&title, &input, &diff_options(making)),
        patch: compare::between(&a.document, &b.document, &options),
        title: Some(title),
        raw_copy: b.raw.clone(),
        detail: Some(Arc::new(b.detail.clone())),
        ..Shown::default()
    }
}

/// Leaves of each folded change the line that begins it.
fn fold_changes(lines: Vec<PaneLine>, folded: &BTreeSet<usize>) -> Vec<PaneLine> {
    let mut out: Vec<PaneLine> = Vec::with_capacity(lines.len());
    let mut hidden = 0;
    let tell = |out: &mut Vec<PaneLine>, hidden: &mut usize| {
        if let (Some(last), 1..) = (out.last_mut(), *hidden) {
            let noun = if *hidden == 1 { "line" } else { "lines" };
            last.line.push(Role::Dim, format!("   ... {hidden} {noun}"));
        }
        *hidden = 0;
    };
    for line in lines {
        if !line.first && line.change.is_some_and(|change| folded.contains(&change)) {
            hidden += 1;
            continue;
        }
        tell(&mut out, &mut hidden);
        out.push(line);
    }
    tell(&mut out, &mut hidden);
    out
}

fn compared(sign: char, role: Role, one: &One, making: &Making) -> Line {
    let entry = &one.detail.entry;
    let mut line = Line::of(role, format!("{sign} "));
    line.push(Role::Dim, format!("{}  {}  ", entry.id.short(), time(entry, making)));
    line.spans.extend(Title::of_entry(entry).line(60, making.charset()).spans);
    measure::cut_line(&line, making.width, making.charset())
}

fn diff_options(making: &Making) -> DiffOptions<'_> {
    DiffOptions {
        layout: match making.layout {
            DiffLayout::Fields => Layout::Fields,
            DiffLayout::Unified => Layout::Unified,
            DiffLayout::SideBySide => Layout::SideBySide,
        },
        width: making.width,
        unchanged: making.unchanged,
        noise: making.noise,
        cut: !making.wrap,
        arrays: making.arrays,
        charset: making.charset(),
        deadline: Some(Instant::now() + DEADLINE),
        keys: Some(DiffKeys {
            unchanged: &making.keys.unchanged,
            noise: &making.keys.noise,
            arrays: &making.keys.arrays,
        }),
    }
}

/// The lines that stay at the top: what, who, from where and when; the note.
fn head(one: &One, making: &Making) -> Vec<Line> {
    let entry = &one.detail.entry;
    let charset = making.charset();
    let id = entry.id.short();
    let room = making.width.saturating_sub(id.len() + 2);
    let mut head = title(entry, room, charset);
    head[0] = measure::pad_line(&head[0], room, charset).and(Role::Dim, format!("  {id}"));
    head.extend(circumstances(entry, making));
    if let Some(note) = &one.detail.note {
        let mut line = Line::of(Role::Label, "note: ");
        sanitise::push(&mut line, Role::Text, note, charset);
        head.push(measure::cut_line(&line, making.width, charset));
    }
    head
}

/// What happened, at least one line: the table cuts long names, so here they are whole, up to a length.
fn title(entry: &Entry<'_>, room: usize, charset: Charset) -> Vec<Line> {
    let title = Title::of_entry(entry);
    let lines = |cells: usize| measure::wrap(&title.line(cells, charset), room, 0);
    // Words end before a line does: what fits three lines by its length may need a fourth.
    let fitting = (1..=TITLE_LINES).rev().map(|n| lines(room * n)).find(|lines| lines.len() <= TITLE_LINES);
    fitting.unwrap_or_else(|| vec![Line::new()])
}

/// Who acted, when, and from where: in one line, or the name in one and the rest below it, so that the address is
/// never cut.
fn circumstances(entry: &Entry<'_>, making: &Making) -> Vec<Line> {
    let (charset, width) = (making.charset(), making.width);
    let who = who(entry, charset);
    let mut place = Line::of(Role::Text, time(entry, making));
    if let Some(ip) = &entry.ip {
        place.push(Role::Dim, "  ");
        sanitise::push(&mut place, Role::Text, &ip.to_string(), charset);
    }
    if measure::line_width(&who) + 2 + measure::line_width(&place) <= width {
        let mut line = who.and(Role::Text, "  ");
        line.spans.extend(place.spans);
        return vec![line];
    }
    let mut lines = vec![measure::cut_line(&who, width, charset)];
    lines.extend(measure::wrap(&place, width, 0));
    lines
}

fn who(entry: &Entry<'_>, charset: Charset) -> Line {
    let mut line = Line::new();
    match &entry.actor {
        Some(actor) => {
            let role = if actor.kind == ActorKind::System { Role::Badge } else { Role::Strong };
            sanitise::push(&mut line, role, actor.label(), charset);
            let email = actor.email.as_deref().filter(|email| *email != actor.label());
            if let Some(email) = email {
                sanitise::push(&mut line, Role::Dim, &format!(" <{email}>"), charset);
            }
        }
        None => line.push(Role::Dim, "nobody named"),
    }
    if let Some(actor) = &entry.on_behalf_of {
        line.push(Role::Dim, " for ");
        sanitise::push(&mut line, Role::Text, actor.label(), charset);
    }
    line
}

fn time(entry: &Entry<'_>, making: &Making) -> String {
    match &entry.time {
        Some(time) => {
            let zone = making.zone;
            format!("{} {}", zone.format(time.at, Style::Seconds), zone.abbreviation(time.at))
        }
        None => "no time".to_owned(),
    }
}

/// What the help says of the entry: what its activity means, what its vendor does not record, and where to ask.
fn about(entry: &Entry<'_>, format: Option<&Format>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut say = |label: &str, text: &str| {
        let mut line = Line::of(Role::Label, format!("{label}  "));
        sanitise::push(&mut line, Role::Text, text, Charset::Unicode);
        lines.push(line);
    };
    let activity = entry.activity.as_deref().and_then(|name| Catalog::builtin().find(name));
    if let Some(known) = activity.filter(|_| entry.format == "customerio") {
        say(&known.activity.name, &known.activity.about);
    }
    let Some(format) = format else { return lines };
    format.not_recorded.iter().for_each(|text| say("Not recorded", text));
    for (label, page) in [
        ("Documentation", &format.documentation),
        ("Need help?", &format.support),
        ("Feedback", &format.feedback),
    ] {
        if let Some(page) = page {
            say(label, page);
        }
    }
    lines
}

fn remarks(one: &One) -> Vec<String> {
    let masked = one.detail.masked.then(|| "secrets are masked here, in copies and in exports".to_owned());
    let guessed = one.detail.entry.guessed.map(|percent| {
        let whose = match &*one.detail.entry.format {
            "generic" => "no format fits this record".to_owned(),
            draft => format!("the format {draft} does not state all of it"),
        };
        format!("{whose}: what it means was guessed ({percent} % sure); the raw data is as it came")
    });
    masked.into_iter().chain(guessed).collect()
}
