//! Collects the paths of a plan into scopes and slots.

use super::plan::{PathRef, Plan, RECORD, ROOT, ScopeKind, ScopePlan};
use super::trie::Trie;
use crate::domain::json::{Path, PathError, Step};

/// A plan being built.
#[derive(Default)]
pub(crate) struct Builder {
    scopes: Vec<Scope>,
    pub(crate) plan: Plan,
}

struct Scope {
    kind: ScopeKind,
    paths: Vec<Vec<String>>,
}

impl Builder {
    /// Returns a builder with the scope of the record.
    pub(crate) fn new() -> Builder {
        let mut builder = Builder::default();
        builder.scope(ScopeKind::Record);
        builder
    }

    /// Adds a scope and returns its number.
    pub(crate) fn scope(&mut self, kind: ScopeKind) -> u16 {
        self.scopes.push(Scope { kind, paths: Vec::new() });
        (self.scopes.len() - 1) as u16
    }

    /// Reads a path: `a.b[0]`, `@.a` below the element at hand (scope `item`), `a|json.b` inside the JSON of
    /// the text at `a`, `a|base64.b` likewise after decoding base 64.
    pub(crate) fn path(&mut self, text: &str, item: Option<u16>) -> Result<PathRef, PathFault> {
        let (mut scope, mut rest) = match text.strip_prefix('@') {
            Some(rest) if rest.is_empty() || rest.starts_with(['.', '[', '|']) => {
                (item.ok_or(PathFault::NoElement)?, rest.strip_prefix('.').unwrap_or(rest))
            }
            _ => (RECORD, text),
        };
        while let Some((head, base64, tail)) = split_embedded(rest) {
            if self.scopes[usize::from(scope)].kind == ScopeKind::Element {
                return Err(PathFault::EmbeddedInElement);
            }
            let path = self.steps(scope, head.parse()?, head);
            scope = self.embedded(path, base64);
            rest = tail.strip_prefix('.').unwrap_or(tail);
        }
        Ok(self.steps(scope, rest.parse()?, text))
    }

    /// Adds the scope of the JSON in the text at a path of the record, and returns its number.
    pub(crate) fn inside(&mut self, path: Path) -> u16 {
        let text = path.to_string();
        let path = self.steps(RECORD, path, &text);
        self.embedded(path, false)
    }

    fn embedded(&mut self, path: PathRef, base64: bool) -> u16 {
        let known = self.scopes.iter().position(|scope| match &scope.kind {
            ScopeKind::Embedded { path: other, base64: b } => {
                other.scope == path.scope && other.text == path.text && *b == base64
            }
            _ => false,
        });
        match known {
            Some(at) => at as u16,
            None => self.scope(ScopeKind::Embedded { path, base64 }),
        }
    }

    /// Returns the place of a path of steps below a scope.
    pub(crate) fn steps(&mut self, scope: u16, path: Path, text: &str) -> PathRef {
        let is_key = |step: &&Step| matches!(step, Step::Key(_));
        let keys: Vec<String> = path
            .steps
            .iter()
            .take_while(is_key)
            .map(|step| if let Step::Key(key) = step { key.clone() } else { String::new() })
            .collect();
        let rest: Vec<Step> = path.steps.into_iter().skip(keys.len()).collect();
        let slot = if keys.is_empty() { ROOT } else { self.slot(scope, keys) };
        let rest = (!rest.is_empty()).then_some(Path { steps: rest });
        PathRef { scope, slot, rest, text: text.into() }
    }

    fn slot(&mut self, scope: u16, keys: Vec<String>) -> u16 {
        let paths = &mut self.scopes[usize::from(scope)].paths;
        let at = paths.iter().position(|known| *known == keys).unwrap_or_else(|| {
            paths.push(keys);
            paths.len() - 1
        });
        at as u16
    }

    /// Returns the plan with its trees.
    pub(crate) fn finish(self) -> Plan {
        let mut plan = self.plan;
        for scope in self.scopes {
            let paths: Vec<_> = scope
                .paths
                .iter()
                .enumerate()
                .map(|(slot, keys)| (keys.iter().map(String::as_str).collect(), slot as u16))
                .collect();
            let (base, count) = (plan.slots, paths.len());
            plan.slots += count;
            plan.scopes.push(ScopePlan { trie: Trie::new(&paths), base, count, kind: scope.kind });
        }
        plan.close();
        plan
    }
}

/// Why a path cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathFault {
    /// The text is no path.
    Syntax(PathError),
    /// `@` where there is no element at hand.
    NoElement,
    /// `|json` below `@`.
    EmbeddedInElement,
}

impl From<PathError> for PathFault {
    fn from(error: PathError) -> PathFault {
        PathFault::Syntax(error)
    }
}

impl std::fmt::Display for PathFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PathFault::Syntax(error) => write!(f, "{error}"),
            PathFault::NoElement => {
                write!(f, "'@' stands for an element of a list, but no 'each' is stated here")
            }
            PathFault::EmbeddedInElement => {
                write!(f, "'|json' cannot follow '@'; decode the whole list instead")
            }
        }
    }
}

/// Splits at the first decoder: before it, whether it is base 64, behind it.
pub(crate) fn split_embedded(text: &str) -> Option<(&str, bool, &str)> {
    let json = text.split_once("|json").map(|(head, tail)| (head, false, tail));
    let base64 = text.split_once("|base64").map(|(head, tail)| (head, true, tail));
    match (json, base64) {
        (Some(json), Some(base64)) => Some(if json.0.len() < base64.0.len() { json } else { base64 }),
        (json, base64) => json.or(base64),
    }
}
