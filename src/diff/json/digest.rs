//! A number for every value of a document, equal where the values mean the same.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash as _, Hasher, RandomState};

use crate::domain::json::{Kind, Node, Number};

/// The digests of a document's values, by their place in it.
///
/// The hasher is seeded anew for every diff, so that nobody can craft two values that pass for equal.
pub(super) struct Digests {
    first: usize,
    table: Vec<u64>,
    /// Whether some object repeats a key.
    pub(super) repeats: bool,
}

impl Digests {
    pub(super) fn of(root: Node<'_>, seed: &RandomState) -> Digests {
        let mut digests = Digests { first: root.ordinal(), table: vec![0; root.extent()], repeats: false };
        digests.fill(root, seed);
        digests
    }

    pub(super) fn get(&self, node: Node<'_>) -> u64 {
        self.table[node.ordinal() - self.first]
    }

    fn fill(&mut self, node: Node<'_>, seed: &RandomState) -> u64 {
        let mut hasher = seed.build_hasher();
        hasher.write_u8(node.kind() as u8);
        match node.kind() {
            Kind::Null => {}
            Kind::Bool => node.raw().hash(&mut hasher),
            Kind::Number => number(node.raw(), &mut hasher),
            Kind::String => node.as_str().hash(&mut hasher),
            Kind::Array => {
                for element in node.items() {
                    hasher.write_u64(self.fill(element, seed));
                }
            }
            Kind::Object => hasher.write_u64(self.object(node, seed)),
        }
        let digest = hasher.finish();
        self.table[node.ordinal() - self.first] = digest;
        digest
    }

    /// Sums up the members, which makes their order meaningless.
    fn object(&mut self, node: Node<'_>, seed: &RandomState) -> u64 {
        let mut members: Vec<(u64, u64)> = Vec::with_capacity(node.len());
        for (key, value) in node.members() {
            let digest = self.fill(value, seed);
            members.push((seed.hash_one(key.decode().as_ref()), digest));
        }
        if repeats(&members) {
            self.repeats = true;
            let last: HashMap<u64, u64> = members.into_iter().collect();
            members = last.into_iter().collect();
        }
        members.iter().fold(members.len() as u64, |sum, member| sum.wrapping_add(seed.hash_one(member)))
    }
}

fn repeats(members: &[(u64, u64)]) -> bool {
    if members.len() <= 12 {
        return members.iter().enumerate().any(|(at, (key, _))| members[..at].iter().any(|(k, _)| k == key));
    }
    let mut keys: Vec<u64> = members.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

/// Hashes a number by its value, however it is spelled.
fn number(token: &str, hasher: &mut impl Hasher) {
    // Up to 15 digits a double tells all decimals apart; most numbers are such.
    if token.len() <= 15
        && let Some(double) = exact_double(token)
    {
        return hasher.write_u64(double.to_bits());
    }
    match Number::parse(token) {
        Some(parsed) if parsed.digits.len() <= 15 => match exact_double(token) {
            Some(double) => hasher.write_u64(double.to_bits()),
            None => spelled(&parsed, hasher),
        },
        Some(parsed) => spelled(&parsed, hasher),
        None => token.hash(hasher),
    }
}

fn spelled(number: &Number, hasher: &mut impl Hasher) {
    (number.negative, &number.digits, number.exponent).hash(hasher);
}

/// Returns the double nearest to a token of at most 15 significant digits, if it stands for that value
/// alone. Zero is left out here, since tiny numbers round to it.
fn exact_double(token: &str) -> Option<f64> {
    token.parse::<f64>().ok().filter(|double| double.is_normal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Doc, number_eq};

    fn digest(token: &str, seed: &RandomState) -> u64 {
        let mut doc = Doc::new();
        let node = doc.parse(token).unwrap();
        Digests::of(node, seed).get(node)
    }

    #[test]
    fn numbers_agree_with_their_values() {
        let seed = RandomState::new();
        let tokens = [
            "0",
            "-0",
            "0.0",
            "0e9",
            "1",
            "1.0",
            "10e-1",
            "1.00000000000000000000",
            "100",
            "1e2",
            "1E+2",
            "-1",
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1e401",
            "1e-400",
            "1e-401",
            "0.1",
            "0.10000000000000001",
            "123456789012345678901234567890",
            "5e-324",
            "4e-324",
        ];
        for a in tokens {
            for b in tokens {
                assert_eq!(digest(a, &seed) == digest(b, &seed), number_eq(a, b), "{a} {b}");
            }
        }
    }
}
