//! The tree of conditions that a query is.

use std::net::IpAddr;

use crate::domain::json::Path;
use crate::domain::{Field, IdPrefix, TimeSpan};

/// A whole query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// The condition an entry must meet.
    pub expr: Expr,
}

/// A condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Expr {
    /// Every entry.
    #[default]
    All,
    /// All of these.
    And(Vec<Expr>),
    /// Any of these.
    Or(Vec<Expr>),
    /// Every entry that does not meet this.
    Not(Box<Expr>),
    /// One condition on one thing.
    Term(Term),
}

/// One condition on one thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// `key:a,b`: the field, or any of its values where it has several, matches any pattern.
    Value(Field, Vec<Pattern>),
    /// `ip:`: addresses, networks, ranges.
    Ip(Vec<IpMatch>),
    /// `since:`, `until:`, `time:`: the time lies within; an entry without a time never does.
    Time(TimeTerm),
    /// `id:`: the id begins so.
    Id(Vec<IdPrefix>),
    /// A word or phrase anywhere in the text.
    Text(Text),
    /// `/re/`: an expression that matches anywhere in one piece of the text.
    Regex(Regex),
    /// `raw.PATH:value`: a scalar of the raw record.
    Raw(Path, Vec<Pattern>),
    /// `from:value`: the value before, of any change.
    From(Vec<Pattern>),
    /// `to:value`: the value after, of any change.
    To(Vec<Pattern>),
    /// `has:diff`, `has:note`, `has:mark`.
    Has(Has),
}

/// What a value must look like: whole, upper and lower case alike (Unicode simple folding).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// `key:none`: there is no value.
    None,
    /// Exactly this text.
    Exact(String),
    /// With `*` for any run of characters, `\*` for a star, `\\` for a backslash; a backslash in front of
    /// anything else stands for itself. [`Pattern::of_pieces`] escapes.
    Glob(String),
}

/// What an address must look like.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IpMatch {
    /// Between two addresses, both included: one address, a network, a range.
    Range(IpAddr, IpAddr),
    /// Any other text, matched with the whole of the value as shown, be it an address or not.
    Text(Pattern),
}

/// A time range as typed and as resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeTerm {
    /// Which key was used.
    pub key: TimeKey,
    /// The range as typed, like `7d`, to be printed again.
    pub typed: String,
    /// What it meant when it was read.
    pub span: TimeSpan,
}

/// The keys that take a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeKey {
    /// `since:`: from the start of the range.
    Since,
    /// `until:`: up to the end of the range.
    Until,
    /// `time:`: within the range.
    Time,
}

/// A literal text to find.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// What to find.
    pub literal: String,
    /// Whether case matters: so where the text holds an upper-case character (smart case).
    pub exact_case: bool,
}

/// A regular expression, equal to another by its source.
#[derive(Clone, Debug)]
pub struct Regex {
    /// The expression as typed.
    pub source: String,
    /// The compiled expression.
    pub regex: regex::Regex,
}

impl PartialEq for Regex {
    fn eq(&self, other: &Regex) -> bool {
        self.source == other.source
    }
}

impl Eq for Regex {}

impl std::hash::Hash for Regex {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.source.hash(state);
    }
}

/// Things an entry may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Has {
    /// At least one change.
    Diff,
    /// A note of the user.
    Note,
    /// A bookmark of the user.
    Mark,
}

impl Expr {
    /// Returns the condition that a field has exactly this value.
    pub fn value(field: Field, value: &str) -> Expr {
        Expr::pattern(field, Pattern::Exact(value.to_owned()))
    }

    /// Returns the condition that a field has a value like this.
    pub fn pattern(field: Field, pattern: Pattern) -> Expr {
        Expr::Term(Term::Value(field, vec![pattern]))
    }

    /// Returns the condition that the time lies within a span.
    pub fn within(span: TimeSpan) -> Expr {
        Expr::Term(Term::Time(TimeTerm::absolute(span)))
    }

    fn is_deep(&self) -> bool {
        match self {
            Expr::All => false,
            Expr::And(parts) | Expr::Or(parts) => parts.iter().any(Expr::is_deep),
            Expr::Not(inner) => inner.is_deep(),
            Expr::Term(term) => {
                matches!(term, Term::Text(_) | Term::Regex(_) | Term::Raw(..) | Term::From(_) | Term::To(_))
            }
        }
    }
}

impl From<Expr> for Filter {
    fn from(expr: Expr) -> Filter {
        Filter { expr }
    }
}

impl Filter {
    /// Returns the filter that lets every entry through.
    pub fn all() -> Filter {
        Filter::default()
    }

    /// Returns the filter that wants both.
    pub fn and(&self, other: &Filter) -> Filter {
        let mut terms = self.conjuncts().to_vec();
        terms.extend_from_slice(other.conjuncts());
        Filter::from_conjuncts(terms)
    }

    /// Returns the conditions that must all hold, at the top of the tree.
    pub fn conjuncts(&self) -> &[Expr] {
        match &self.expr {
            Expr::All => &[],
            Expr::And(terms) => terms,
            other => std::slice::from_ref(other),
        }
    }

    /// Whether records have to be opened to tell what matches, which takes its time.
    pub fn is_deep(&self) -> bool {
        self.expr.is_deep()
    }

    /// Returns the filter of conditions that must all hold.
    pub fn from_conjuncts(mut terms: Vec<Expr>) -> Filter {
        terms.retain(|term| *term != Expr::All);
        let expr = match terms.len() {
            0 => Expr::All,
            1 => terms.remove(0),
            _ => Expr::And(terms),
        };
        Filter { expr }
    }
}
