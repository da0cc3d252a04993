//! Adding what an entry says to what is known.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::flatten::{is_below, is_object, leaves};
use super::{Act, Fact, Field, How, Known, Step, Timeline, Touch};

/// Most fields of one object; what lies beyond is not followed.
const MAX_FIELDS: usize = 20_000;

impl Timeline {
    /// Adds what the next entry says.
    pub fn push(&mut self, step: &Step) {
        let was = self.exists.last().copied().flatten();
        let fresh = step.act == Act::Created && was != Some(true);
        let at = self.acts.len();
        self.acts.push(step.act);
        self.steps.push(Vec::new());
        let mut fold = Fold { line: self, step: at, fresh, read: step.act == Act::Read };
        for fact in &step.facts {
            fold.fact(fact);
        }
        if step.act == Act::Deleted {
            fold.end();
        }
        self.exists.push(match step.act {
            Act::Deleted => Some(false),
            Act::Created | Act::Changed => Some(true),
            // Looking at something that is gone may fail or not; it says nothing.
            Act::Read => was,
        });
    }

    /// Returns the number of a field, a new one where it was not named before.
    pub(super) fn field(&mut self, path: &str) -> Option<usize> {
        if let Some(at) = self.index.get(path) {
            return Some(*at);
        }
        if self.fields.len() >= MAX_FIELDS {
            return None;
        }
        self.index.insert(path.to_owned(), self.fields.len());
        self.fields.push(Field { path: path.to_owned(), array: None, touches: Vec::new() });
        Some(self.fields.len() - 1)
    }

    /// Returns what the last touch left of a field.
    pub(super) fn current(&self, path: &str) -> Known {
        let field = self.index.get(path).and_then(|at| self.fields.get(*at));
        field.and_then(|field| field.touches.last()).map_or(Known::Unknown, |touch| touch.after.clone())
    }
}

/// One entry being added.
pub(super) struct Fold<'t> {
    pub(super) line: &'t mut Timeline,
    pub(super) step: usize,
    /// The object came to be with this entry: nothing was there before.
    pub(super) fresh: bool,
    /// The object was only looked at: what is shown was so before.
    pub(super) read: bool,
}

impl Fold<'_> {
    fn fact(&mut self, fact: &Fact) {
        match fact {
            Fact::Change { path, before, after } => self.change(path, before, after),
            Fact::Whole { under, json, before } => self.whole(under, json, *before),
            Fact::Sparse { under, json, set } => self.sparse(under, json, *set),
            Fact::Patch { under, json, strategic } => self.patch(under, json, *strategic),
        }
    }

    /// A named change. Objects are changes of their fields.
    pub(super) fn change(&mut self, path: &str, before: &Known, after: &Known) {
        if path.contains('[') && self.element(path, before, after) {
            return;
        }
        self.change_fields(path, before, after);
        self.line.parts.insert(path.to_owned(), (self.step, after.is_known()));
    }

    fn change_fields(&mut self, path: &str, before: &Known, after: &Known) {
        let below = self.fields_below(path);
        if !is_object(before) && !is_object(after) && below.is_empty() {
            return self.touch(path, before.clone(), after.clone(), How::Named);
        }
        let parts = |side: &Known| -> Option<HashMap<String, Arc<str>>> {
            match side {
                Known::Unknown => None,
                Known::Absent => Some(HashMap::new()),
                Known::Value(text) => Some(leaves(path, text)?.into_iter().collect()),
            }
        };
        let (old, new) = (parts(before), parts(after));
        let side = |parts: &Option<HashMap<String, Arc<str>>>, path: &str| match parts {
            None => Known::Unknown,
            Some(parts) => parts.get(path).map_or(Known::Absent, |text| Known::Value(text.clone())),
        };
        let mut paths: Vec<String> = Vec::new();
        for side in [before, after] {
            let named = side.text().and_then(|text| leaves(path, text)).unwrap_or_default();
            paths.extend(named.into_iter().map(|(path, _)| path));
        }
        paths.extend(below);
        // What was one value may be an object now, or the other way round.
        if paths.is_empty() || self.line.index.contains_key(path) {
            paths.push(path.to_owned());
        }
        let mut seen = HashSet::new();
        for leaf in paths.iter().filter(|leaf| seen.insert(leaf.as_str())) {
            let (before, after) = (side(&old, leaf), side(&new, leaf));
            // What stayed as it was is known all the same: the change tells its part whole.
            let stayed = before.same(&after) && before.is_known();
            self.touch(leaf, before, after, if stayed { How::Seen } else { How::Named });
        }
    }

    /// A snapshot: fields that it does not hold are not there.
    fn whole(&mut self, under: &str, json: &str, before: bool) {
        let Some(shown) = leaves(under, json) else { return };
        let held: HashSet<&str> = shown.iter().map(|(path, _)| path.as_str()).collect();
        let known = self
            .fields_below(under)
            .into_iter()
            .chain(self.line.index.contains_key(under).then(|| under.to_owned()));
        let gone: Vec<String> = known.filter(|path| !held.contains(path.as_str())).collect();
        for (path, text) in &shown {
            self.show(path, Known::Value(text.clone()), before);
        }
        for path in gone {
            self.show(&path, Known::Absent, before);
        }
        if !before {
            self.line.parts.insert(under.to_owned(), (self.step, true));
        }
    }

    fn show(&mut self, path: &str, value: Known, before: bool) {
        let (old, new) = match (before, self.read) {
            (true, _) => (value, Known::Unknown),
            (false, true) => (value.clone(), value),
            (false, false) => (Known::Unknown, value),
        };
        self.touch(path, old, new, How::Seen);
    }

    /// Some fields as they are after. An object of it is taken as sparse too.
    fn sparse(&mut self, under: &str, json: &str, set: bool) {
        for (path, text) in leaves(under, json).unwrap_or_default() {
            let value = Known::Value(text);
            if set && !self.read {
                self.change(&path, &Known::Unknown, &value);
            } else {
                self.show(&path, value, false);
            }
        }
    }

    /// Everything ends that is not known to have ended.
    fn end(&mut self) {
        let open = self.line.fields.iter().filter(|field| field.array.is_none());
        let open = open.filter(|field| field.touches.last().is_none_or(|touch| touch.after != Known::Absent));
        let paths: Vec<String> = open.map(|field| field.path.clone()).collect();
        for path in paths {
            self.touch(&path, Known::Unknown, Known::Absent, How::Seen);
        }
        self.line.parts.insert(String::new(), (self.step, true));
    }

    /// A field that is named for the first time was not there, where the last word on what it is a part of told
    /// that part whole.
    fn begin(&mut self, field: usize) {
        let Some(Field { path, touches, .. }) = self.line.fields.get(field) else { return };
        if !touches.is_empty() || path.contains('[') {
            return;
        }
        let above = |part: &&String| *part == path || is_below(path, part);
        let words = self.line.parts.iter().filter(|(part, _)| above(part));
        let last = words.map(|(_, word)| *word).filter(|(step, _)| *step < self.step).max();
        let Some((step, true)) = last else { return };
        let nothing = Touch {
            step,
            confirmed: step,
            before: Known::Unknown,
            after: Known::Absent,
            how: How::Seen,
            quiet: true,
        };
        self.line.fields[field].touches.push(nothing);
    }

    /// Returns the fields below a path that are not those of an array's elements.
    pub(super) fn fields_below(&self, path: &str) -> Vec<String> {
        let fields = self.line.fields.iter().filter(|field| field.array.is_none());
        fields.filter(|field| is_below(&field.path, path)).map(|field| field.path.clone()).collect()
    }

    pub(super) fn touch(&mut self, path: &str, before: Known, after: Known, how: How) {
        if after.text().is_some() && how == How::Named {
            self.make_room(path);
        }
        let Some(field) = self.line.field(path) else { return };
        self.begin(field);
        let before = if self.fresh && !before.is_known() { Known::Absent } else { before };
        let touch = Touch { step: self.step, confirmed: self.step, before, after, how, quiet: false };
        self.add(field, touch);
    }

    /// What a field lies in is an object: no value of its own, whatever it was.
    fn make_room(&mut self, path: &str) {
        for (at, _) in path.match_indices('.') {
            let above = path.get(..at).unwrap_or_default();
            if self.line.current(above).text().is_some() {
                self.touch(above, Known::Unknown, Known::Absent, How::Named);
            }
        }
    }

    pub(super) fn add(&mut self, field: usize, touch: Touch) {
        let touches = &mut self.line.fields[field].touches;
        if let Some(last) = touches.last_mut() {
            if last.step == touch.step {
                // Another word of the same entry: what it shows in the end counts.
                last.quiet &= touch.quiet || last.after.same(&touch.after);
                if !last.before.is_known() {
                    last.before = touch.before;
                }
                if touch.after.is_known() {
                    last.after = touch.after;
                }
                return;
            }
            let still = touch.how == How::Seen && last.after.same(&touch.after);
            if still && (!touch.before.is_known() || touch.before.same(&last.after)) {
                last.confirmed = touch.step;
                return;
            }
        }
        let step = touch.step;
        touches.push(touch);
        let number = touches.len() - 1;
        if let Some(step) = self.line.steps.get_mut(step) {
            step.push((field, number));
        }
    }
}
