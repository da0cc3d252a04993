//! Who and what the sample data is about, read from the assets once.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::json::quote;

use super::random::{mix, scale};

/// The company, its people, and the words things are named with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cast {
    pub(super) domain: String,
    pub(super) workspaces: Vec<Workspace>,
    pub(super) members: Vec<String>,
    pub(super) guests: Vec<String>,
    pub(super) services: Vec<String>,
    pub(super) agents: Vec<String>,
    pub(super) clients: Vec<String>,
    words: BTreeMap<String, Vec<String>>,
    block: Vec<Block>,
}

/// A workspace of the account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Workspace {
    pub(super) id: u64,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    wordings: Vec<String>,
}

impl Cast {
    pub(super) fn load() -> Cast {
        toml::from_str(include_str!("../../../assets/demo/cast.toml"))
            .expect("a test reads the built-in cast")
    }

    /// Returns the address of a person of the company.
    pub(super) fn email(&self, name: &str) -> String {
        let plain = |c: char| match c.to_lowercase().next().unwrap_or(c) {
            'é' | 'ë' => Some('e'),
            'á' | 'å' => Some('a'),
            ' ' | '-' => Some('.'),
            c => c.is_ascii_alphanumeric().then_some(c),
        };
        let local: String = name.chars().filter_map(plain).collect();
        format!("{local}@{}", self.domain)
    }

    /// Returns the wordings of an e-mail's parts as they stand inside a JSON string.
    pub(super) fn blocks(&self) -> Vec<Vec<Vec<u8>>> {
        let inside = |text: &String| unquoted(&quote(text)).to_vec();
        self.block.iter().map(|block| block.wordings.iter().map(inside).collect()).collect()
    }

    fn list(&self, word: &str) -> Option<Vec<Vec<u8>>> {
        let list = match word {
            "guest" => &self.guests,
            "member" => &self.members,
            other => self.words.get(other)?,
        };
        Some(list.iter().map(|text| unquoted(&quote(text)).to_vec()).collect())
    }
}

fn unquoted(text: &str) -> &[u8] {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).as_bytes()
}

/// JSON text with places for drawn words.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(Vec<u8>),
    /// One of a list, by chance.
    Pick(Vec<Vec<u8>>),
    /// The item of a list whose number is the seed, so that neighbours differ.
    Nth(Vec<Vec<u8>>),
    /// A number of 1 to 250.
    Number,
    /// Twelve hexadecimal digits.
    Hex,
}

impl Pattern {
    /// Reads a value whose strings hold `%word%`.
    pub(super) fn read(value: &toml::Value, cast: &Cast) -> Pattern {
        let text = serde_json::to_string(value).expect("a value of TOML has a form in JSON");
        let mut parts = Vec::new();
        for (at, piece) in text.split('%').enumerate() {
            parts.push(match piece {
                "n" if at % 2 == 1 => Part::Number,
                "hex" if at % 2 == 1 => Part::Hex,
                word if at % 2 == 1 => {
                    let list = cast.list(word).expect("a test reads the built-in patterns");
                    if matches!(word, "member" | "guest") { Part::Nth(list) } else { Part::Pick(list) }
                }
                literal => Part::Text(literal.as_bytes().to_vec()),
            });
        }
        Pattern(parts)
    }

    /// Appends the JSON text of a seed.
    pub(super) fn write(&self, seed: u64, out: &mut Vec<u8>) {
        for (at, part) in self.0.iter().enumerate() {
            let draw = mix(seed.wrapping_add(at as u64));
            match part {
                Part::Text(text) => out.extend_from_slice(text),
                Part::Pick(list) => out.extend_from_slice(&list[scale(draw, list.len() as u64) as usize]),
                Part::Nth(list) => out.extend_from_slice(&list[(seed % list.len() as u64) as usize]),
                Part::Number => super::bytes::decimal(1 + draw % 250, out),
                Part::Hex => super::bytes::hex(draw, 12, out),
            }
        }
    }
}
