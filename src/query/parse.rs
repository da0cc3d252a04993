//! From text to filter.
//!
//! ```text
//! any   = all ("OR" all)*                     OR binds weaker than the unspoken AND
//! all   = (["AND"] one)*
//! one   = "-" one | "NOT" one | "(" any ")" | "\"phrase\"" | "/expression/" | condition | word
//! condition = key ":" value ("," value)*      a value may be quoted, in whole or in part
//! ```
//!
//! `OR`, `AND` and `NOT` are operators in upper case only. `()` is every entry. Within quotes `\"` is a quote
//! and `\\` a backslash; any other backslash stands for itself, and so does every backslash of a bare word.
//! Quoted text is literal: no `*`, no `none`, no key. A parenthesis within a word belongs to it.
//!
//! Which words with a colon are text: those whose part before the colon is no key and cannot be one (`12:30`,
//! `::1`), those where `//` or a backslash follows (`https://x`, `C:\x`), and those with more colons whose
//! first part is not near a key (`arn:aws:iam`, `fe80::1`). Any other `name:value` with an unknown name is an
//! error, since a mistyped key would else silently find nothing; the error says how to quote. So is a condition
//! as other languages spell it (`actor=ana`).

use crate::domain::json::quote;

use super::error::QueryError;
use super::keys::{KEYS, Key};
use super::{Expr, Filter, ParseContext, Regex, Term, Text};

mod condition;
mod scan;

pub(super) use condition::{addresses, closed_words};

/// How deep parentheses and negations may nest.
const MAX_DEPTH: usize = 64;

type Result<T, E = QueryError> = std::result::Result<T, E>;

/// Reads a query.
///
/// # Errors
/// An unknown key or closed value, a bad range, an unclosed quote, parenthesis or expression, an operator
/// without its operands; with the place and, where there is one, the nearest valid word.
pub fn parse(text: &str, context: &ParseContext) -> Result<Filter> {
    let mut parser = Parser { text, at: 0, depth: 0, context };
    let expr = parser.any()?;
    if parser.peek() == Some(')') {
        let error = QueryError::new(parser.at..parser.at + 1, "this parenthesis closes nothing");
        return Err(error.hint("quote the text to search for it: \")\""));
    }
    Ok(Filter { expr }.normal())
}

pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    context: &'a ParseContext,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Consumes an operator if it stands here as a word of its own.
    fn operator(&mut self, word: &str) -> bool {
        let here = self.at_operator(word);
        if here {
            self.at += word.len();
        }
        here
    }

    fn at_operator(&self, word: &str) -> bool {
        let behind = self.rest().strip_prefix(word).map(|rest| rest.chars().next());
        matches!(behind, Some(next) if next.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')')))
    }

    fn any(&mut self) -> Result<Expr> {
        let first = self.all()?;
        let mut left = first.is_some();
        let mut terms = vec![first.unwrap_or_default()];
        loop {
            let start = self.at;
            if !self.operator("OR") {
                break;
            }
            let right = if left { self.all()? } else { None };
            let Some(right) = right else { return Err(lonely("OR", start)) };
            terms.push(right);
            left = true;
        }
        Ok(if terms.len() == 1 { terms.remove(0) } else { Expr::Or(terms) })
    }

    /// Reads conditions up to an `OR`, a closing parenthesis or the end; `None` where there are none.
    fn all(&mut self) -> Result<Option<Expr>> {
        let mut terms = Vec::new();
        let mut waiting = None;
        loop {
            self.skip_space();
            if self.rest().is_empty() || self.peek() == Some(')') || self.at_operator("OR") {
                break;
            }
            let start = self.at;
            if self.operator("AND") {
                if terms.is_empty() || waiting.is_some() {
                    return Err(lonely("AND", start));
                }
                waiting = Some(start);
                continue;
            }
            terms.push(self.one()?);
            waiting = None;
        }
        match waiting {
            Some(start) => Err(lonely("AND", start)),
            None if terms.len() > 1 => Ok(Some(Expr::And(terms))),
            None => Ok(terms.pop()),
        }
    }

    fn one(&mut self) -> Result<Expr> {
        if self.depth >= MAX_DEPTH {
            return Err(QueryError::new(self.at..self.at, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let expr = self.one_within();
        self.depth -= 1;
        expr
    }

    fn one_within(&mut self) -> Result<Expr> {
        let start = self.at;
        if self.operator("NOT") {
            self.skip_space();
            if self.rest().is_empty()
                || self.peek() == Some(')')
                || self.at_operator("OR")
                || self.at_operator("AND")
            {
                return Err(QueryError::new(start..start + 3, "NOT needs a condition behind it")
                    .hint(literally("NOT")));
            }
            return self.one().map(|expr| Expr::Not(Box::new(expr)));
        }
        match self.peek() {
            Some('-') if self.rest().chars().nth(1).is_some_and(|c| !c.is_whitespace() && c != ')') => {
                self.at += 1;
                self.one().map(|expr| Expr::Not(Box::new(expr)))
            }
            Some('(') => self.group(),
            Some('"') => self.phrase(),
            Some('/') => self.expression(),
            _ => self.word(),
        }
    }

    fn group(&mut self) -> Result<Expr> {
        let start = self.at;
        self.at += 1;
        let expr = self.any()?;
        if self.bump() == Some(')') {
            return Ok(expr);
        }
        Err(QueryError::new(start..start + 1, "this parenthesis is not closed")
            .hint("quote the text to search for it: \"(\""))
    }

    fn phrase(&mut self) -> Result<Expr> {
        let start = self.at;
        let literal = self.quoted()?;
        if literal.is_empty() {
            return Err(QueryError::new(start..self.at, "there is nothing between the quotes"));
        }
        if !self.at_end_of_word() {
            return Err(QueryError::new(self.at..self.at, "a space is missing behind the closing quote")
                .hint("write \\\" for a quote within quotes"));
        }
        Ok(text_term(literal))
    }

    fn at_end_of_word(&self) -> bool {
        self.peek().is_none_or(|c| c.is_whitespace() || c == ')')
    }

    /// Reads `/expression/` or `/expression/i`.
    fn expression(&mut self) -> Result<Expr> {
        let start = self.at;
        let Some((mut source, len)) = scan::expression(self.rest()) else {
            let word = self.rest().split_whitespace().next().unwrap_or_default();
            return Err(QueryError::new(
                start..start + 1,
                "this regular expression is not closed by a second /",
            )
            .hint(literally(word)));
        };
        self.at += len;
        if source.is_empty() {
            return Err(QueryError::new(start..self.at, "there is nothing between the slashes"));
        }
        if self.peek() == Some('i') {
            self.at += 1;
            source = format!("(?i){source}");
        }
        if !self.at_end_of_word() {
            let word = scan::word(self.text.get(start..).unwrap_or_default());
            return Err(QueryError::new(
                self.at..self.at,
                "a space is missing behind the regular expression",
            )
            .hint(literally(word)));
        }
        match regex::Regex::new(&source) {
            Ok(regex) => Ok(Expr::Term(Term::Regex(Regex { source, regex }))),
            Err(error) => Err(QueryError::new(start..self.at, describe_regex(&error))),
        }
    }

    /// Reads a condition or a bare word.
    fn word(&mut self) -> Result<Expr> {
        let start = self.at;
        if let Some(len) = scan::raw_key(self.rest()).map_err(|at| unclosed_quote(start + at))? {
            return self.raw(len);
        }
        let word = scan::word(self.rest());
        if let Some(meant) = condition_meant(word) {
            let error = QueryError::new(start..start + word.len(), format!("{word} is no condition here"));
            return Err(error.hint(format!("write {meant}; {}", literally(word))));
        }
        let Some((name, value)) = word.split_once(':') else {
            self.at += word.len();
            return Ok(text_term(word.to_owned()));
        };
        match Key::parse(name) {
            Some(key) => {
                self.at += name.len() + 1;
                self.condition(key, start)
            }
            None if is_text(name, value) => {
                self.at += word.len();
                Ok(text_term(word.to_owned()))
            }
            None => Err(unknown_key(start, name, word)),
        }
    }
}

fn text_term(literal: String) -> Expr {
    Expr::Term(Term::Text(Text::new(literal)))
}

/// Returns the condition that a word spells as other languages do: `actor=ana`, `ip!=192.0.2.7`, `!type:x`. As a
/// text it would silently find nothing.
pub(super) fn condition_meant(word: &str) -> Option<String> {
    const SIGNS: [char; 5] = ['=', '!', '<', '>', '~'];
    let is_key = |name: &str| Key::parse(name).is_some() || name.starts_with("raw.");
    if let Some(condition) = word.strip_prefix('!') {
        let (name, _) = condition.split_once(':')?;
        return is_key(name).then(|| format!("-{condition}"));
    }
    let (name, rest) = word.split_at(word.find(SIGNS)?);
    let value = rest.trim_start_matches(SIGNS);
    // The word may end within a quote.
    let value = if value.contains('"') { "\"...\"" } else { value };
    let name = match (Key::parse(name), rest.chars().next()) {
        (Some(Key::Time(_)), Some('>')) => "since",
        (Some(Key::Time(_)), Some('<')) => "until",
        _ => name,
    };
    let negation = if rest.starts_with('!') || rest.starts_with("<>") { "-" } else { "" };
    (is_key(name) && !value.is_empty()).then(|| format!("{negation}{name}:{value}"))
}

/// Whether a word with a colon whose name is no key is text after all.
fn is_text(name: &str, value: &str) -> bool {
    let like_a_key = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    !like_a_key
        || value.starts_with("//")
        || value.starts_with('\\')
        || (value.contains(':') && Key::nearest(name).is_none())
}

fn unknown_key(start: usize, name: &str, word: &str) -> QueryError {
    let error = QueryError::new(start..start + name.len(), format!("unknown key '{name}'"));
    let nearest = Key::nearest(name);
    let hint = match nearest {
        Some(_) => literally(word),
        None => {
            let keys: Vec<&str> = KEYS.iter().map(|(key, _, _)| *key).collect();
            format!("{}; the keys are {}", literally(word), keys.join(", "))
        }
    };
    error.suggest(nearest).hint(hint)
}

fn unclosed_quote(at: usize) -> QueryError {
    QueryError::new(at..at + 1, "this quote is not closed").hint("write \"\\\"\" to search for a quote")
}

fn literally(word: &str) -> String {
    format!("to search for the text, quote it: {}", super::print::quoted(word))
}

fn lonely(operator: &str, start: usize) -> QueryError {
    let message = format!("{operator} needs a condition on both sides");
    QueryError::new(start..start + operator.len(), message).hint(literally(operator))
}

/// Says what is wrong with a regular expression: the sentence out of a message that spans lines with a drawing.
pub fn describe_regex(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&text);
    format!("bad regular expression: {}", line.trim())
}

/// Returns a word as messages show it.
fn shown(word: &str) -> String {
    quote(word)
}

#[cfg(test)]
mod tests;
