//! The common and combined log of web servers: `host ident user [time] "request" status bytes "referer" "agent"`.

use super::object::Object;
use super::pairs::quoted;

/// Writes a line as a document; returns false where it is none.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> bool {
    let Some(line) = split(text) else { return false };
    let given = |word: &'static str, value: &str, out: &mut Object<'_>| {
        out.maybe(word, Some(value).filter(|value| !matches!(*value, "" | "-")));
    };
    given("ip", line.host, out);
    given("ident", line.ident, out);
    given("user", line.user, out);
    out.text("time", line.time);
    out.text("request", &line.request);
    if let [method, path, protocol] = line.request.split(' ').collect::<Vec<_>>()[..] {
        out.text("method", method);
        out.text("path", path);
        out.text("protocol", protocol);
    }
    out.json("status", line.status);
    given("bytes", line.bytes, out);
    given("referer", &line.referer, out);
    given("user_agent", &line.agent, out);
    given("more", line.more.trim(), out);
    true
}

struct Line<'a> {
    host: &'a str,
    ident: &'a str,
    user: &'a str,
    time: &'a str,
    request: String,
    status: &'a str,
    bytes: &'a str,
    referer: String,
    agent: String,
    more: &'a str,
}

fn split(text: &str) -> Option<Line<'_>> {
    let (host, rest) = text.split_once(' ')?;
    let (ident, rest) = rest.split_once(' ')?;
    let (user, rest) = rest.split_once(" [")?;
    let (time, rest) = rest.split_once("] ")?;
    let digits = time.bytes().filter(u8::is_ascii_digit).count();
    if !rest.starts_with('"') || digits < 10 || !time.contains('/') || user.contains('"') {
        return None;
    }
    let (request, end) = quoted(rest, b'"')?;
    let rest = rest.get(end..)?.strip_prefix(' ')?;
    let (status, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) || status.starts_with('0') {
        return None;
    }
    let (bytes, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (referer, rest) = text_of(rest);
    let (agent, more) = text_of(rest);
    Some(Line { host, ident, user, time, request: request.into_owned(), status, bytes, referer, agent, more })
}

fn text_of(text: &str) -> (String, &str) {
    let text = text.trim_start();
    match text.starts_with('"').then(|| quoted(text, b'"')).flatten() {
        Some((value, end)) => (value.into_owned(), text.get(end..).unwrap_or_default()),
        None => (String::new(), text),
    }
}
