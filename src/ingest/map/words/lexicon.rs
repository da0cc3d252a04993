//! Words with a meaning each, looked up by hash.

use hashbrown::HashMap;

/// Meanings in the order in which they are preferred, each with its words.
#[derive(Debug)]
pub(super) struct Lexicon<T>(HashMap<&'static str, (usize, T)>);

impl<T: Copy> Lexicon<T> {
    /// Reads words that are parted by white space; of a word that stands twice the first meaning counts.
    pub(super) fn new(meanings: &[(T, &'static str)]) -> Lexicon<T> {
        let mut words = HashMap::new();
        for (rank, &(meaning, text)) in meanings.iter().enumerate() {
            for word in text.split_ascii_whitespace() {
                words.entry(word).or_insert((rank, meaning));
            }
        }
        Lexicon(words)
    }

    /// Returns the most preferred meaning that any of the words has.
    pub(super) fn best(&self, words: &[String]) -> Option<T> {
        let known = words.iter().filter_map(|word| self.0.get(word.as_str()));
        known.min_by_key(|(rank, _)| *rank).map(|&(_, meaning)| meaning)
    }
}
