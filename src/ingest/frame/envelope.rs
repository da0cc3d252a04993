//! Is an object a record, or an envelope around an array of them?

use crate::domain::json::{Kind, Node};

use crate::ingest::text::says_when;

use super::sniff::Hints;
use super::stream::Unwrap;

/// How deep the array may lie in its envelope.
const MAX_DEPTH: usize = 4;

/// What stands behind the first object of a source, as far as can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    Nothing,
    /// More values.
    Values,
    /// More objects, each on its line: likely records, whatever arrays they hold.
    Lines,
}

/// Returns where the records of an envelope are; `None` where the object is a record itself.
pub(super) fn unwrap(root: Node<'_>, behind: Behind, hints: &Hints<'_>) -> Option<Unwrap> {
    if (hints.known)(root) {
        return None;
    }
    let timed = says_when(root, 1) && !tells_a_span(root);
    let named = hints.containers.iter().find(|path| {
        array_at(root, path).is_some_and(|array| match array.index(0) {
            Some(first) => first.kind() == Kind::Object && (!timed || (hints.known)(first)),
            None => !timed,
        })
    });
    if let Some(path) = named {
        // Other arrays that formats name may follow it on later pages.
        let mut paths = vec![path.clone()];
        paths.extend(hints.containers.iter().filter(|other| *other != path).cloned());
        return Some(Unwrap { paths, ..Unwrap::default() });
    }
    if timed || behind == Behind::Lines {
        return None;
    }
    let mut found = Vec::new();
    arrays(root, &mut Vec::new(), &mut found);
    let timed = found.iter().find(|(_, first)| says_when(*first, 1));
    let top = found.iter().find(|(path, _)| path.len() == 1 && behind == Behind::Nothing);
    let (path, _) = timed.or(top)?;
    let lookups = if timed.is_some() && names_a_log(path) { lookups(root, path, &found) } else { Vec::new() };
    Some(Unwrap { paths: vec![path.clone()], siblings: true, lookups })
}

/// Whether a list is called after entries of a log.
fn names_a_log(path: &[String]) -> bool {
    let key = path.last().map(|key| key.to_ascii_lowercase()).unwrap_or_default();
    ["log", "event", "entr", "audit", "activit"].iter().any(|word| key.contains(word))
}

/// Returns the lists beside the log's own in which nothing happened at any time: whom and what the entries speak of,
/// `{"audit_log_entries": [..], "users": [..]}`.
fn lookups(root: Node<'_>, log: &[String], found: &[(Vec<String>, Node<'_>)]) -> Vec<Vec<String>> {
    let untimed = |path: &Vec<String>| {
        array_at(root, path).is_some_and(|list| !list.items().any(|item| says_when(item, 1)))
    };
    let beside = |path: &&Vec<String>| path.len() == log.len() && *path != log;
    let others = found.iter().map(|(path, _)| path).filter(beside);
    others.filter(|path| !names_a_log(path) && untimed(path)).cloned().collect()
}

/// Whether an object says from when until when its one list of records goes, and nothing else of its own:
/// `{"start_time": .., "end_time": .., "logs": [..]}`.
fn tells_a_span(root: Node<'_>) -> bool {
    const SPAN: [&str; 8] = ["start", "end", "from", "to", "since", "until", "generated", "exported"];
    let (mut lists, mut spans) = (0, 0);
    let rest = root.members().all(|(key, value)| {
        let key = key.decode().to_ascii_lowercase();
        let span =
            SPAN.iter().any(|word| key.split(['_', '-']).any(|part| part == *word) || key.starts_with(word));
        spans += usize::from(span);
        lists += usize::from(value.index(0).is_some_and(|first| says_when(first, 1)));
        span || value.kind() == Kind::Array
            || value.kind() == Kind::Number
            || value.is_null()
            || about_pages(&key)
    });
    rest && lists == 1 && spans > 0
}

fn about_pages(key: &str) -> bool {
    ["next", "page", "cursor", "count", "total", "limit", "offset", "more", "token", "meta"]
        .iter()
        .any(|word| key.contains(word))
}

fn array_at<'a>(root: Node<'a>, path: &[String]) -> Option<Node<'a>> {
    let node = path.iter().try_fold(root, |node, key| node.get(key))?;
    (node.kind() == Kind::Array).then_some(node)
}

/// Collects arrays whose first element is an object, those of an outer object first.
fn arrays<'a>(node: Node<'a>, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, Node<'a>)>) {
    for (key, value) in node.members() {
        if let Some(first) = value.index(0).filter(|first| first.kind() == Kind::Object) {
            let mut path = path.clone();
            path.push(key.decode().into_owned());
            found.push((path, first));
        }
    }
    if path.len() + 1 < MAX_DEPTH {
        for (key, value) in node.members().filter(|(_, value)| value.kind() == Kind::Object) {
            path.push(key.decode().into_owned());
            arrays(value, path, found);
            path.pop();
        }
    }
}
