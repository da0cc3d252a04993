//! The scalars of a record by their paths, and which of them some path leads to.

use crate::domain::json::{Kind, Node, Path, Step};

/// Most scalars of one record.
const MOST: usize = 2000;

/// Returns the path and the text of every scalar; elements of a list that have a name go by it.
pub(super) fn leaves(root: Node<'_>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    descend(root, &Path::default(), &mut out);
    out
}

fn descend(node: Node<'_>, path: &Path, out: &mut Vec<(String, String)>) {
    if out.len() >= MOST {
        return;
    }
    match node.kind() {
        Kind::Null => {}
        Kind::Object => {
            for (key, value) in node.members() {
                descend(value, &path.then(Step::Key(key.decode().into_owned())), out);
            }
        }
        Kind::Array => {
            for (at, element) in node.items().enumerate() {
                descend(element, &path.then(step(at, element)), out);
            }
        }
        _ => out.extend(node.scalar().map(|text| (path.to_string(), text.into_owned()))),
    }
}

fn step(at: usize, element: Node<'_>) -> Step {
    let named = ["name", "key", "Name", "Key"].into_iter().find_map(|key| {
        let name = element.get(key)?.as_str()?;
        Some(Step::Where(key.to_owned(), name.into_owned()))
    });
    named.unwrap_or(Step::Index(at.min(i32::MAX as usize) as i32))
}

/// Whether one of the paths that a mapping reads leads to a scalar, or to what holds it.
pub(super) fn is_read(leaf: &str, read: &[String]) -> bool {
    let plain = without_places(leaf);
    read.iter().any(|path| {
        let path = path.split('|').next().unwrap_or(path);
        let holds = |leaf: &str, path: &str| {
            leaf.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        !path.is_empty() && (holds(leaf, path) || holds(&plain, &without_places(path)))
    })
}

/// `a[0].b[*]` and `a[name=x].b` become `a.b`; a name that a path asks for stays.
fn without_places(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('[') {
        out.push_str(before);
        let Some((_, tail)) = behind.split_once(']') else { break };
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Returns the paths in what a format file says of a value: a path, or those of a template.
pub(super) fn paths_of(source: &str) -> Vec<String> {
    if source.starts_with(['=', '$']) {
        return Vec::new();
    }
    if !source.contains('{') {
        return vec![source.to_owned()];
    }
    let inner = source.split('{').skip(1).filter_map(|part| part.split('}').next());
    inner.map(|path| path.trim_end_matches('?').to_owned()).filter(|path| !path.starts_with('$')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::Doc;

    #[test]
    fn scalars_are_read_by_paths_that_lead_to_them() {
        let mut doc = Doc::new();
        let root = doc.parse(r#"{"a":{"b":1,"c":null},"l":[{"x":2}],"p":[{"name":"N","value":3}]}"#).unwrap();
        let all: Vec<String> = leaves(root).into_iter().map(|(path, _)| path).collect();
        assert_eq!(all, ["a.b", "l[0].x", "p[name=N].name", "p[name=N].value"]);
        let read = ["a", "l[*].x", "p[name=N].value"].map(str::to_owned);
        for (leaf, expect) in [("a.b", true), ("ab", false), ("l[3].x", true), ("p[name=N].value", true)] {
            assert_eq!(is_read(leaf, &read), expect, "{leaf}");
        }
        assert_eq!(paths_of("{a.b} by {c?} {$actor}"), ["a.b", "c"]);
        assert_eq!(paths_of("=x"), [""; 0]);
    }
}
