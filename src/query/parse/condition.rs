//! What stands behind a key: values made into conditions.

use std::net::IpAddr;

use crate::domain::json::Path;
use crate::domain::{ActorKind, Class, Field, IdPrefix, Outcome, Scope, ip};

use super::scan::Value;
use super::{Key, Parser, QueryError, Result, shown};
use crate::query::nearest::nearest;
use crate::query::range::parse_time_term;
use crate::query::{Expr, Has, IpMatch, Pattern, Term, TimeKey};

impl Parser<'_> {
    /// Reads what stands behind the colon of a key that began at `start`.
    pub(super) fn condition(&mut self, key: Key, start: usize) -> Result<Expr> {
        let name = self.text.get(start..self.at - 1).unwrap_or_default().to_ascii_lowercase();
        match key {
            Key::Field(field) => self.field(field, &name),
            Key::Ip => Ok(Expr::Term(Term::Ip(each(&self.values(&name)?, ip_match)?))),
            Key::Id => Ok(Expr::Term(Term::Id(each(&self.values(&name)?, id_prefix)?))),
            Key::Time(key) => self.time(key, &name),
            Key::Has => self.has(&name),
            Key::From => Ok(Expr::Term(Term::From(self.patterns(&name)?))),
            Key::To => Ok(Expr::Term(Term::To(self.patterns(&name)?))),
            Key::Raw => Err(QueryError::new(start..self.at, "raw needs a path: raw.PATH:VALUE")
                .hint("like raw.actor.name:ana or raw.tags[0]:new")),
        }
    }

    /// Reads `raw.PATH:values`, whose colon stands `len` bytes ahead.
    pub(super) fn raw(&mut self, len: usize) -> Result<Expr> {
        let start = self.at;
        let name = self.text.get(start..start + len).unwrap_or_default();
        let typed = name.get(3..).unwrap_or_default();
        let typed = typed.strip_prefix('.').unwrap_or(typed);
        let path_at = start + name.len() - typed.len();
        let path: Path = typed.parse().map_err(|error: crate::domain::json::PathError| {
            let at = (path_at + error.offset).min(start + len);
            QueryError::new(at..at, format!("bad path: {}", error.message)).hint("like raw.actor.name:ana")
        })?;
        if path.steps.is_empty() {
            return Err(QueryError::new(start..start + len, "raw needs a path: raw.PATH:VALUE")
                .hint("like raw.actor.name:ana"));
        }
        self.at += len + 1;
        Ok(Expr::Term(Term::Raw(path, self.patterns(name)?)))
    }

    fn patterns(&mut self, name: &str) -> Result<Vec<Pattern>> {
        Ok(self.values(name)?.iter().map(pattern).collect())
    }

    fn field(&mut self, field: Field, name: &str) -> Result<Expr> {
        let values = self.values(name)?;
        if let Some(words) = closed_words(field) {
            for value in &values {
                check_word(name, value, &words)?;
            }
        }
        Ok(Expr::Term(Term::Value(field, values.iter().map(pattern).collect())))
    }

    fn time(&mut self, key: TimeKey, name: &str) -> Result<Expr> {
        let value = self.value(name, false)?;
        if value.is_bare("none") {
            let any = parse_time_term(TimeKey::Time, "..", self.context);
            let any = any.map_err(|error| QueryError::new(value.start..value.end, error.message))?;
            return Ok(Expr::Not(Box::new(Expr::Term(Term::Time(any)))));
        }
        let mut typed = value.text();
        let second = self.second_word(&value);
        typed.push_str(&second);
        parse_time_term(key, &typed, self.context).map(|term| Expr::Term(Term::Time(term))).map_err(|error| {
            // The places would be off by what was unescaped, over two words by the space.
            let within = value.start + error.span.start..value.start + error.span.end;
            let as_typed = !value.quoted && second.is_empty() && typed.len() == value.end - value.start;
            let span = if as_typed { within } else { value.start..self.at };
            QueryError::new(span, error.message).suggest(error.suggestion)
        })
    }

    /// Takes `week` behind `time:last`, which can mean nothing else, and the clock behind a date, as the
    /// screen shows times and people copy them (the text `10:30` can be quoted).
    fn second_word(&mut self, value: &Value) -> String {
        let rest = self.rest();
        let word = super::scan::word(rest.trim_start());
        let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
        let calendar = ["last", "this", "previous"].iter().any(|word| value.is_bare(word))
            && is(&["week", "month", "quarter", "year"]);
        let clock = !value.quoted && is_date(&value.text()) && is_clock(word);
        if !calendar && !clock {
            return String::new();
        }
        self.at += rest.len() - rest.trim_start().len() + word.len();
        format!(" {word}")
    }

    fn has(&mut self, name: &str) -> Result<Expr> {
        let mut terms = each(&self.values(name)?, |value| {
            let word = value.text();
            let has = Has::ALL.iter().copied().find(|has| has.as_str().eq_ignore_ascii_case(&word));
            let words = Has::ALL.iter().map(|has| has.as_str());
            has.map(|has| Expr::Term(Term::Has(has))).ok_or_else(|| {
                let message = format!("an entry can have diff, note or mark, not {}", shown(&word));
                QueryError::new(value.start..value.end, message).suggest(nearest(&word, words))
            })
        })?;
        Ok(if terms.len() == 1 { terms.remove(0) } else { Expr::Or(terms) })
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

fn is_clock(word: &str) -> bool {
    word.contains(':')
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'+' | b'-' | b'Z'))
}

fn each<T>(values: &[Value], make: impl FnMut(&Value) -> Result<T>) -> Result<Vec<T>> {
    values.iter().map(make).collect()
}

fn pattern(value: &Value) -> Pattern {
    if value.is_bare("none") { Pattern::None } else { Pattern::of_pieces(&value.pieces) }
}

/// Returns the only words a field can have.
pub(in crate::query) fn closed_words(field: Field) -> Option<Vec<&'static str>> {
    match field {
        Field::Scope => Some(Scope::ALL.iter().map(|word| word.as_str()).collect()),
        Field::Kind => Some(ActorKind::ALL.iter().map(|word| word.as_str()).collect()),
        Field::Outcome => Some(Outcome::ALL.iter().map(|word| word.as_str()).collect()),
        Field::Class => Some(Class::ALL.iter().map(|word| word.as_str()).collect()),
        _ => None,
    }
}

/// Refuses a word that a closed list does not hold: it would silently find nothing.
fn check_word(name: &str, value: &Value, words: &[&'static str]) -> Result<()> {
    let [word] = value.pieces.as_slice() else { return Ok(()) };
    if value.is_bare("none") || words.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return Ok(());
    }
    let message = format!("no {name} is called {}", shown(word));
    let hint = format!("it is one of {}", words.join(", "));
    Err(QueryError::new(value.start..value.end, message)
        .suggest(nearest(word, words.iter().copied()))
        .hint(hint))
}

fn id_prefix(value: &Value) -> Result<IdPrefix> {
    let typed = value.text();
    let id = typed.strip_prefix("auditty://").unwrap_or(&typed);
    id.parse().map_err(|error| QueryError::new(value.start..value.end, format!("no id: {error}")))
}

/// Reads an address, a network, a range, or any other text.
fn ip_match(value: &Value) -> Result<IpMatch> {
    let text = value.text();
    if let Some((low, high)) = addresses(&text) {
        if ip::to_bytes(low) > ip::to_bytes(high) {
            return Err(QueryError::new(value.start..value.end, "this range of addresses runs backwards"));
        }
        return Ok(IpMatch::Range(low, high));
    }
    if !value.quoted && looks_like_address(value) {
        let message = format!("{} is no address, network or range", shown(&text));
        return Err(QueryError::new(value.start..value.end, message)
            .hint("write 10.0.0.7, 10.0.0.0/8, 10.0.0.1-10.0.0.9 or 10.0.*"));
    }
    Ok(IpMatch::Text(pattern(value)))
}

pub(in crate::query) fn addresses(text: &str) -> Option<(IpAddr, IpAddr)> {
    if let Some(addr) = ip::parse_addr(text) {
        return Some((addr, addr));
    }
    ip::parse_cidr(text).or_else(|| {
        let (low, high) = text.split_once("..").or_else(|| text.split_once('-'))?;
        Some((ip::parse_addr(low.trim())?, ip::parse_addr(high.trim())?))
    })
}

/// Whether somebody who typed this meant an address.
fn looks_like_address(value: &Value) -> bool {
    let [text] = value.pieces.as_slice() else { return false };
    let digits = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b':' | b'/' | b'-'));
    let part = text.split(['/', '-']).chain(text.split("..")).any(|part| ip::parse_addr(part).is_some());
    part || (digits && text.bytes().any(|b| b.is_ascii_digit()))
}
