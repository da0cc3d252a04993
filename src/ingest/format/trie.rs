//! All paths of a plan as one tree, so that a record is read in one pass whatever the number of paths.

use hashbrown::{HashMap, HashSet};

use crate::domain::json::{Kind, Node};
use crate::domain::short::{Short, same};

/// No value found.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Keys to slots. Walking it over a value notes where in the document each path's value lies.
#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<TrieNode>,
}

#[derive(Debug, Default)]
struct TrieNode {
    /// Slot to fill with the value that stands here.
    slot: Option<u16>,
    edges: Vec<(Box<str>, u32)>,
    /// The same in small letters, sorted.
    small: Vec<(Box<str>, u32)>,
    /// Open addressing over `edges`; a power of two of places, at least half of them free.
    table: Vec<Option<Place>>,
}

/// An edge in a table.
#[derive(Clone, Copy, Debug)]
struct Place {
    key: Short,
    edge: u32,
}

impl Trie {
    /// Builds the tree. Where a path's first keys are joined by dots into one (`{"actor.name": ..}`), they
    /// lead to the same place.
    pub(crate) fn new(paths: &[(Vec<&str>, u16)]) -> Trie {
        let mut trie = Trie { nodes: vec![TrieNode::default()] };
        let mut children = HashMap::new();
        for (keys, slot) in paths {
            let mut at = 0;
            for key in keys {
                at = *children.entry((at, *key)).or_insert_with(|| trie.child(at, key));
            }
            trie.nodes[at as usize].slot = Some(*slot);
        }
        trie.join();
        for node in &mut trie.nodes {
            node.index();
        }
        trie
    }

    fn child(&mut self, at: u32, key: &str) -> u32 {
        let to = self.nodes.len() as u32;
        self.nodes.push(TrieNode::default());
        self.nodes[at as usize].edges.push((key.into(), to));
        to
    }

    /// Adds the edges of joined keys, where none of that name exists.
    fn join(&mut self) {
        // Children have greater numbers than their parents, so their joined edges exist already.
        for at in (0..self.nodes.len()).rev() {
            let mut joined: Vec<(Box<str>, u32)> = Vec::new();
            for (key, to) in &self.nodes[at].edges {
                for (inner, end) in &self.nodes[*to as usize].edges {
                    joined.push((format!("{key}.{inner}").into(), *end));
                }
            }
            let edges = &mut self.nodes[at].edges;
            let mut known: HashSet<Box<str>> = edges.iter().map(|(key, _)| key.clone()).collect();
            edges.extend(joined.into_iter().filter(|(key, _)| known.insert(key.clone())));
        }
    }

    /// Notes the place of every path's value in `found`.
    pub(crate) fn walk(&self, value: Node<'_>, found: &mut [u32]) {
        if let Some(slot) = self.nodes[0].slot {
            found[usize::from(slot)] = value.ordinal() as u32;
        }
        self.step(0, value, found);
    }

    /// The same whatever the case of the keys: some collectors write all of them in small letters.
    pub(crate) fn walk_any_case(&self, value: Node<'_>, found: &mut [u32]) {
        self.step_any_case(0, value, found);
    }

    fn step_any_case(&self, at: u32, value: Node<'_>, found: &mut [u32]) {
        let node = &self.nodes[at as usize];
        if let Some(slot) = node.slot {
            found[usize::from(slot)] = value.ordinal() as u32;
        }
        if node.small.is_empty() || value.kind() != Kind::Object {
            return;
        }
        for (key, member) in value.members() {
            let key = key.decode();
            let key = column_of(&key).unwrap_or(&key).to_lowercase();
            // Several formats may spell one key each in its own way.
            let first = node.small.partition_point(|(known, _)| **known < *key);
            for (_, to) in node.small[first..].iter().take_while(|(known, _)| **known == *key) {
                self.step_any_case(*to, member, found);
            }
        }
    }

    fn step(&self, at: u32, value: Node<'_>, found: &mut [u32]) {
        let node = &self.nodes[at as usize];
        if node.edges.is_empty() || value.kind() != Kind::Object {
            return;
        }
        for (key, member) in value.members() {
            let to = match key.plain() {
                Some(name) => node.edge(name, key.short()),
                None => {
                    let name = key.decode();
                    node.edge(name.as_bytes(), Short::of(name.as_bytes()))
                }
            };
            let Some(to) = to else { continue };
            // Most lead to a leaf: no step is needed for those.
            if let Some(slot) = self.nodes[to as usize].slot {
                found[usize::from(slot)] = member.ordinal() as u32;
            }
            if member.kind() == Kind::Object {
                self.step(to, member, found);
            }
        }
    }
}

impl TrieNode {
    fn index(&mut self) {
        if self.edges.is_empty() {
            return;
        }
        self.small = self.edges.iter().map(|(key, to)| (key.to_lowercase().into(), *to)).collect();
        self.small.sort();
        let size = (self.edges.len() * 2).next_power_of_two();
        self.table = vec![None; size];
        for (edge, (key, _)) in (0..).zip(&self.edges) {
            let key = Short::of(key.as_bytes());
            let mut at = key.hash() & (size - 1);
            while self.table[at].is_some() {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = Some(Place { key, edge });
        }
    }

    /// Returns where a key leads; of a table's column its name alone does: `TimeGenerated [UTC]`.
    #[inline]
    fn edge(&self, key: &[u8], short: Short) -> Option<u32> {
        self.own_edge(key, short).or_else(|| {
            let name = key.strip_suffix(ZONED.as_bytes())?;
            self.own_edge(name, Short::of(name))
        })
    }

    #[inline]
    fn own_edge(&self, key: &[u8], short: Short) -> Option<u32> {
        let mask = self.table.len() - 1;
        let mut at = short.hash() & mask;
        while let Some(place) = self.table[at] {
            if place.key == short {
                let (known, to) = &self.edges[place.edge as usize];
                if short.is_all() || same(known.as_bytes(), key) {
                    return Some(*to);
                }
            }
            at = (at + 1) & mask;
        }
        None
    }
}

/// The zone in which a portal shows a column of times, behind its name.
const ZONED: &str = " [UTC]";

/// Returns what a column of times is called less its zone.
#[inline]
pub(crate) fn column_of(key: &str) -> Option<&str> {
    if key.ends_with(']') { key.strip_suffix(ZONED) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::Doc;

    #[test]
    fn finds_nested_joined_and_repeated_keys() {
        let trie = Trie::new(&[
            (vec!["actor", "name"], 0),
            (vec!["actor"], 1),
            (vec!["time"], 2),
            (vec!["a", "b", "c"], 3),
        ]);
        let check = |text: &str, expect: [&str; 4]| {
            let mut doc = Doc::new();
            let root = doc.parse(text).unwrap();
            let mut found = [NOWHERE; 4];
            trie.walk(root, &mut found);
            let raw = found.map(|place| root.at_ordinal(place as usize).map_or("-", |node| node.raw()));
            assert_eq!(raw, expect, "{text}");
        };
        check(r#"{"actor":{"name":1},"time":2}"#, ["1", r#"{"name":1}"#, "2", "-"]);
        check(r#"{"actor.name":1,"a.b":{"c":5}}"#, ["1", "-", "-", "5"]);
        check(r#"{"a":{"b.c":5},"time":1,"time":2}"#, ["-", "-", "2", "5"]);
        check(r#"{"a.b.c":5,"t\u0069me":3}"#, ["-", "-", "3", "5"]);
        check(r#"{"time [UTC]":4,"a.b [UTC]":{"c":5}}"#, ["-", "-", "4", "5"]);
        check("[1]", ["-", "-", "-", "-"]);
    }

    proptest::proptest! {
        #[test]
        fn an_edge_is_found_by_its_whole_key_alone(
            known in proptest::collection::hash_set("[ab]{0,3}(abcdefgh){0,2}[ab]{0,2}", 1..40),
            asked in proptest::collection::vec("[ab]{0,3}(abcdefgh){0,2}[ab]{0,2}", 0..40),
        ) {
            let known: Vec<String> = known.into_iter().collect();
            let paths: Vec<_> = (0..).zip(&known).map(|(slot, key)| (vec![key.as_str()], slot)).collect();
            let trie = Trie::new(&paths);
            for key in known.iter().chain(&asked) {
                let text = format!("{{\"{key}\":0}}");
                let mut doc = Doc::new();
                let mut found = vec![NOWHERE; known.len()];
                trie.walk(doc.parse(&text).unwrap(), &mut found);
                let slots: Vec<usize> = (0..known.len()).filter(|slot| found[*slot] != NOWHERE).collect();
                let expect: Vec<usize> = (0..known.len()).filter(|slot| known[*slot] == *key).collect();
                proptest::prop_assert_eq!(slots, expect);
            }
        }
    }

    #[test]
    fn keys_in_any_case_are_found_where_asked_for() {
        let trie = Trie::new(&[(vec!["userIdentity", "type"], 0), (vec!["eventName"], 1)]);
        let mut doc = Doc::new();
        let root = doc.parse(r#"{"useridentity":{"type":1},"EVENTNAME":2}"#).unwrap();
        let mut found = [NOWHERE; 2];
        trie.walk(root, &mut found);
        assert_eq!(found, [NOWHERE; 2]);
        trie.walk_any_case(root, &mut found);
        assert_eq!(found.map(|place| root.at_ordinal(place as usize).unwrap().raw()), ["1", "2"]);
    }
}
