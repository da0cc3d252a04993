//! Writing a JSON object member by member.

use crate::domain::json::push_string;

/// An object being written.
pub(super) struct Object<'o> {
    out: &'o mut String,
    first: bool,
}

impl<'o> Object<'o> {
    /// Begins an object.
    pub(super) fn new(out: &'o mut String) -> Object<'o> {
        out.push('{');
        Object { out, first: true }
    }

    /// Adds a text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        push_string(self.out, value);
    }

    /// Adds a text where there is one.
    pub(super) fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// Adds JSON as it stands.
    pub(super) fn json(&mut self, key: &str, value: &str) {
        self.key(key);
        self.out.push_str(value);
    }

    /// Adds the members of an object, given as its text.
    pub(super) fn members(&mut self, object: &str) {
        let inner = object.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let inner = inner.unwrap_or_default().trim();
        if !inner.is_empty() {
            self.comma();
            self.out.push_str(inner);
        }
    }

    /// Adds an object that `fill` writes.
    pub(super) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        self.key(key);
        let mut inner = Object::new(self.out);
        fill(&mut inner);
        inner.end();
    }

    /// Ends the object.
    pub(super) fn end(self) {
        self.out.push('}');
    }

    fn key(&mut self, key: &str) {
        self.comma();
        push_string(self.out, key);
        self.out.push(':');
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
    }
}
