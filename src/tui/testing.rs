//! A screen for tests: keys go in, effects are done at once over a store in memory, frames come out.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::HintStyle;
use crate::domain::json::{Doc, Node};
use crate::domain::time::SECOND;
use crate::domain::{
    Action, Actor, ActorKind, Change, ChangeOp, Class, Entry, EntryId, Field, IdPrefix, Ip, Moment, Outcome,
    Plan, Provenance, Scope, Target, Timestamp, Zone,
};
use crate::ingest::format::Formats;
use crate::ops::Access;
use crate::ops::mask::Masker;
use crate::query::oracle::{Held, Oracle};
use crate::query::{
    Answer, Cancel, Facet, Filter, Histogram, Page, PageRequest, ParseContext, Position, Row, Sort, Watch,
};
use crate::store::{
    Checked, Generation, Interpret, Kept, Reader, Reject, Result, SourceId, SourceInfo, StoreStats,
    StoredRecord,
};

use super::effects::Effect;
use super::keymap::{Key, Keymap};
use super::model::selection::Selection;
use super::model::slot::Ticket;
use super::model::times::Times;
use super::model::{Model, Setup, Skin};
use super::msg::{Msg, Now};
use super::readers::{CountsAnswers, DetailAnswers, ErrandAnswers, PageAnswers, QuestAnswers};
use super::theme::Theme;
use super::update::update;
use super::view::view;
use super::worker::{Answers, Job};

/// 2026-11-22T14:05:00Z
pub(super) const NOW: Timestamp = Timestamp(1_795_356_300 * SECOND);

/// What the store of tests holds.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) oracle: Oracle,
    pub(super) rejects: Vec<Reject>,
    pub(super) generation: u64,
    pub(super) broken: Option<String>,
    /// How often values were counted.
    pub(super) counted: usize,
}

/// A connection to the shelf.
struct ShelfReader(Arc<Mutex<Shelf>>);

impl ShelfReader {
    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.0.lock().unwrap()
    }
}

impl Reader for ShelfReader {
    fn generation(&mut self) -> Result<Generation> {
        Ok(Generation(self.shelf().generation))
    }

    fn page(&mut self, request: &PageRequest, _watch: &mut dyn Watch) -> Result<Answer<Page>> {
        let shelf = self.shelf();
        match &shelf.broken {
            Some(reason) => Err(crate::store::StoreError::Damaged {
                what: "segment 3".to_owned(),
                reason: reason.clone(),
            }),
            None => Ok(Some(shelf.oracle.page(request))),
        }
    }

    fn count(&mut self, filter: &Filter, _watch: &mut dyn Watch) -> Result<Answer<u64>> {
        Ok(Some(self.shelf().oracle.count(filter)))
    }

    fn facets(
        &mut self,
        groups: &[(Field, Filter)],
        top: usize,
        _watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Facet>>> {
        let mut shelf = self.shelf();
        shelf.counted += 1;
        Ok(Some(groups.iter().map(|(field, filter)| shelf.oracle.facet(*field, filter, top)).collect()))
    }

    fn histogram(
        &mut self,
        filter: &Filter,
        buckets: usize,
        _watch: &mut dyn Watch,
    ) -> Result<Answer<Histogram>> {
        Ok(Some(self.shelf().oracle.histogram(filter, buckets)))
    }

    fn for_each(
        &mut self,
        filter: &Filter,
        sort: Sort,
        _watch: &mut dyn Watch,
        each: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<Answer<()>> {
        let rows = self.shelf().oracle.rows(filter, sort);
        let _ = rows.iter().all(each);
        Ok(Some(()))
    }

    fn for_each_record(
        &mut self,
        filter: &Filter,
        sort: Sort,
        _watch: &mut dyn Watch,
        wanted: &dyn Fn(&Row) -> bool,
        each: &mut dyn FnMut(&Row, Option<Kept>) -> bool,
    ) -> Result<Answer<()>> {
        let rows = self.shelf().oracle.rows(filter, sort);
        for row in rows {
            let record = if wanted(&row) { self.record(row.id)? } else { None };
            if !each(&row, record.map(|record| Kept { record, note: None })) {
                break;
            }
        }
        Ok(Some(()))
    }

    fn find(&mut self, prefix: &IdPrefix, limit: usize) -> Result<Vec<Row>> {
        let shelf = self.shelf();
        let rows = shelf.oracle.held.iter().filter(|held| prefix.matches(held.entry.id)).map(Held::row);
        Ok(rows.take(limit).collect())
    }

    fn record(&mut self, id: EntryId) -> Result<Option<StoredRecord>> {
        let shelf = self.shelf();
        let held = shelf.oracle.held.iter().find(|held| held.entry.id == id);
        Ok(held.map(|held| StoredRecord {
            raw: held.raw.clone(),
            source: Arc::default(),
            format: "customerio".into(),
            record: held.position.order,
            offset: 0,
            occurrence: 0,
        }))
    }

    fn sources(&mut self) -> Result<Vec<SourceInfo>> {
        let shelf = self.shelf();
        let rejects = shelf.rejects.len() as u64;
        Ok(vec![SourceInfo { name: "log.ndjson".into(), rejects, ..SourceInfo::default() }])
    }

    fn rejects(
        &mut self,
        _source: Option<SourceId>,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Reject)>> {
        let shelf = self.shelf();
        let rejects = shelf.rejects.iter().skip(skip as usize).take(limit).cloned();
        Ok(rejects.map(|reject| ("log.ndjson".into(), reject)).collect())
    }

    fn note(&mut self, id: EntryId) -> Result<Option<String>> {
        let shelf = self.shelf();
        let noted = shelf.oracle.held.iter().any(|held| held.entry.id == id && held.noted);
        Ok(noted.then(|| "ask Ana".to_owned()))
    }

    fn views(&mut self) -> Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    fn stats(&mut self) -> Result<StoreStats> {
        Ok(StoreStats::default())
    }

    fn check(
        &mut self,
        _: &mut dyn Watch,
        _: &mut dyn FnMut(crate::store::Damage),
    ) -> Result<Answer<Checked>> {
        Ok(Some(Checked::default()))
    }
}

/// Finds the entry of a record on the shelf.
struct Shelved(Arc<Mutex<Shelf>>);

impl Interpret for Shelved {
    fn entries(&self, record: &StoredRecord) -> Vec<Entry<'static>> {
        let shelf = self.0.lock().unwrap();
        let of_record = |held: &&Held| held.position.order == record.record;
        shelf.oracle.held.iter().filter(of_record).map(|held| held.entry.clone()).collect()
    }

    fn document(&self, raw: &[u8], _source: &SourceInfo, visit: &mut dyn FnMut(Node<'_>)) {
        let mut doc = Doc::new();
        if let Ok(root) =
            std::str::from_utf8(raw).map_err(drop).and_then(|text| doc.parse(text).map_err(drop))
        {
            visit(root);
        }
    }
}

/// A screen for tests.
pub(super) struct Harness {
    pub(super) model: Model,
    pub(super) shelf: Arc<Mutex<Shelf>>,
    /// Effects that only a real screen could do, in order.
    pub(super) done: Vec<Effect>,
    access: Access,
    detail: DetailAnswers,
    counts: CountsAnswers,
    running: Duration,
    inbox: (std::sync::mpsc::Sender<Msg>, Receiver<Msg>),
    /// Answers are kept back until `settle`.
    pub(super) hold: bool,
    held: VecDeque<Effect>,
}

impl Harness {
    /// Opens a screen of this size on so many entries.
    pub(super) fn new(width: u16, height: u16, entries: u64) -> Harness {
        Harness::with(width, height, shelf(entries), |_, _| {})
    }

    /// Opens a screen on a shelf, with options set before.
    pub(super) fn with(
        width: u16,
        height: u16,
        shelf: Shelf,
        options: impl FnOnce(&mut Setup, &mut Skin),
    ) -> Harness {
        let mut harness = Harness::made(shelf, options);
        harness.send(Msg::Resize(width, height));
        harness
    }

    /// Makes a screen that has no size yet.
    pub(super) fn unopened(entries: u64) -> Harness {
        Harness::made(shelf(entries), |_, _| {})
    }

    fn made(shelf: Shelf, options: impl FnOnce(&mut Setup, &mut Skin)) -> Harness {
        let mut setup = Setup { writable: true, ..Setup::default() };
        let mut skin = Skin {
            keymap: Arc::new(Keymap::default()),
            theme: Arc::new(Theme::default()),
            ascii: false,
            hints: HintStyle::Full,
            links: false,
        };
        options(&mut setup, &mut skin);
        let plan = setup.plan;
        let shelf = Arc::new(Mutex::new(shelf));
        let model = Model::new(setup, skin, Times::new(Zone::Utc), Selection::default());
        let interpret = Arc::new(Shelved(shelf.clone()));
        let access = Access::new(Box::new(ShelfReader(shelf.clone())), interpret, plan, NOW)
            .masked(Masker::new(Formats::builtin()));
        Harness {
            model,
            shelf,
            done: Vec::new(),
            access,
            detail: DetailAnswers::new(Formats::builtin(), true),
            counts: CountsAnswers::default(),
            running: Duration::ZERO,
            inbox: channel(),
            hold: false,
            held: VecDeque::new(),
        }
    }

    /// Sends a message, and does every effect that comes of it.
    pub(super) fn send(&mut self, msg: Msg) {
        let now = Now { wall: Some(NOW), running: self.running };
        // What a test changed in the model by hand asks for something already now.
        let mut effects = update(&mut self.model, Msg::Time(now));
        effects.extend(update(&mut self.model, msg));
        self.held.extend(effects);
        if !self.hold {
            self.settle();
        }
    }

    /// Does what was kept back.
    pub(super) fn settle(&mut self) {
        while let Some(effect) = self.held.pop_front() {
            let Some(msg) = self.perform(effect) else { continue };
            let effects = update(&mut self.model, msg);
            self.held.extend(effects);
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Msg> {
        let (access, inbox) = (&mut self.access, &self.inbox.0);
        let msg = match effect {
            Effect::Page(ticket, key) => ask(&mut PageAnswers, access, ticket, key, inbox),
            Effect::Detail(ticket, key) => ask(&mut self.detail, access, ticket, key, inbox),
            Effect::Counts(ticket, key) => ask(&mut self.counts, access, ticket, *key, inbox),
            Effect::Quest(ticket, quest) => ask(&mut QuestAnswers, access, ticket, quest, inbox),
            Effect::Errand(ticket, want) => {
                let formats = crate::ingest::format::Formats::builtin();
                ask(&mut ErrandAnswers { formats }, access, ticket, want, inbox)
            }
            other => {
                self.done.push(other);
                return None;
            }
        };
        Some(msg)
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, millis: u64) {
        self.running += Duration::from_millis(millis);
        let now = Now { wall: Some(NOW), running: self.running };
        let effects = update(&mut self.model, Msg::Time(now));
        assert!(effects.is_empty(), "time alone asks for nothing: {effects:?}");
    }

    /// Presses keys, named as in the key map's file, with blanks between them. Time passes with each.
    pub(super) fn keys(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            let key = Key::parse(name).unwrap_or_else(|| panic!("no key is called {name:?}"));
            self.running += Duration::from_millis(500);
            self.send(Msg::Key(key));
        }
    }

    /// Types text.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Msg::Key(Key::char(c)));
        }
    }

    /// Draws; returns the cells.
    pub(super) fn buffer(&self) -> Buffer {
        let area = self.model.area;
        let mut buffer = Buffer::empty(Rect::new(0, 0, area.width, area.height));
        view(&self.model, &mut buffer);
        buffer
    }

    /// Draws; returns the lines without the blanks at their ends.
    pub(super) fn screen(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width).max(1);
        let line = |cells: &[ratatui::buffer::Cell]| {
            let text: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
            text.trim_end().to_owned()
        };
        buffer.content.chunks(width).map(line).collect::<Vec<_>>().join("\n")
    }

    /// The short id of the entry under the cursor.
    pub(super) fn at(&self) -> u64 {
        self.model.table.cursor_row().map_or(u64::MAX, |row| row.record)
    }

    /// The line of the table that the cursor is on.
    pub(super) fn line(&self) -> usize {
        self.model.table.line()
    }

    /// The news.
    pub(super) fn toast(&self) -> String {
        self.model.toasts.last().map(|toast| toast.text.clone()).unwrap_or_default()
    }

    /// The query in force.
    pub(super) fn query(&self) -> String {
        self.model.filter().to_string()
    }
}

fn ask<A: Answers>(
    answers: &mut A,
    access: &mut Access,
    ticket: Ticket,
    question: A::Question,
    inbox: &std::sync::mpsc::Sender<Msg>,
) -> Msg {
    let job = Job { ticket, question, now: NOW, cancel: Cancel::new() };
    match answers.answer(access, &job, inbox) {
        Ok(Some(msg)) => msg,
        Ok(None) => panic!("an answer was stopped that nobody stopped"),
        Err(error) => A::failed(ticket, error.to_string()),
    }
}

/// Reads a query as a user types it.
pub(super) fn query(text: &str) -> Filter {
    crate::query::parse(text, &ParseContext { now: NOW, zone: Zone::Utc }).unwrap()
}

/// So many entries, the newest first in time: numbers of records rise with time. Twelve a day.
pub(super) fn shelf(entries: u64) -> Shelf {
    let held = (0..entries).map(|number| held(number, entries)).collect();
    Shelf { oracle: Oracle { held }, generation: 1, ..Shelf::default() }
}

fn held(number: u64, of: u64) -> Held {
    let entry = entry(number, of);
    let time = entry.time.as_ref().map(|time| time.at);
    let text =
        |value: &Option<std::borrow::Cow<'static, str>>| value.clone().unwrap_or_default().into_owned();
    let target = entry.target().cloned().unwrap_or_default();
    let actor = entry.actor.as_ref().map(|actor| actor.label().to_owned()).unwrap_or_default();
    let raw = format!(
        r#"{{"id":{number},"activity":"{}","user":"{actor}","object":{{"id":"{}","name":"{}"}},"client":"ui"}}"#,
        text(&entry.activity),
        text(&target.id),
        text(&target.name),
    );
    let position = Position { time, source: 1, order: number, part: 0 };
    Held { entry, raw: raw.into_bytes(), position, noted: number % 50 == 7, marked: false }
}

fn entry(number: u64, of: u64) -> Entry<'static> {
    const PEOPLE: [(&str, &str); 3] =
        [("Ana Silva", "ana@ex.com"), ("Bo Lund", "bo@ex.com"), ("Cy Park", "cy@ex.com")];
    let mut entry = Entry::blank("customerio");
    let age = (of - 1 - number) as i64 * 7_200 * SECOND;
    let at = Timestamp(NOW.0 - 49 * SECOND - age);
    entry.id = EntryId::of(&number.to_be_bytes(), 0);
    entry.time = Some(Moment { at, digits: 0, text: at.rfc3339(0).into() });
    let (name, email) = PEOPLE[(number % 3) as usize];
    let by_system = number % 10 == 4;
    entry.actor = Some(if by_system {
        Actor::of(ActorKind::System)
    } else {
        let id = Some(format!("u{}", number % 3).into());
        Actor { kind: ActorKind::Member, name: Some(name.into()), email: Some(email.into()), id }
    });
    entry.ip = (!by_system).then(|| Ip::read(format!("203.0.113.{}", number % 5 + 1).into()).unwrap());
    entry.outcome = Outcome::Success;
    if number % 4 == 1 {
        session(&mut entry);
    } else {
        campaign(&mut entry, number);
    }
    entry.place.record = number;
    entry.place.source = "log.ndjson".into();
    entry
}

fn session(entry: &mut Entry<'static>) {
    entry.scope = Some(Scope::Account);
    entry.event_type = Some("Security".into());
    entry.class = Class::Login;
    entry.activity = Some("Log in/out".into());
    entry.action = Action::LoggedIn;
}

fn campaign(entry: &mut Entry<'static>, number: u64) {
    let which = number % 6;
    entry.scope = Some(Scope::Workspace);
    entry.workspace = Some(if which.is_multiple_of(2) { "production" } else { "staging" }.into());
    entry.event_type = Some("Messaging".into());
    entry.class = Class::Content;
    entry.activity = Some("Campaign".into());
    entry.action = Action::Updated;
    let name = ["Welcome", "Black Friday", "Win back", "Digest", "Trial ends", "Survey"][which as usize];
    entry.targets = vec![Target {
        kind: Some("campaign".into()),
        id: Some(format!("c{which}").into()),
        name: Some(name.into()),
    }];
    let change = |path: &'static str, before: &'static str, after: &'static str| Change {
        path: path.into(),
        op: ChangeOp::Replace,
        before: Some(before.into()),
        after: Some(after.into()),
        provenance: Provenance::Recorded,
    };
    entry.changes = vec![
        change("name", r#""Black Friday""#, r#""Black Friday 2026""#),
        change("state", r#""draft""#, r#""live""#),
        change("updated_at", "1795350000", "1795356000"),
    ];
}

/// A shelf in which the entries of these numbers are one bulk action, a tenth of a second apart, at the time of
/// the last of them.
pub(super) fn with_bulk(entries: u64, bulk: std::ops::Range<u64>) -> Shelf {
    let mut shelf = shelf(entries);
    let end = shelf.oracle.held[bulk.end as usize - 1].position.time.unwrap();
    for number in bulk.clone() {
        let held = &mut shelf.oracle.held[number as usize];
        let at = Timestamp(end.0 - (bulk.end - 1 - number) as i64 * SECOND / 10);
        held.position.time = Some(at);
        let entry = &mut held.entry;
        entry.time = Some(Moment { at, digits: 1, text: at.rfc3339(1).into() });
        entry.actor = Some(Actor { name: Some("Ana Silva".into()), ..Actor::of(ActorKind::Member) });
        entry.scope = Some(Scope::Workspace);
        entry.workspace = Some("production".into());
        entry.activity = Some("Profile Deletion".into());
        entry.action = Action::Deleted;
        entry.changes.clear();
        let name = Some(format!("profile {number}").into());
        entry.targets =
            vec![Target { kind: Some("person".into()), id: Some(format!("p{number}").into()), name }];
    }
    shelf
}

/// A shelf on which no record of a campaign says what its state was before.
pub(super) fn without_befores(entries: u64) -> Shelf {
    let mut shelf = shelf(entries);
    for (number, held) in shelf.oracle.held.iter_mut().enumerate() {
        for change in held.entry.changes.iter_mut().filter(|change| change.path == "state") {
            change.before = None;
            change.after = Some(if number % 5 < 3 { r#""live""# } else { r#""paused""# }.into());
        }
    }
    shelf
}

/// A plan that shows thirty days.
pub(super) fn essentials() -> Plan {
    Plan::parse("essentials").unwrap()
}
