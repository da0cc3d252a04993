//! Adding what an entry says to what is known.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::flatten::{is_below, is_object, leaves};
use super::touches::is_clear;
use super::{Act, Fact, Field, How, Known, Step, Timeline, Touch, Word};

/// Most fields of one object; what lies beyond is not followed.
const MAX_FIELDS: usize = 20_000;

impl Timeline {
    /// Adds what the next entry says.
    pub fn push(&mut self, step: &Step) {
        let was = self.exists.last().copied().flatten();
        let fresh = step.act == Act::Created && was != Some(true);
        let at = self.acts.len();
        self.acts.push(step.act);
        self.ties.push(step.tie);
        self.steps.push(Vec::new());
        if step.blurs {
            self.blurs.push(at);
        }
        let lists = |fact: &Fact| {
            matches!(fact, Fact::Change { .. } | Fact::Sparse { set: true, .. } | Fact::Patch { .. })
        };
        let lists = step.act == Act::Changed && step.facts.iter().any(lists);
        let read = step.act == Act::Read;
        let mut fold = Fold { line: self, step: at, fresh, read, lists, named: Vec::new() };
        for fact in &step.facts {
            fold.fact(fact);
        }
        if step.toggles && step.act == Act::Changed {
            fold.toggle();
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
        for (at, _) in path.match_indices(['.', '[']) {
            self.above.insert(path.get(..at).unwrap_or_default().to_owned());
        }
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
    /// The entry lists what it changed.
    lists: bool,
    /// What it listed so far.
    named: Vec<String>,
}

impl Fold<'_> {
    fn fact(&mut self, fact: &Fact) {
        match fact {
            Fact::Change { path, before, after } => self.change(path, before, after),
            Fact::Stayed { path, value } => self.stayed(path, value),
            Fact::Whole { under, json, before } => self.whole(under, json, *before),
            Fact::Sparse { under, json, set } => self.sparse(under, json, *set),
            Fact::Patch { under, json, strategic } => self.patch(under, json, *strategic),
        }
    }

    /// A named change. Objects are changes of their fields.
    pub(super) fn change(&mut self, path: &str, before: &Known, after: &Known) {
        if self.lists {
            self.named.push(path.split('[').next().unwrap_or(path).to_owned());
        }
        if path.contains('[') && self.element(path, before, after) {
            return;
        }
        self.change_fields(path, before, after);
        self.tell(path, after.is_known());
    }

    /// A field, or all fields of an object, that were so before and are so after.
    fn stayed(&mut self, path: &str, value: &Known) {
        if is_object(value) || self.line.above.contains(path) {
            return self.change_fields(path, value, value);
        }
        self.touch(path, value.clone(), value.clone(), How::Seen);
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
            let stayed = before.is_exactly(&after);
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
            // A part that is told by itself was set by the entry, be it to what it was.
            if !under.is_empty() && !before {
                self.name(path);
            }
        }
        for path in gone {
            self.show(&path, Known::Absent, before);
        }
        if !before {
            self.tell(under, true);
        }
    }

    /// Takes what the entry just showed of a field for what it did, where it is not known what was before.
    fn name(&mut self, path: &str) {
        if self.read {
            return;
        }
        let Some(at) = self.line.index.get(path) else { return };
        if let [.., touch] = self.line.fields[*at].touches.as_mut_slice()
            && touch.step == self.step
        {
            touch.how = How::Named;
        }
    }

    /// A field as it is shown. What an entry shows beside the changes that it lists was so before.
    fn show(&mut self, path: &str, value: Known, before: bool) {
        let aside = self.lists && !self.is_listed(path) && !is_stamp(path);
        let (old, new) = match before {
            true => (value, Known::Unknown),
            false if self.read || aside => (value.clone(), value),
            false => (Known::Unknown, value),
        };
        self.touch(path, old, new, How::Seen);
    }

    fn is_listed(&self, path: &str) -> bool {
        let touches = |named: &String| {
            named == path || is_below(path, named) || is_below(named, path) || named.is_empty()
        };
        self.named.iter().any(touches)
    }

    /// Some fields as they are after. An object of it is taken as sparse too.
    fn sparse(&mut self, under: &str, json: &str, set: bool) {
        for (path, text) in leaves(under, json).unwrap_or_default() {
            let value = Known::Value(text);
            if set && !self.read {
                self.change(&path, &Known::Unknown, &value);
                continue;
            }
            // A value that is shown has no members any more, and what members are shown of is no value.
            if self.line.above.contains(&path) {
                for below in self.fields_below(&path) {
                    self.show(&below, Known::Absent, false);
                }
            }
            for (at, _) in path.match_indices('.') {
                let above = path.get(..at).unwrap_or_default();
                if self.line.current(above).text().is_some() {
                    self.show(above, Known::Absent, false);
                }
            }
            self.show(&path, value, false);
        }
    }

    /// Fields that tell a status are others now, where the entry speaks of none.
    fn toggle(&mut self) {
        let told = |field: &Field| {
            let last = field.touches.last();
            last.is_some_and(|touch| touch.step == self.step || touch.confirmed == self.step)
        };
        let of_status: Vec<&Field> = self.line.fields.iter().filter(|field| is_status(&field.path)).collect();
        if of_status.iter().any(|field| told(field)) {
            return;
        }
        let paths: Vec<String> = of_status.iter().map(|field| field.path.clone()).collect();
        for path in paths {
            self.touch(&path, Known::Unknown, Known::Unknown, How::Named);
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
        self.tell("", true);
    }

    /// A field that is named for the first time was not there, where the last word on what it is a part of told
    /// that part whole.
    fn begin(&mut self, field: usize) {
        let Some(Field { path, touches, .. }) = self.line.fields.get(field) else { return };
        if !touches.is_empty() || path.contains('[') {
            return;
        }
        let above = |part: &&String| *part == path || is_below(path, part);
        let words = self.line.parts.iter().filter(|(part, _)| above(part)).flat_map(|(_, words)| words);
        let mut words: Vec<Word> = words.filter(|word| word.first < self.step).copied().collect();
        words.sort_unstable();
        let touches = words.iter().map(|word| Touch {
            step: word.first,
            confirmed: word.last.min(self.step.saturating_sub(1)),
            before: Known::Unknown,
            after: if word.whole { Known::Absent } else { Known::Unknown },
            how: How::Seen,
            quiet: true,
        });
        self.line.fields[field].touches.extend(touches);
    }

    /// Remembers that the entry told a part whole, or made it unknown.
    fn tell(&mut self, part: &str, whole: bool) {
        let words = self.line.parts.entry(part.to_owned()).or_default();
        match words.last_mut() {
            Some(word) if word.last == self.step => word.whole = whole,
            Some(word) if word.whole == whole && is_clear(&self.line.blurs, word.last, self.step) => {
                word.last = self.step;
            }
            _ => words.push(Word { first: self.step, last: self.step, whole }),
        }
    }

    /// Returns the fields below a path that are not those of an array's elements.
    pub(super) fn fields_below(&self, path: &str) -> Vec<String> {
        if !path.is_empty() && !self.line.above.contains(path) {
            return Vec::new();
        }
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

    pub(super) fn add(&mut self, field: usize, mut touch: Touch) {
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
            // What the entry showed on both sides already, it says again.
            if last.confirmed == touch.step && last.after.is_exactly(&touch.after) {
                return;
            }
            let still = touch.how == How::Seen && last.after.is_exactly(&touch.after);
            let alone = self.line.ties[touch.step] == 0;
            if still && alone && (!touch.before.is_known() || touch.before.same(&last.after)) {
                if last.after == touch.after && is_clear(&self.line.blurs, last.confirmed, touch.step) {
                    last.confirmed = touch.step;
                    return;
                }
                // The same value, written in another way, or known again.
                touch.quiet = true;
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

/// Whether a field is changed by every change of the object: when and by whom it was, a number that counts on.
fn is_stamp(path: &str) -> bool {
    const STAMPS: [&str; 16] = [
        "updated",
        "updatedat",
        "updatedby",
        "updatetime",
        "modified",
        "modifiedat",
        "modifiedby",
        "lastmodified",
        "lastupdated",
        "lastmodifiedat",
        "lastmodifieddate",
        "etag",
        "version",
        "revision",
        "generation",
        "resourceversion",
    ];
    is_called(path, &STAMPS)
}

/// Whether a field tells whether its object is in use.
fn is_status(path: &str) -> bool {
    const STATUS: [&str; 16] = [
        "status",
        "state",
        "lifecyclestate",
        "enabled",
        "isenabled",
        "accountenabled",
        "disabled",
        "isdisabled",
        "active",
        "isactive",
        "inactive",
        "suspended",
        "issuspended",
        "archived",
        "isarchived",
        "deactivated",
    ];
    is_called(path, &STATUS)
}

/// Whether a field has one of these names, however it is spelled.
fn is_called(path: &str, names: &[&str]) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    names.iter().any(|known| plain.eq_ignore_ascii_case(known))
}
