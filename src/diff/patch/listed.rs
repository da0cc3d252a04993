//! A JSON Patch of changes as they are listed, where neither value is there whole.

use super::generate::PatchOp;
use super::pointer;
use crate::domain::json::{Path, Step};
use crate::domain::{Change, ChangeOp};

/// Returns the steps that do what is listed: what is taken out first, the highest number first.
///
/// # Errors
/// A change whose value after is not known, or that names an element by identity: only who has the whole array
/// knows its number.
pub fn listed_patch(changes: &[Change<'_>]) -> Result<Vec<PatchOp>, String> {
    let mut steps = changes.iter().map(step).collect::<Result<Vec<_>, String>>()?;
    steps.sort_by(|(a, x), (b, y)| match (x.op, y.op) {
        ("remove", "remove") => b.cmp(a),
        ("remove", _) => std::cmp::Ordering::Less,
        (_, "remove") => std::cmp::Ordering::Greater,
        _ => std::cmp::Ordering::Equal,
    });
    Ok(steps.into_iter().map(|(_, step)| step).collect())
}

/// A step with what it is sorted by.
fn step(change: &Change<'_>) -> Result<(Vec<(u64, String)>, PatchOp), String> {
    let path = change.path.parse::<Path>().map_err(|_| format!("`{}` is no path", change.path))?;
    let (mut pointer, mut order) = (String::new(), Vec::new());
    for step in &path.steps {
        let token = match step {
            Step::Key(key) => key.clone(),
            Step::Index(at) if *at >= 0 => at.to_string(),
            _ => return Err(format!("the number of the element in `{}` is not known", change.path)),
        };
        order.push((token.parse().unwrap_or_default(), token.clone()));
        pointer::push(&mut pointer, &token);
    }
    let (op, value) = match (change.op, &change.after) {
        (ChangeOp::Remove, _) => ("remove", None),
        (_, None) => return Err(format!("what `{}` became is not known", change.path)),
        (ChangeOp::Add, Some(after)) => ("add", Some(after.clone().into_owned())),
        (ChangeOp::Replace, Some(after)) => ("replace", Some(after.clone().into_owned())),
    };
    Ok((order, PatchOp { op, path: pointer, from: None, value }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::patch::{Tree, apply_json_patch, patch_text};
    use crate::domain::Provenance;
    use crate::domain::json::Doc;

    fn change(op: ChangeOp, path: &'static str, after: Option<&'static str>) -> Change<'static> {
        let after = after.map(Into::into);
        Change { path: path.into(), op, before: None, after, provenance: Provenance::Recorded }
    }

    #[test]
    fn what_is_listed_is_done() {
        let changes = [
            change(ChangeOp::Replace, "spec.replicas", Some("5")),
            change(ChangeOp::Remove, "tags[0]", None),
            change(ChangeOp::Remove, "tags[10]", None),
            change(ChangeOp::Add, "spec.\"a/b\"", Some(r#"{"x":null}"#)),
        ];
        let patch = patch_text(&listed_patch(&changes).unwrap());
        let (mut doc, mut steps) = (Doc::new(), Doc::new());
        let text = r#"{"spec":{"replicas":2},"tags":[0,1,2,3,4,5,6,7,8,9,10]}"#;
        let mut value = Tree::of(doc.parse(text).unwrap());
        apply_json_patch(&mut value, steps.parse(&patch).unwrap()).unwrap();
        assert_eq!(value.to_json(), r#"{"spec":{"replicas":5,"a/b":{"x":null}},"tags":[1,2,3,4,5,6,7,8,9]}"#);
    }

    #[test]
    fn what_is_not_known_is_said() {
        let unknown = listed_patch(&[change(ChangeOp::Replace, "name", None)]).unwrap_err();
        assert!(unknown.contains("`name`"), "{unknown}");
        let element =
            listed_patch(&[change(ChangeOp::Replace, "actions[id=9].delay", Some("1"))]).unwrap_err();
        assert!(element.contains("number of the element"), "{element}");
    }
}
