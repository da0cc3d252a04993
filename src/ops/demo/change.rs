//! What happens to objects: they come to be, change, and go. Every change that is written is one that was made.

use super::kind::Object;
use super::{Demo, Done, value};

impl Demo {
    /// Does something to an object of a kind; the changes are then in `self.changes`. Returns the object as
    /// it is after, or as it was where it is gone.
    pub(super) fn change(&mut self, kind_at: usize, log: usize, at_ms: u64) -> (Object, Done) {
        self.changes.clear();
        let kind = &self.kinds[kind_at];
        let count = self.live[kind_at][log].len();
        let creates = kind.creates && (count == 0 || (count < kind.live && self.random.chance(12)));
        let deletes = kind.deletes && count * 2 > kind.live && self.random.chance(9);
        if kind.live == 0 || creates {
            self.next_number += 1;
            let name = self.random.next() >> 8;
            let object = kind.object(self.next_number, name, at_ms, &mut self.random);
            if kind.live == 0 && kind.deletes {
                self.write_all(kind_at, &object, Done::Deleted);
                return (object, Done::Deleted);
            }
            self.write_all(kind_at, &object, Done::Created);
            if self.kinds[kind_at].live > 0 {
                self.live[kind_at][log].push(object.clone());
            }
            return (object, if self.kinds[kind_at].creates { Done::Created } else { Done::Updated });
        }
        let at = self.random.index(count);
        if (deletes || !kind.updates) && kind.deletes {
            let object = self.live[kind_at][log].swap_remove(at);
            self.write_all(kind_at, &object, Done::Deleted);
            return (object, Done::Deleted);
        }
        let mut object = self.live[kind_at][log][at].clone();
        self.update(kind_at, &mut object, at_ms);
        if self.kinds[kind_at].is_done(&object) {
            self.live[kind_at][log].swap_remove(at);
        } else {
            self.live[kind_at][log][at] = object.clone();
        }
        (object, Done::Updated)
    }

    /// Changes one or two fields, sometimes the name.
    fn update(&mut self, kind_at: usize, object: &mut Object, at_ms: u64) {
        let fields = self.kinds[kind_at].fields.len();
        if self.kinds[kind_at].creates && !self.lean && self.random.chance(3) {
            self.rename(kind_at, object);
        }
        let wanted = if self.lean { 1 } else { 1 + usize::from(self.random.chance(30)) };
        let first = self.random.index(fields);
        let mut changed = 0;
        for at in (first..fields).chain(0..first) {
            let field = &self.kinds[kind_at].fields[at];
            let skip = field.fixed || field.is_clock() || (self.lean && !field.is_light());
            if changed < wanted && !skip && self.change_field(kind_at, at, object, at_ms) {
                changed += 1;
            }
        }
        let clock = self.kinds[kind_at].fields.iter().position(value::Field::is_clock);
        if let Some(at) = clock.filter(|_| !self.lean) {
            self.change_field(kind_at, at, object, at_ms);
        }
    }

    /// Gives a field another value and writes the change; returns false where none that looks different came up.
    fn change_field(&mut self, kind_at: usize, at: usize, object: &mut Object, at_ms: u64) -> bool {
        let field = &self.kinds[kind_at].fields[at];
        self.before.clear();
        field.write(&object.values[at], &mut self.before);
        for _ in 0..4 {
            let value = field.next(&object.values[at], at_ms, &mut self.random);
            self.after.clear();
            field.write(&value, &mut self.after);
            if self.after != self.before {
                object.values[at] = value;
                push_change(&mut self.changes, &field.key, &self.before, &self.after);
                return true;
            }
        }
        false
    }

    fn rename(&mut self, kind_at: usize, object: &mut Object) {
        let (kind, name) = (&self.kinds[kind_at], self.random.next() >> 8);
        self.before.clear();
        self.after.clear();
        kind.write_name(object.name, &mut self.before);
        kind.write_name(name, &mut self.after);
        if self.before != self.after {
            object.name = name;
            push_change(&mut self.changes, b"\"name\"", &self.before, &self.after);
        }
    }

    /// Writes the changes of an object that came to be or is gone: its name and its short fields.
    fn write_all(&mut self, kind_at: usize, object: &Object, done: Done) {
        let kind = &self.kinds[kind_at];
        let changes = &mut self.changes;
        let mut push = |key: &[u8], value: &[u8]| match done {
            Done::Deleted => push_change(changes, key, value, b"null"),
            Done::Created | Done::Updated => push_change(changes, key, b"null", value),
        };
        self.after.clear();
        kind.write_name(object.name, &mut self.after);
        push(b"\"name\"", &self.after);
        if self.lean {
            return;
        }
        for (field, value) in kind.fields.iter().zip(&object.values).filter(|(field, _)| field.is_light()) {
            self.after.clear();
            field.write(value, &mut self.after);
            push(&field.key, &self.after);
        }
    }
}

fn push_change(changes: &mut Vec<u8>, key: &[u8], before: &[u8], after: &[u8]) {
    changes.extend_from_slice(if changes.is_empty() {
        b"{\"attribute_name\":"
    } else {
        b",{\"attribute_name\":"
    });
    changes.extend_from_slice(key);
    changes.extend_from_slice(b",\"before\":");
    changes.extend_from_slice(before);
    changes.extend_from_slice(b",\"after\":");
    changes.extend_from_slice(after);
    changes.push(b'}');
}
