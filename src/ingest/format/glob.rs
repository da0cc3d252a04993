//! Patterns with `*`, and tables keyed by them. No regular expressions: a code is looked up, not searched.

use hashbrown::HashMap;

/// A text with any number of `*`, each of which stands for any run of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    head: Box<str>,
    middle: Vec<Box<str>>,
    /// What stands behind the last `*`; `None` where there is no `*`.
    tail: Option<Box<str>>,
}

impl Glob {
    /// Reads a pattern.
    pub(crate) fn new(pattern: &str) -> Glob {
        let mut parts = pattern.split('*').map(Box::from);
        let head = parts.next().unwrap_or_default();
        let mut middle: Vec<Box<str>> = parts.collect();
        let tail = middle.pop();
        middle.retain(|part| !part.is_empty());
        Glob { head, middle, tail }
    }

    /// Whether the pattern has no `*`.
    pub(crate) fn is_exact(&self) -> bool {
        self.tail.is_none()
    }

    /// Whether the whole text is as the pattern says.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some(tail) = &self.tail else { return *self.head == *text };
        let Some(rest) = text.strip_prefix(&*self.head) else { return false };
        let Some(mut rest) = rest.strip_suffix(&**tail) else { return false };
        for part in &self.middle {
            match rest.split_once(&**part) {
                Some((_, behind)) => rest = behind,
                None => return false,
            }
        }
        true
    }

    /// Returns what stands for each `*`, the shortest for all but the last.
    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let tail = self.tail.as_ref()?;
        let mut rest = text.strip_prefix(&*self.head)?.strip_suffix(&**tail)?;
        let mut found = Vec::with_capacity(self.middle.len() + 1);
        for part in &self.middle {
            let (before, behind) = rest.split_once(&**part)?;
            found.push(before);
            rest = behind;
        }
        found.push(rest);
        found.iter().all(|part| !part.is_empty()).then_some(found)
    }

    /// Returns the pattern with each `*` replaced by what stands for it.
    pub(crate) fn fill(&self, parts: &[&str]) -> String {
        let mut out = self.head.to_string();
        let Some(tail) = &self.tail else { return out };
        let mut parts = parts.iter();
        for fixed in self.middle.iter().chain(std::iter::once(tail)) {
            out.push_str(parts.next().copied().unwrap_or_default());
            out.push_str(fixed);
        }
        out
    }
}

impl std::fmt::Display for Glob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.head)?;
        for part in &self.middle {
            write!(f, "*{part}")?;
        }
        self.tail.as_ref().map_or(Ok(()), |tail| write!(f, "*{tail}"))
    }
}

/// Returns the text less all but its letters and digits, in lower case: `API Credentials`,
/// `api_credentials` and `ApiCredentials` become one.
pub(crate) fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Values by pattern: exact ones first, then those with `*` in the order of the file.
#[derive(Debug)]
pub(crate) struct Table<T> {
    exact: HashMap<Box<str>, u32>,
    folded: HashMap<Box<str>, u32>,
    globs: Vec<(Glob, u32)>,
    rows: Vec<T>,
    fold: bool,
}

impl<T> Table<T> {
    /// Returns an empty table; with `fold` a text matches whatever its case and separators.
    pub(crate) fn new(fold: bool) -> Table<T> {
        Table { exact: HashMap::new(), folded: HashMap::new(), globs: Vec::new(), rows: Vec::new(), fold }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, pattern: &str, row: T) {
        let at = self.rows.len() as u32;
        self.rows.push(row);
        let glob = Glob::new(pattern);
        if glob.is_exact() {
            if self.fold {
                self.folded.entry(fold(pattern).into()).or_insert(at);
            }
            self.exact.insert(pattern.into(), at);
        } else if self.fold {
            let pattern = pattern.split('*').map(fold).collect::<Vec<_>>().join("*");
            self.globs.push((Glob::new(&pattern), at));
        } else {
            self.globs.push((glob, at));
        }
    }

    /// Returns the rows in the order of the file.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// Returns the number of the row of a text that is spelled as in the file.
    pub(crate) fn find_exact(&self, text: &str) -> Option<u32> {
        self.exact.get(text).copied()
    }

    /// Returns the number of the row of a text.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        if let Some(at) = self.find_exact(text) {
            return Some(at);
        }
        if self.fold {
            let folded = fold(text);
            return self.folded.get(&*folded).copied().or_else(|| self.glob(&folded));
        }
        self.glob(text)
    }

    fn glob(&self, text: &str) -> Option<u32> {
        self.globs.iter().find(|(glob, _)| glob.matches(text)).map(|&(_, at)| at)
    }

    /// Whether only spelled-out texts are in it, so that a miss of [`exact`](Table::exact) is final.
    pub(crate) fn is_plain(&self) -> bool {
        self.globs.is_empty() && !self.fold
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_texts() {
        let check = |pattern: &str, text: &str, expect: bool| {
            assert_eq!(Glob::new(pattern).matches(text), expect, "{pattern} {text}");
        };
        check("team", "team", true);
        check("team", "teams", false);
        check("team.*", "team.add", true);
        check("team.*", "team", false);
        check("*.add", "team.add", true);
        check("*", "", true);
        check("a*b*c", "a-b-c", true);
        check("a*b*c", "abc", true);
        check("a*b*c", "acb", false);
        check("ab*ba", "aba", false);
        check("*a*", "bab", true);
    }

    #[test]
    fn captures_fill_the_partner() {
        let old = Glob::new("*_old_*");
        let parts = old.captures("ruleset_old_enforcement").unwrap();
        assert_eq!(Glob::new("*_*").fill(&parts), "ruleset_enforcement");
        assert_eq!(Glob::new("old_*").captures("old_"), None);
        assert_eq!(Glob::new("*").fill(&["x"]), "x");
    }

    #[test]
    fn tables_prefer_the_exact_row() {
        let mut table = Table::new(false);
        for (row, pattern) in ["repo.*", "repo.create", "*"].into_iter().enumerate() {
            table.add(pattern, row);
        }
        let found: Vec<_> = ["repo.create", "repo.x", "y"].map(|t| table.find(t).unwrap()).into();
        assert_eq!(found, [1, 0, 2]);
        let mut folded = Table::new(true);
        folded.add("API Credentials", 0);
        folded.add("Log in*", 1);
        assert_eq!(folded.find("api_credentials"), Some(0));
        assert_eq!(folded.find("LogInOut"), Some(1));
        assert_eq!(folded.find("apikey"), None);
    }
}
