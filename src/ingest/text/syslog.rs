//! The header of a line of syslog: RFC 5424, RFC 3164, and what daemons write into files.

use super::object::Object;
use super::{cef, pairs, stamp};
use crate::domain::ip::parse_addr;

const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
    "local7",
];

const SEVERITIES: [&str; 8] =
    ["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"];

/// Words that stand where a host could, in logs that are not syslog.
const LEVELS: [&str; 12] = [
    "trace", "debug", "info", "notice", "warn", "warning", "error", "err", "fatal", "critical", "crit",
    "audit",
];

/// What stands before the message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header<'a> {
    priority: Option<u16>,
    version: Option<&'a str>,
    timestamp: Option<&'a str>,
    hostname: Option<&'a str>,
    appname: Option<&'a str>,
    procid: Option<&'a str>,
    msgid: Option<&'a str>,
    structured: Vec<Element<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Element<'a> {
    id: &'a str,
    params: Vec<(&'a str, String)>,
}

/// Splits a line into its header and its message; `None` where it is no syslog.
pub(super) fn split(line: &str) -> Option<(Header<'_>, &str)> {
    match line.strip_prefix('<').and_then(priority) {
        Some((priority, rest)) => {
            let (header, message) = new(rest).unwrap_or_else(|| old(rest));
            Some((Header { priority: Some(priority), ..header }, message))
        }
        None => in_file(line),
    }
}

fn priority(rest: &str) -> Option<(u16, &str)> {
    let (digits, rest) = rest.split_once('>')?;
    let fits = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value = digits.parse().ok().filter(|value| fits && *value < 192)?;
    Some((value, rest))
}

/// RFC 5424: `1 TIME HOST APP PROC MSGID STRUCTURED MESSAGE`.
fn new(text: &str) -> Option<(Header<'_>, &str)> {
    let mut rest = text;
    let mut word = || {
        let (word, tail) = rest.split_once(' ')?;
        rest = tail;
        Some(word)
    };
    let version =
        word().filter(|word| (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()))?;
    let timestamp = word().filter(|word| *word == "-" || stamp::iso(word) == Some(word.len()))?;
    let [hostname, appname, procid, msgid] = [word()?, word()?, word()?, word()?];
    // Some write pairs of their own in brackets where structured data stands.
    let own = rest.strip_prefix("- ").unwrap_or(rest);
    let (structured, message) = match elements(own) {
        Some(found) => found,
        None if pairs::bracketed(own).is_some() => (Vec::new(), own),
        None => elements(rest)?,
    };
    let given = |word| Some(word).filter(|word| *word != "-");
    let header = Header {
        priority: None,
        version: Some(version),
        timestamp: given(timestamp),
        hostname: given(hostname),
        appname: given(appname),
        procid: given(procid),
        msgid: given(msgid),
        structured,
    };
    Some((header, message.trim_start_matches(['\u{feff}', ' '])))
}

/// Reads `-` or `[id name="value" ..]..`, and returns what follows.
fn elements(text: &str) -> Option<(Vec<Element<'_>>, &str)> {
    if let Some(rest) = text.strip_prefix('-') {
        return (rest.is_empty() || rest.starts_with(' ')).then_some((Vec::new(), rest));
    }
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix('[') {
        let (element, tail) = element(inner)?;
        all.push(element);
        rest = tail;
    }
    (!all.is_empty()).then_some((all, rest))
}

fn element(text: &str) -> Option<(Element<'_>, &str)> {
    let end = text.find([' ', ']'])?;
    let (id, mut rest) = text.split_at_checked(end)?;
    let mut params = Vec::new();
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(tail) = rest.strip_prefix(']') {
            return Some((Element { id, params }, tail));
        }
        let (name, tail) = rest.split_once("=\"")?;
        let (value, tail) = quoted(tail)?;
        params.push((name, value));
        rest = tail;
    }
}

/// Reads up to the closing quote; a backslash escapes `"`, `\` and `]` and stays before anything else.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' if matches!(chars.peek(), Some((_, '"' | '\\' | ']'))) => {
                value.extend(chars.next().map(|(_, c)| c));
            }
            c => value.push(c),
        }
    }
    None
}

/// RFC 3164 behind its priority, with as much of `TIME HOST TAG[PID]:` as there is.
fn old(text: &str) -> (Header<'_>, &str) {
    let mut header = Header::default();
    // Some devices count their messages before the time: `1234: `.
    let counted =
        text.split_once(": ").filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
    let text = counted.map_or(text, |(_, rest)| rest).trim_start_matches(['*', ' ']);
    let Some((time, rest)) = time(text) else { return tagged(header, text) };
    header.timestamp = Some(time);
    let rest = rest.trim_start_matches([':', ' ']);
    if cef::begins(rest) || rest.starts_with(['{', '<', '%']) || tag(rest).is_some() {
        return tagged(header, rest);
    }
    match rest.split_once(' ') {
        Some((host, tail)) if !host.contains(['=', '"', '{']) => {
            header.hostname = Some(host);
            tagged(header, without_address(tail.trim_start()))
        }
        _ => tagged(header, rest),
    }
}

/// What a daemon writes into files: no priority, but a time, a host and a tag.
fn in_file(line: &str) -> Option<(Header<'_>, &str)> {
    let (time, rest) = time(line)?;
    let (host, rest) = rest.strip_prefix(' ')?.trim_start().split_once(' ')?;
    // `lb1 notice httpd[777]: ..`: a level between the host and the program.
    let rest = without_level(rest.trim_start());
    let level = LEVELS.iter().any(|level| host.eq_ignore_ascii_case(level));
    let named =
        host.starts_with(|c: char| c.is_alphanumeric()) && !host.contains(['=', '"', '[', '{', ',', ']']);
    // A program's name without a colon stands before CEF here and there.
    let (program, rest) = match rest.split_once(' ').filter(|(_, tail)| cef::begins(tail.trim_start())) {
        Some((program, tail)) if !cef::begins(rest) => {
            (Some(program.trim_end_matches(':')), tail.trim_start())
        }
        _ => (None, rest),
    };
    if level || !named || host.ends_with(':') || !(cef::begins(rest) || tag(rest).is_some()) {
        return None;
    }
    if program.is_some() {
        let header =
            Header { timestamp: Some(time), hostname: Some(host), appname: program, ..Header::default() };
        return Some((header, rest));
    }
    Some(tagged(Header { timestamp: Some(time), hostname: Some(host), ..Header::default() }, rest))
}

/// Takes the address that relays write behind the host's name off what stands before a program's name.
fn without_address(text: &str) -> &str {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim_start();
    if parse_addr(word).is_some() && tag(rest).is_some() { rest } else { text }
}

/// Takes a word for the level off what stands before a program's name.
fn without_level(text: &str) -> &str {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let level = LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level));
    if level && tag(rest.trim_start()).is_some() { rest.trim_start() } else { text }
}

fn time(text: &str) -> Option<(&str, &str)> {
    let len = stamp::bsd(text).or_else(|| stamp::iso(text)).or_else(|| stamp::slashed(text))?;
    text.split_at_checked(len).filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', ':']))
}

fn tagged<'a>(mut header: Header<'a>, text: &'a str) -> (Header<'a>, &'a str) {
    match tag(text).filter(|_| !cef::begins(text)) {
        Some((name, process, rest)) => {
            (header.appname, header.procid) = (Some(name), process);
            (header, rest.trim_start())
        }
        None => (header, text),
    }
}

/// Reads `name:` or `name[process]:`.
fn tag(text: &str) -> Option<(&str, Option<&str>, &str)> {
    let end = text.find([':', '[', ' ', '=', '{', '"', '|', ','])?;
    let (name, rest) = text.split_at_checked(end).filter(|(name, _)| (1..=64).contains(&name.len()))?;
    if let Some(rest) = rest.strip_prefix(':') {
        return (rest.is_empty() || rest.starts_with([' ', '{', '<'])).then_some((name, None, rest));
    }
    let (process, rest) = rest.strip_prefix('[')?.split_once(']')?;
    let short = process.len() <= 64 && !process.contains(' ');
    let rest = rest.strip_prefix(':').filter(|_| short)?;
    Some((name, Some(process), rest))
}

impl Header<'_> {
    /// Whether its time has a year, so that it is one.
    pub(super) fn is_dated(&self) -> bool {
        self.timestamp.is_some_and(stamp::is_dated)
    }

    /// Writes the header as the member `syslog`.
    pub(super) fn write(&self, out: &mut Object<'_>) {
        out.object("syslog", |out| {
            if let Some(priority) = self.priority {
                let (facility, severity) = (usize::from(priority / 8), usize::from(priority % 8));
                out.json("priority", &priority.to_string());
                out.maybe("facility", FACILITIES.get(facility).copied());
                out.maybe("severity", SEVERITIES.get(severity).copied());
            }
            for (key, value) in [
                ("version", self.version),
                ("timestamp", self.timestamp),
                ("hostname", self.hostname),
                ("appname", self.appname),
                ("procid", self.procid),
                ("msgid", self.msgid),
            ] {
                out.maybe(key, value);
            }
            if !self.structured.is_empty() {
                out.object("structured_data", |out| {
                    for element in &self.structured {
                        out.object(element.id, |out| {
                            element.params.iter().for_each(|(name, value)| out.text(name, value));
                        });
                    }
                });
            }
        });
    }
}
