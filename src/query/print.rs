//! From filter to text: what [`parse`](fn@super::parse) reads back as the same filter.

use std::fmt::{self, Display, Formatter, Write as _};
use std::net::IpAddr;

use crate::domain::ip;
use crate::domain::json::{self, Path, Step};

use super::value::glob_pieces;
use super::{Expr, Filter, Has, IpMatch, Pattern, Regex, Term, Text, TimeKey, TimeTerm};

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.expr == Expr::All { Ok(()) } else { self.expr.fmt(f) }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::All => f.write_str("()"),
            Expr::And(terms) => join(f, terms, " ", |term| matches!(term, Expr::Or(_) | Expr::And(_))),
            // The parentheses around conditions in an OR are for people who expect the other order.
            Expr::Or(terms) => join(f, terms, " OR ", |term| matches!(term, Expr::Or(_) | Expr::And(_))),
            Expr::Not(inner) => {
                f.write_char('-')?;
                let simple = matches!(**inner, Expr::Term(_) | Expr::All);
                if simple { inner.fmt(f) } else { write!(f, "({inner})") }
            }
            Expr::Term(term) => term.fmt(f),
        }
    }
}

fn join(f: &mut Formatter<'_>, terms: &[Expr], between: &str, wrap: impl Fn(&Expr) -> bool) -> fmt::Result {
    for (at, term) in terms.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        if wrap(term) { write!(f, "({term})")? } else { term.fmt(f)? }
    }
    Ok(())
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Term::Value(field, patterns) => list(f, field.key(), patterns, Display::fmt),
            Term::Ip(wanted) => list(f, "ip", wanted, Display::fmt),
            Term::Time(time) => time.fmt(f),
            Term::Id(prefixes) => list(f, "id", prefixes, |prefix, f| f.write_str(prefix.as_str())),
            Term::Text(text) => text.fmt(f),
            Term::Regex(regex) => regex.fmt(f),
            Term::Raw(path, patterns) => list(f, &format!("raw.{}", path_text(path)), patterns, Display::fmt),
            Term::From(patterns) => list(f, "from", patterns, Display::fmt),
            Term::To(patterns) => list(f, "to", patterns, Display::fmt),
            Term::Has(has) => write!(f, "has:{}", has.as_str()),
        }
    }
}

fn list<T>(
    f: &mut Formatter<'_>,
    key: &str,
    values: &[T],
    write: impl Fn(&T, &mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_str(key)?;
    for (at, value) in values.iter().enumerate() {
        f.write_char(if at == 0 { ':' } else { ',' })?;
        write(value, f)?;
    }
    Ok(())
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::None => f.write_str("none"),
            Pattern::Exact(text) if text.eq_ignore_ascii_case("none") => f.write_str(&quoted(text)),
            Pattern::Exact(text) => f.write_str(&value(text)),
            Pattern::Glob(glob) => {
                let pieces = glob_pieces(glob);
                let write = |piece: &String| if piece.is_empty() { String::new() } else { value(piece) };
                f.write_str(&pieces.iter().map(write).collect::<Vec<_>>().join("*"))
            }
        }
    }
}

impl Display for IpMatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            IpMatch::Range(low, high) if low == high => write!(f, "{low}"),
            IpMatch::Range(low, high) => match network(*low, *high) {
                Some(network) => f.write_str(&network),
                None => write!(f, "{low}-{high}"),
            },
            // Quoted, so that text which is nearly an address is not taken for a mistyped one.
            IpMatch::Text(Pattern::Exact(text)) => f.write_str(&quoted(text)),
            IpMatch::Text(pattern) => pattern.fmt(f),
        }
    }
}

/// Returns a range in CIDR notation if it is a network.
fn network(low: IpAddr, high: IpAddr) -> Option<String> {
    let bits = |addr| u128::from_be_bytes(ip::to_bytes(addr));
    let free = (bits(low) ^ bits(high)).count_ones();
    let base = if low.is_ipv4() { 32u32 } else { 128 };
    let text = format!("{low}/{}", base.checked_sub(free)?);
    (ip::parse_cidr(&text) == Some((low, high))).then_some(text)
}

impl Display for TimeTerm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key.as_str(), value(&self.typed))
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let literal = &self.literal;
        let bare = is_plain(literal)
            && !literal.contains(':')
            && !literal.starts_with(['-', '/'])
            && super::parse::condition_meant(literal).is_none()
            && !matches!(literal.as_str(), "OR" | "AND" | "NOT");
        f.write_str(&if bare { literal.clone() } else { quoted(literal) })
    }
}

impl Display for Regex {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('/')?;
        let mut chars = self.source.chars();
        while let Some(c) = chars.next() {
            match c {
                '/' => f.write_str("\\/")?,
                '\\' => {
                    f.write_char(c)?;
                    chars.next().map_or(Ok(()), |next| f.write_char(next))?;
                }
                c => f.write_char(c)?,
            }
        }
        f.write_char('/')
    }
}

/// Returns a value as it is typed behind a key, quoted where it must be.
pub(super) fn value_text(text: &str) -> String {
    Pattern::Exact(text.to_owned()).to_string()
}

/// Writes a value, quoted where it could be read as anything else.
fn value(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Whether a text has only characters that mean nothing to the language, at least behind a key.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-.@/+#%&~=$:".contains(c))
}

/// Returns a text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Writes a path so that the language can tell where it ends.
fn path_text(path: &Path) -> String {
    let mut out = String::new();
    for (at, step) in path.steps.iter().enumerate() {
        match step {
            Step::Key(key) => {
                out.push_str(if at > 0 { "." } else { "" });
                out.push_str(&path_word(key));
            }
            Step::Index(index) => drop(write!(out, "[{index}]")),
            Step::Each => out.push_str("[*]"),
            Step::Where(key, value) => drop(write!(out, "[{}={}]", path_word(key), path_word(value))),
        }
    }
    out
}

fn path_word(word: &str) -> String {
    let plain = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "_-@$/".contains(c));
    if plain { word.to_owned() } else { json::quote(word) }
}

impl TimeKey {
    /// Returns the key of the query language.
    pub fn as_str(self) -> &'static str {
        match self {
            TimeKey::Since => "since",
            TimeKey::Until => "until",
            TimeKey::Time => "time",
        }
    }
}

impl Has {
    /// Every thing an entry may have.
    pub const ALL: &'static [Has] = &[Has::Diff, Has::Note, Has::Mark];

    /// Returns the word of the query language.
    pub fn as_str(self) -> &'static str {
        match self {
            Has::Diff => "diff",
            Has::Note => "note",
            Has::Mark => "mark",
        }
    }
}
