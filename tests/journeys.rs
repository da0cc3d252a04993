//! What people do on the screen, by keys, with the real store and the real threads behind it. Waits for
//! answers, never for time.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use auditty::config::{ClipboardMode, HintStyle};
use auditty::domain::{Plan, Timestamp, Zone};
use auditty::ingest::Input;
use auditty::ingest::source::Found;
use auditty::ops::demo::{DemoOptions, DemoReader};
use auditty::ops::export;
use auditty::ops::import::{self, import_found};
use auditty::ops::open::{Opened, Options};
use auditty::query::Cancel;
use auditty::tui::clipboard::ClipboardSetup;
use auditty::tui::keymap::{Key, Keymap};
use auditty::tui::model::selection::Selection;
use auditty::tui::model::times::Times;
use auditty::tui::model::{Model, Setup, Skin};
use auditty::tui::msg::{Msg, Now};
use auditty::tui::shell::{Shell, Tools};
use auditty::tui::theme::Theme;
use auditty::tui::tidy::Tidy;
use auditty::tui::update::update;
use auditty::tui::view::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// 2026-11-22T14:05:00Z
const NOW: Timestamp = Timestamp(1_795_356_300_000_000_000);

/// Longest wait for an answer; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

struct Screen {
    model: Model,
    shell: Option<Shell>,
    messages: Receiver<Msg>,
    folder: tempfile::TempDir,
    running: Duration,
}

impl Screen {
    /// Opens a screen on so many entries of the demonstration.
    fn open(width: u16, height: u16, entries: u64) -> Screen {
        Screen::open_with(width, height, entries, "")
    }

    /// Opens a screen on so many entries of the demonstration and these records.
    fn open_with(width: u16, height: u16, entries: u64, records: &str) -> Screen {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { formats: None, plan: Plan::NONE, now: NOW, mask: true };
        let opened = Arc::new(Opened::store(&folder.path().join("store.db"), false, true, &options).unwrap());
        fill(&folder, &opened, entries);
        if !records.is_empty() {
            let path = folder.path().join("more.ndjson");
            fs::write(&path, records).unwrap();
            read(&path, "more", &opened);
        }
        let mut clipboard = ClipboardSetup::new(|_| None, folder.path().join("copies"));
        clipboard.mode = ClipboardMode::Off;
        let clock = Arc::new(|| NOW);
        let tools = Tools { opened, writable: true, clock, clipboard, loading: None, live: None };
        let setup = Setup { writable: true, export_folder: folder.path().to_owned(), ..Setup::default() };
        let skin = Skin {
            keymap: Arc::new(Keymap::default()),
            theme: Arc::new(Theme::default()),
            ascii: true,
            hints: HintStyle::Full,
            links: false,
        };
        let model = Model::new(setup, skin, Times::new(Zone::Utc), Selection::default());
        let (inbox, messages) = channel();
        let shell = Some(Shell::new(tools, inbox));
        let mut screen = Screen { model, shell, messages, folder, running: Duration::ZERO };
        screen.send(Msg::Resize(width, height));
        screen.settle();
        screen
    }

    fn send(&mut self, msg: Msg) {
        let now = Now { wall: Some(NOW), running: self.running };
        for msg in [Msg::Time(now), msg] {
            for effect in update(&mut self.model, msg) {
                let left = self.shell.as_mut().unwrap().perform(effect);
                assert_eq!(left, None, "nothing here is for a terminal");
            }
        }
    }

    /// Takes answers until none is waited for.
    fn settle(&mut self) {
        self.until(|model| !model.waiting() && model.job.is_none());
    }

    fn until(&mut self, wanted: impl Fn(&Model) -> bool) {
        while !wanted(&self.model) {
            let msg = self.messages.recv_timeout(PATIENCE);
            let msg = msg.unwrap_or_else(|_| panic!("waited in vain\n{}", self.text()));
            self.send(msg);
        }
    }

    /// Presses keys, and waits for what they asked for.
    fn keys(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            self.running += Duration::from_millis(500);
            self.send(Msg::Key(Key::parse(name).unwrap()));
            self.settle();
        }
    }

    fn type_text(&mut self, text: &str) {
        text.chars().for_each(|c| self.send(Msg::Key(Key::char(c))));
        self.settle();
    }

    fn text(&self) -> String {
        let area = self.model.area;
        let mut buffer = Buffer::empty(Rect::new(0, 0, area.width, area.height));
        view(&self.model, &mut buffer);
        let line = |cells: &[ratatui::buffer::Cell]| {
            cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned()
        };
        buffer.content.chunks(usize::from(area.width)).map(line).collect::<Vec<_>>().join("\n")
    }

    /// Waits for a toast that holds a text.
    fn told(&mut self, text: &str) -> String {
        let holds = |model: &Model| model.toasts.iter().any(|toast| toast.text.contains(text));
        self.until(holds);
        self.model.toasts.iter().rfind(|toast| toast.text.contains(text)).unwrap().text.clone()
    }

    fn query(&self) -> String {
        self.model.filter().to_string()
    }

    /// What stands in the file that the last copy went to.
    fn copied(&mut self) -> String {
        let toast = self.told("wrote");
        self.model.toasts.clear();
        let files = fs::read_dir(self.folder.path().join("copies")).unwrap();
        let newest = files
            .map(|file| file.unwrap().path())
            .max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
        fs::read_to_string(newest.unwrap_or_else(|| panic!("{toast}"))).unwrap()
    }
}

fn fill(folder: &tempfile::TempDir, opened: &Opened, entries: u64) {
    let path: PathBuf = folder.path().join("demo.ndjson");
    let options = DemoOptions { seed: 1, now: NOW, entries, lean: false };
    std::io::copy(&mut DemoReader::new(&options), &mut fs::File::create(&path).unwrap()).unwrap();
    read(&path, "demo", opened);
}

/// Imports a file.
fn read(path: &std::path::Path, name: &str, opened: &Opened) {
    let mut input = Input::file(path);
    input.name = name.into();
    let found = Found { inputs: vec![input], problems: Vec::new() };
    let how = import::Options { now: Some(NOW), ..import::Options::default() };
    import_found(&found, &how, opened.store.as_ref(), opened.formats(), &mut |_| {}, &Cancel::new()).unwrap();
}

#[test]
fn an_admin_finds_who_touched_credentials_and_copies_the_record() {
    let mut s = Screen::open(150, 45, 2_000);
    assert!(s.text().contains("2 000 entries, 1 source"), "{}", s.text());
    s.keys("&");
    s.type_text("activity:\"API Credentials\" action:created");
    s.keys("enter");
    let total = s.model.table.total;
    assert!(total > 0 && total < 100, "{}", s.text());
    assert!(s.text().contains("API Credentials"), "{}", s.text());
    s.keys("y r");
    let raw = s.copied();
    assert!(raw.contains("API Credentials") && raw.starts_with('{'), "{raw}");
    s.keys("u");
    assert_eq!(s.model.table.total, 2_000);
}

#[test]
fn filters_by_hand_and_back() {
    let mut s = Screen::open(150, 45, 2_000);
    s.keys("1 j j space");
    let query = s.query();
    assert!(query.starts_with("type:"), "{query}");
    let some = s.model.table.total;
    assert!(some > 0 && some < 2_000);
    s.keys("j !");
    s.keys("w w");
    assert!(s.query().contains("workspace:"), "{}", s.query());
    s.keys("u u u u");
    assert_eq!((s.query().as_str(), s.model.table.total), ("", 2_000));
    s.keys("ctrl-r");
    assert_eq!(s.model.table.total, some);
}

#[test]
fn an_export_holds_the_rows_of_the_screen() {
    let mut s = Screen::open(150, 45, 2_000);
    s.keys("&");
    s.type_text("type:Permissions");
    s.keys("enter");
    let total = s.model.table.total;
    s.keys("e");
    assert!(!s.model.dialogs.is_empty());
    s.keys("shift-tab shift-tab space");
    s.keys("enter");
    if !s.model.dialogs.is_empty() {
        panic!("Enter does what the dialog offers\n{}", s.text());
    }
    s.told("written to");
    let files = fs::read_dir(s.folder.path()).unwrap().map(|file| file.unwrap().path());
    let csv = files.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "csv")).unwrap();
    let manifest = fs::read_to_string(export::manifest_path(&csv)).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["entries"], total);
    assert_eq!(manifest["bytes"], fs::metadata(&csv).unwrap().len());
    let rows = csv::Reader::from_path(csv).unwrap().records().map(Result::unwrap).count();
    assert_eq!(rows as u64, total);
}

#[test]
fn a_link_is_followed_whatever_the_filter() {
    let mut s = Screen::open(100, 30, 1_000);
    s.keys("G");
    let id = s.model.current().unwrap();
    s.keys("g &");
    s.type_text("actor:System");
    s.keys("enter i");
    s.type_text(&format!("auditty://{id}"));
    s.keys("enter");
    assert_eq!(s.model.current(), Some(id), "{}", s.text());
}

#[test]
fn notes_and_bookmarks_are_kept() {
    let mut s = Screen::open(150, 45, 300);
    s.keys("j j M");
    s.told("1 entry bookmarked");
    s.settle();
    assert!(s.model.table.cursor_row().unwrap().marked, "{}", s.text());
    s.keys("a");
    s.type_text("ask Ana");
    s.keys("enter");
    if !s.model.dialogs.is_empty() {
        s.keys("ctrl-s");
    }
    s.told("note saved");
    s.settle();
    assert!(s.text().contains("ask Ana"), "{}", s.text());
    s.keys("&");
    s.type_text("has:note has:mark");
    s.keys("enter");
    assert_eq!(s.model.table.total, 1);
}

#[test]
fn a_search_walks_through_the_store() {
    let mut s = Screen::open(150, 45, 2_000);
    s.keys("/");
    s.type_text("whitelisted");
    s.keys("enter");
    let first = s.model.table.cursor;
    assert!(s.text().contains(" of "), "{}", s.text());
    s.keys("n");
    assert!(s.model.table.cursor > first);
    s.keys("N");
    assert_eq!(s.model.table.cursor, first);
}

#[test]
fn a_bulk_action_is_a_line_that_unfolds() {
    let mut s = Screen::open_with(150, 45, 300, &bulk());
    assert_eq!(s.model.table.total, 42 + 300);
    assert!(s.text().contains("> 42 x Profile Deletion"), "{}", s.text());
    let newest = s.model.table.current;
    s.keys("enter j j");
    assert_ne!(s.model.table.current, newest);
    let text = s.text();
    assert!(text.contains("v 42 x Profile Deletion") && text.contains("'ghost 40' deleted"), "{text}");
    s.keys("k k enter j");
    assert_eq!(s.model.table.cursor, 42, "folded again, the next line is the next entry");
    // What is counted and exported are single entries.
    s.keys("k =");
    let total = s.model.table.total;
    assert!(total >= 42 && s.text().contains(&format!("{total} of 342")), "{}", s.text());
    s.keys("e enter");
    s.told("written to");
    let files = fs::read_dir(s.folder.path()).unwrap().map(|file| file.unwrap().path());
    let csv = files.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "csv")).unwrap();
    let rows = csv::Reader::from_path(csv).unwrap().records().map(Result::unwrap).count();
    assert_eq!(rows as u64, total);
}

/// 42 deletions in five seconds.
fn bulk() -> String {
    let record = |number: u64| {
        let (second, tenth) = (number / 9, number % 9);
        let start = format!(r#"{{"id":"bulk-{number}","created_at":"2026-11-22T14:04:0{second}.{tenth}00Z""#);
        let what = r#""scope":"workspace","workspace":"Production","event_type":"People & Objects","activity":"Profile Deletion","object_type":"profile_deletion","action":"deleted""#;
        let who = r#""user":{"id":7,"name":"Ana Silva","email":"ana@ex.com"},"actor_type":"user","ip_addr":"203.0.113.7","api":"ui","session_id":"ses_1","changes":[],"payload":{}"#;
        format!("{start},{what},\"object_id\":\"g{number}\",\"object_name\":\"ghost {number}\",{who}}}\n")
    };
    (0..42).map(record).collect()
}

#[test]
fn leaving_ends_every_thread() {
    let mut s = Screen::open(80, 24, 300);
    s.keys("q");
    assert!(s.model.exit.is_some());
    drop(s.shell.take());
    let late = s.messages.try_iter().count();
    assert!(s.messages.recv_timeout(Duration::from_millis(1)).is_err(), "{late} came late, then no more");
}

#[test]
fn the_store_is_tidied_while_nobody_presses_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { formats: None, plan: Plan::NONE, now: NOW, mask: true };
    let opened = Arc::new(Opened::store(&folder.path().join("store.db"), false, true, &options).unwrap());
    fill(&folder, &opened, 3_000);
    let before = opened.access().unwrap().stats().unwrap();
    let busy = Tidy::spawn(opened.store.clone(), Duration::from_secs(600));
    busy.used();
    drop(busy);
    assert_eq!(opened.access().unwrap().stats().unwrap(), before, "a screen in use leaves the store alone");
    let _tidy = Tidy::spawn(opened.store.clone(), Duration::from_millis(5));
    let begun = std::time::Instant::now();
    let mut stats = before;
    while stats.unfiltered_blocks + stats.mergeable > 0 {
        assert!(begun.elapsed() < PATIENCE, "{stats:?}");
        std::thread::yield_now();
        stats = opened.access().unwrap().stats().unwrap();
    }
    assert_eq!(stats.entries, before.entries);
}

#[test]
fn a_file_is_imported_from_the_screen() {
    let mut screen = Screen::open(100, 24, 20);
    let path = screen.folder.path().join("late.ndjson");
    let record = r#"{"time":"2026-11-22T14:04:59Z","actor":"Zora Late","action":"created"}"#;
    fs::write(&path, format!("{record}\nno record\n")).unwrap();
    for said in ["1 entry new; 0 duplicate; 1 record not parsed", "imported before; nothing new in it"] {
        screen.keys("I");
        screen.send(Msg::Paste(path.display().to_string()));
        screen.keys("enter");
        let told = screen.model.toasts.last().map(|toast| toast.text.clone()).unwrap_or_default();
        assert!(told.contains(said), "{told}");
    }
    screen.until(|model| model.entries() == Some(21));
    screen.settle();
    screen.keys("g");
    assert!(screen.text().contains("Zora Late"), "{}", screen.text());
    let path = screen.folder.path().join("no.bin");
    fs::write(&path, [0u8, 159, 146, 150, 0, 1, 2, 3]).unwrap();
    screen.keys("I");
    screen.send(Msg::Paste(path.display().to_string()));
    screen.keys("enter");
    let trouble = screen.model.trouble.clone().unwrap_or_default();
    assert!(trouble.contains("no.bin"), "{trouble:?}");
}
