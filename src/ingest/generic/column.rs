//! What the columns of a table without a header hold, by their values in all records that are at hand.

use std::collections::HashSet;

use hashbrown::HashMap;

use super::leaf::{Leaf, nameless};
use super::{time, what};
use crate::domain::json::Node;
use crate::ingest::format::shape;
use crate::ingest::map::words;

/// Of what kind the values of a column are: how many of them.
#[derive(Default)]
struct Column {
    /// Values that are not empty.
    values: usize,
    times: usize,
    clocks: usize,
    addresses: usize,
    emails: usize,
    methods: usize,
    /// Codes or short texts with a verb.
    acts: usize,
    /// Such that are written like a code: `user.created`, `FAILED_LOGIN`, `KeyCreatedEvent`.
    codes: usize,
    outcomes: usize,
    statuses: usize,
    paths: usize,
    /// Single words that may be somebody's name.
    names: usize,
    /// Texts of several words.
    sentences: usize,
    ids: usize,
    numbers: usize,
    distinct: HashSet<String>,
}

/// Words that stand in logs and are nobody's name.
const NOBODY: &[&str] = &[
    "http",
    "https",
    "ssh",
    "tcp",
    "udp",
    "tls",
    "ssl",
    "ldap",
    "web",
    "cli",
    "gui",
    "api",
    "ui",
    "info",
    "warn",
    "warning",
    "error",
    "debug",
    "notice",
    "low",
    "medium",
    "high",
    "critical",
    "true",
    "false",
    "yes",
    "no",
    "localhost",
    "null",
    "none",
    "mozilla",
    "curl",
    "config",
    "system",
    "login",
    "logout",
    "user",
    "prod",
    "production",
    "staging",
    "audit",
    "event",
    "log",
];

/// Returns the names that the nameless columns deserve: `column_3` is a `user`.
pub(super) fn names(records: &[Vec<Leaf<'_>>]) -> Vec<(String, &'static str)> {
    let mut columns: HashMap<String, Column> = HashMap::new();
    let mut order: Vec<String> = Vec::new();
    for leaf in records.iter().flatten().filter(|leaf| leaf.inside == 0 && nameless(&leaf.keys)) {
        if !columns.contains_key(&leaf.text) {
            order.push(leaf.text.clone());
        }
        columns.entry(leaf.text.clone()).or_default().add(leaf.node);
    }
    order.sort_by_key(|name| number_of(name));
    let columns: Vec<Column> = order.iter().map(|name| columns.remove(name).unwrap_or_default()).collect();
    let mut naming = Naming { names: vec![None; columns.len()], columns };
    naming.decide();
    order.into_iter().zip(naming.names).filter_map(|(name, is)| Some((name, is?))).collect()
}

fn number_of(name: &str) -> usize {
    name.trim_start_matches("column_").parse().unwrap_or(usize::MAX)
}

impl Column {
    fn add(&mut self, node: Node<'_>) {
        let Some(text) = node.scalar() else { return };
        let text = text.trim();
        if text.is_empty() || super::NOTHING.contains(&text) {
            return;
        }
        let lower = text.to_lowercase();
        let several = text.split_whitespace().count() > 1;
        let address = what::address(text).is_some();
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let method = METHODS.contains(&text);
        let path = text.starts_with('/') || text.contains("://");
        let outcome = !digits && is_outcome(&lower);
        let is_time = shape::looks_like_time(node) && (text.len() >= 10);
        let plain = !address && !digits && !method && !path && !outcome && !is_time;
        let short = plain && text.len() <= 60 && !text.contains(['/', '"', '{', '=']);
        let act = short && (words::action(text).is_some() || is_dotted(text));
        self.values += 1;
        self.times += usize::from(is_time);
        self.clocks += usize::from(!is_time && time::is_clock_text(text));
        self.addresses += usize::from(address);
        self.emails += usize::from(shape::is_email(text));
        self.methods += usize::from(method);
        self.acts += usize::from(act);
        self.codes += usize::from(act && is_code(text));
        self.outcomes += usize::from(outcome);
        self.statuses += usize::from(text.len() == 3 && words::http_status(text));
        self.paths += usize::from(path);
        self.names += usize::from(plain && !several && is_name(text, &lower));
        self.sentences += usize::from(plain && text.split_whitespace().count() > 3);
        self.ids += usize::from(!digits && shape::is_id(text));
        self.numbers += usize::from(digits);
        if self.distinct.len() < 1000 {
            self.distinct.insert(text.to_owned());
        }
    }

    /// Whether at least this share, in percent, of the values that are there are such.
    fn mostly(&self, such: usize, percent: usize) -> bool {
        self.values > 0 && such * 100 >= self.values * percent
    }

    fn is_constant(&self) -> bool {
        self.values > 2 && self.distinct.len() == 1
    }
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Whether a text is nothing but the word for an outcome.
fn is_outcome(lower: &str) -> bool {
    const MORE: [&str; 8] =
        ["ok", "fail", "accepted", "rejected", "unauthorized", "forbidden", "completed", "granted"];
    what::OUTCOMES.contains(&lower) || MORE.contains(&lower)
}

/// `invoice.void`: words in small letters, parted by dots or colons.
fn is_dotted(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['.', ':']).collect();
    let word = |part: &&str| {
        part.len() > 1 && part.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-'))
    };
    (2..=4).contains(&parts.len()) && parts.iter().all(word)
}

fn is_code(text: &str) -> bool {
    let inner = text.chars().skip(1).any(char::is_uppercase) && text.contains(char::is_lowercase);
    !text.contains(' ') && (text.contains(['_', '.', ':']) || inner)
}

/// Whether a word may be the name of an account.
fn is_name(text: &str, lower: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let starts = text.starts_with(char::is_alphabetic);
    let chars = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '\\' | '+' | '$');
    starts
        && text.len() <= 64
        && digits * 3 <= text.len()
        && text.chars().all(chars)
        && !["tty", "pts", "vty", "con0"].iter().any(|line| lower.starts_with(line))
        && !NOBODY.contains(&lower)
}

/// The columns of a table while names are given to them.
struct Naming {
    columns: Vec<Column>,
    names: Vec<Option<&'static str>>,
}

impl Naming {
    fn decide(&mut self) {
        // A date in words beats a number, which may be an id that looks like one.
        self.first("timestamp", |column| column.mostly(column.times, 80) && column.numbers == 0);
        if !self.names.contains(&Some("timestamp")) {
            self.first("timestamp", |column| column.mostly(column.times, 80));
        }
        self.first("time", |column| column.mostly(column.clocks, 80));
        // Of two addresses the one that differs is that of whoever came.
        self.best("ip", |at, column| {
            let fits = i32::from(column.mostly(column.addresses, 60));
            fits * (1000 * column.distinct.len().min(50) as i32 + 100 - at.min(99) as i32)
        });
        self.first("method", |column| column.mostly(column.methods, 80));
        self.first("outcome", |column| column.mostly(column.outcomes, 80));
        if !self.names.contains(&Some("outcome")) {
            self.first("status_code", |column| column.mostly(column.statuses, 90) && !column.is_constant());
        }
        self.action();
        self.actor();
        self.first("path", |column| column.mostly(column.paths, 80));
        self.object();
        self.first("message", |column| column.mostly(column.sentences, 60));
    }

    fn first(&mut self, name: &'static str, fits: impl Fn(&Column) -> bool) {
        let at = (0..self.columns.len()).find(|&at| self.names[at].is_none() && fits(&self.columns[at]));
        if let Some(at) = at {
            self.names[at] = Some(name);
        }
    }

    /// Names the column for which `score` is highest, where it is above 0.
    fn best(&mut self, name: &'static str, score: impl Fn(usize, &Column) -> i32) {
        let free = (0..self.columns.len()).filter(|&at| self.names[at].is_none());
        let scored = free.map(|at| (score(at, &self.columns[at]), std::cmp::Reverse(at)));
        if let Some((best, std::cmp::Reverse(at))) = scored.max()
            && best > 0
        {
            self.names[at] = Some(name);
        }
    }

    fn action(&mut self) {
        self.best("action", |_, column| {
            if !column.mostly(column.acts, 50) || column.mostly(column.sentences, 50) {
                return 0;
            }
            let share = (column.acts * 10 / column.values) as i32;
            let code = if column.mostly(column.codes, 50) { 6 } else { 0 };
            share + code - if column.is_constant() { 8 } else { 0 }
        });
    }

    /// Whoever did it stands beside where they came from, or is written like an account.
    fn actor(&mut self) {
        let at = |name: &str| self.names.iter().position(|known| *known == Some(name));
        let (ip, time) = (at("ip"), at("timestamp"));
        let beside =
            move |at: usize, other: Option<usize>| other.is_some_and(|other| other.abs_diff(at) == 1);
        let near = move |at: usize, other: Option<usize>| {
            other.map_or(0, |other| 4usize.saturating_sub(other.abs_diff(at)).min(3)) as i32
        };
        self.best("user", |at, column| {
            if column.mostly(column.emails, 50) {
                return 30;
            }
            if !column.mostly(column.names, 70) || column.mostly(column.ids, 50) {
                return 0;
            }
            let lower = column.distinct.iter().filter(|text| !text.contains(char::is_uppercase)).count();
            let shouting = column.distinct.iter().all(|text| !text.contains(char::is_lowercase));
            8 * i32::from(beside(at, ip))
                + near(at, ip)
                + 3 * i32::from(beside(at, time))
                + 3 * i32::from(lower * 2 >= column.distinct.len())
                // A machine is the same in every line, mostly.
                + 2 * i32::from(column.distinct.len() > 1)
                - 6 * i32::from(column.is_constant())
                - 4 * i32::from(shouting)
                - 5 * i32::from(column.mostly(column.acts, 50))
        });
    }

    /// What it was done to stands behind what was done.
    fn object(&mut self) {
        let Some(action) = self.names.iter().position(|known| *known == Some("action")) else { return };
        let at = action + 1;
        let fits = |column: &Column| {
            column.values > 0 && column.numbers < column.values && !column.mostly(column.sentences, 50)
        };
        if self.columns.get(at).is_some_and(fits) && self.names[at].is_none() {
            self.names[at] = Some("object");
        }
    }
}
