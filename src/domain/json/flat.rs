//! An object of strings that is written member by member, and then known without being read: rows of tables.

use super::{Doc, Item, Kind, Node};

/// An object of strings being written.
#[derive(Debug, Default)]
pub struct Flat {
    text: String,
    /// Where each member's key and value end.
    ends: Vec<(u32, u32)>,
}

impl Flat {
    /// Begins an object in the memory of the last, with room for so many bytes.
    pub fn begin(&mut self, room: usize) {
        self.text.clear();
        self.text.reserve(room);
        self.ends.clear();
        self.text.push('{');
    }

    /// Returns what stands before a member's value: a comma, its key in quotes, a colon and a quote.
    pub fn head(key: &str) -> String {
        let mut head = String::from(",");
        super::push_string(&mut head, key);
        head.push_str(":\"");
        head
    }

    /// Adds a member: its [`Flat::head`], and what `write` appends between the quotes of its value. An object has less
    /// than 4 GiB.
    #[inline]
    pub fn member<T>(&mut self, head: &str, write: impl FnOnce(&mut String) -> T) -> T {
        // The first member has no comma before it.
        let from = usize::from(self.ends.is_empty());
        self.text.push_str(head.get(from..).unwrap_or_default());
        let key_end = self.text.len() as u32 - 2;
        let done = write(&mut self.text);
        self.text.push('"');
        self.ends.push((key_end, self.text.len() as u32));
        done
    }

    /// Ends the object.
    pub fn end(&mut self) {
        self.text.push('}');
    }

    /// Returns it as JSON text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Doc {
    /// Returns the root of an object that was written to its end.
    pub fn flat<'a>(&'a mut self, flat: &'a Flat) -> Node<'a> {
        let Flat { text, ends } = flat;
        self.tape.clear();
        self.spaced = false;
        let count = ends.len() as u32;
        self.tape.push(Item {
            start: 0,
            end: text.len() as u32,
            next: 1 + 2 * count,
            len: count,
            kind: Kind::Object,
            escaped: false,
            spaced: false,
        });
        // Few strings hold an escape: the next one is looked for where the last was passed.
        let bytes = text.as_bytes();
        let escape_from = |at: usize| {
            bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)).map_or(bytes.len(), |n| at + n)
        };
        let mut escape = escape_from(0);
        let mut start = 1;
        for (start, end) in ends.iter().flat_map(|(key, value)| {
            let both = [(start, *key), (key + 1, *value)];
            start = value + 1;
            both
        }) {
            if escape < start as usize {
                escape = escape_from(start as usize);
            }
            let next = self.tape.len() as u32 + 1;
            let escaped = escape < end as usize;
            self.tape.push(Item { start, end, next, len: 0, kind: Kind::String, escaped, spaced: false });
        }
        Node { text, tape: &self.tape, at: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::push_escaped;
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_was_written_is_what_reading_finds(members in proptest::collection::vec(("[a\"\\\\\u{e4}\n]{0,4}", "[a\"\\\\\u{e4}\n ,:{}]{0,40}"), 0..9)) {
            let mut flat = Flat::default();
            for _ in 0..2 {
                flat.begin(0);
                for (key, value) in &members {
                    flat.member(&Flat::head(key), |out| push_escaped(out, value));
                }
                flat.end();
            }
            let (mut known, mut read) = (Doc::new(), Doc::new());
            known.parse("[[1, 2]]").unwrap();
            let raw = known.flat(&flat).raw().to_owned();
            proptest::prop_assert_eq!(raw, read.parse(flat.text()).unwrap().raw());
            proptest::prop_assert_eq!(format!("{:?}", known.tape), format!("{:?}", read.tape));
        }
    }
}
