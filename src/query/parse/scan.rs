//! Where quotes, words, expressions and values end.

use super::{Parser, QueryError, Result, unclosed_quote};

/// One value behind a key.
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The text between unquoted stars.
    pub(super) pieces: Vec<String>,
    /// Whether any of it was quoted.
    pub(super) quoted: bool,
}

impl Value {
    /// Returns the text with its stars.
    pub(super) fn text(&self) -> String {
        self.pieces.join("*")
    }

    pub(super) fn is_bare(&self, word: &str) -> bool {
        !self.quoted && matches!(self.pieces.as_slice(), [only] if only.eq_ignore_ascii_case(word))
    }

    fn push(&mut self, c: char) {
        if let Some(piece) = self.pieces.last_mut() {
            piece.push(c);
        }
    }
}

/// Returns the word at the beginning: up to white space, or a parenthesis that it did not open.
pub(super) fn word(text: &str) -> &str {
    let mut open = 0usize;
    let end = text.find(|c: char| match c {
        '(' => {
            open += 1;
            false
        }
        ')' if open > 0 => {
            open -= 1;
            false
        }
        ')' => true,
        c => c.is_whitespace(),
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// Reads `/../` at the beginning; returns the expression and the length of all. `\/` is a slash.
pub(super) fn expression(text: &str) -> Option<(String, usize)> {
    let mut source = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '/' => return Some((source, at + 1)),
            '\\' => match chars.next() {
                Some((_, '/')) => source.push('/'),
                Some((_, next)) => source.extend(['\\', next]),
                None => return None,
            },
            c => source.push(c),
        }
    }
    None
}

/// Returns the length of a `raw.PATH` at the beginning that a colon follows; `None` where there is none, the
/// place of a quote that is not closed as the error.
pub(super) fn raw_key(text: &str) -> Result<Option<usize>, usize> {
    let head = text.get(..4).unwrap_or_default().to_ascii_lowercase();
    if head != "raw." && head != "raw[" {
        return Ok(None);
    }
    let mut quote = None;
    let mut escape = false;
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            _ if escape => escape = false,
            '\\' if quote.is_some() => escape = true,
            '"' => quote = if quote.is_some() { None } else { Some(at) },
            _ if quote.is_some() => {}
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return Ok(Some(at)),
            c if c.is_whitespace() => return Ok(None),
            _ => {}
        }
    }
    quote.map_or(Ok(None), Err)
}

impl Parser<'_> {
    /// Reads a quoted text.
    pub(super) fn quoted(&mut self) -> Result<String> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.bump() {
            match c {
                '"' => return Ok(text),
                '\\' if matches!(self.peek(), Some('"' | '\\')) => text.extend(self.bump()),
                c => text.push(c),
            }
        }
        Err(unclosed_quote(start))
    }

    /// Reads values separated by commas.
    pub(super) fn values(&mut self, key: &str) -> Result<Vec<Value>> {
        let mut values = Vec::new();
        loop {
            values.push(self.value(key, true)?);
            if self.peek() != Some(',') {
                return Ok(values);
            }
            self.at += 1;
        }
    }

    /// Reads one value; a comma ends it where it is one of a list.
    pub(super) fn value(&mut self, key: &str, list: bool) -> Result<Value> {
        let start = self.at;
        let mut value = Value { start, end: start, pieces: vec![String::new()], quoted: false };
        let mut open = 0usize;
        while let Some(c) = self.peek() {
            match c {
                '(' if self.at == start => {
                    return Err(QueryError::new(start..start + 1, "a value cannot begin with a parenthesis")
                        .hint(format!("write {key}:a,b for several values, and quotes around others")));
                }
                '(' => open += 1,
                ')' if open == 0 => break,
                ')' => open -= 1,
                ',' if list => break,
                c if c.is_whitespace() => break,
                _ => {}
            }
            self.value_char(&mut value, c)?;
        }
        value.end = self.at;
        if value.end == start {
            let message = format!("a value is missing behind {key}:");
            return Err(QueryError::new(start..start, message)
                .hint(format!("write {key}:none for entries without one, {key}:\"\" for an empty one")));
        }
        Ok(value)
    }

    fn value_char(&mut self, value: &mut Value, c: char) -> Result<()> {
        match c {
            '"' => {
                value.quoted = true;
                for c in self.quoted()?.chars() {
                    value.push(c);
                }
            }
            '*' => {
                self.at += 1;
                value.pieces.push(String::new());
            }
            '\\' => {
                self.at += 1;
                let escaped = matches!(self.peek(), Some('*' | '\\')).then(|| self.bump()).flatten();
                value.push(escaped.unwrap_or('\\'));
            }
            c => {
                self.at += c.len_utf8();
                value.push(c);
            }
        }
        Ok(())
    }
}
