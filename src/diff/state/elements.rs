//! Changes that name an element of an array: `actions[id=9].delay_s`.

use super::fold::Fold;
use super::{How, Known, Touch};
use crate::diff::patch::Tree;
use crate::domain::json::{Doc, Path, Step};

impl Fold<'_> {
    /// Takes a change inside an array: as a change of the array, where that is known, and as a field of its
    /// own. Returns false where the path names no element.
    pub(super) fn element(&mut self, path: &str, before: &Known, after: &Known) -> bool {
        let Ok(whole) = path.parse::<Path>() else { return false };
        let Some(first) = whole.steps.iter().position(|step| !matches!(step, Step::Key(_))) else {
            return false;
        };
        let array = Path { steps: whole.steps[..first].to_vec() }.to_string();
        let inside = &whole.steps[first..];
        let known = self.line.current(&array);
        self.follow(path, &array, inside, &known);
        if let Some(text) = known.text() {
            let changed = changed(text, inside, after).map_or(Known::Unknown, |text| Known::json(&text));
            if let Some(field) = self.line.field(&array) {
                let touch = self.quiet(changed, self.step);
                self.add(field, touch);
            }
        }
        let Some(field) = self.line.field(path) else { return true };
        self.line.fields[field].array = Some(array);
        self.touch(path, before.clone(), after.clone(), How::Named);
        true
    }

    /// Lets the field of an element know what its array became meanwhile.
    fn follow(&mut self, path: &str, array: &str, inside: &[Step], known: &Known) {
        let last = |this: &Self, path: &str| {
            let field = this.line.index.get(path).and_then(|at| this.line.fields.get(*at));
            field.and_then(|field| field.touches.last()).map(|touch| (touch.step, touch.confirmed))
        };
        let Some((changed, confirmed)) = last(self, array) else { return };
        if last(self, path).is_some_and(|(step, _)| step >= changed) || changed >= self.step {
            return;
        }
        let value = match known.text() {
            Some(text) => inner(text, inside),
            None => Known::Unknown,
        };
        let Some(field) = self.line.field(path) else { return };
        let touch = Touch { step: changed, confirmed, ..self.quiet(value, changed) };
        self.line.fields[field].touches.push(touch);
    }

    fn quiet(&self, after: Known, step: usize) -> Touch {
        Touch { step, confirmed: step, before: Known::Unknown, after, how: How::Named, quiet: true }
    }
}

/// Returns the value that steps lead to inside JSON text.
fn inner(text: &str, inside: &[Step]) -> Known {
    let mut doc = Doc::new();
    let Ok(root) = doc.parse(text) else { return Known::Unknown };
    let found = Path { steps: inside.to_vec() }.first(root);
    found.map_or(Known::Absent, |node| Known::json(&super::flatten::compact(node)))
}

/// Returns an array with one value inside it changed; `None` where it cannot be known.
fn changed(text: &str, inside: &[Step], after: &Known) -> Option<String> {
    let mut doc = Doc::new();
    let mut tree = Tree::of(doc.parse(text).ok()?);
    let (last, above) = inside.split_last()?;
    let parent = above.iter().try_fold(&mut tree, Tree::child)?;
    let value = match after {
        Known::Unknown => return None,
        Known::Absent => None,
        Known::Value(text) => Some(Tree::of(Doc::new().parse(text).ok()?)),
    };
    match (parent.child(last).is_some(), value) {
        (true, Some(value)) => *parent.child(last)? = value,
        (true, None) => take(parent, last)?,
        (false, None) => {}
        // Where a new element stands is said by its number alone.
        (false, Some(value)) => match (parent, last) {
            (Tree::Array(elements), Step::Index(at)) if *at == i32::try_from(elements.len()).ok()? => {
                elements.push(value);
            }
            (Tree::Object(members), Step::Key(key)) => members.push((key.clone(), value)),
            _ => return None,
        },
    }
    Some(tree.to_json())
}

fn take(parent: &mut Tree, step: &Step) -> Option<()> {
    match (parent, step) {
        (Tree::Object(members), Step::Key(key)) => members.retain(|(name, _)| name != key),
        (Tree::Array(elements), Step::Index(at)) => drop(elements.remove(usize::try_from(*at).ok()?)),
        (Tree::Array(elements), Step::Where(member, id)) => {
            let at = elements.iter().position(|element| element.is_named(member, id))?;
            elements.remove(at);
        }
        _ => return None,
    }
    Some(())
}
