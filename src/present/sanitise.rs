//! The one sanitiser: text of a record becomes text that a terminal shows and nothing else.
//!
//! Control characters, direction marks, and everything that has no width of its own come out as visible
//! marks with [`Role::Escaped`], so that two texts that differ also look different. Copy and export do not
//! pass here; they carry the original.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;

use super::line::{Line, Role, Span};

/// Combining marks that may stand on one base character; more are an attack on the lines above and below.
const MAX_MARKS: usize = 4;

/// Spaces that a TAB becomes where tabs are white space.
const TAB: &str = "    ";

/// With which characters marks, rules and cuts are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// Unicode: control pictures, `…`.
    #[default]
    Unicode,
    /// ASCII alone: `\x1b`, `>`. The text of records keeps its letters.
    Ascii,
}

impl Charset {
    /// Returns the mark that stands where a text was cut.
    pub fn ellipsis(self) -> &'static str {
        match self {
            Charset::Unicode => "…",
            Charset::Ascii => "~",
        }
    }

    /// Returns the arrow between a value before and after.
    pub fn arrow(self) -> &'static str {
        match self {
            Charset::Unicode => "→",
            Charset::Ascii => "->",
        }
    }
}

/// What a TAB becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tabs {
    /// White space, in running text.
    Spaces,
    /// A visible mark, in values.
    Shown,
}

/// What to do with a character.
enum Verdict {
    Keep,
    Tab,
    /// Mark it as a control character.
    Control,
    /// Mark it by its code point.
    CodePoint,
}

/// Returns `text` as it may be shown, marks without their role.
pub fn plain(text: &str) -> String {
    plain_in(text, Charset::Unicode)
}

/// Returns `text` as it may be shown in a character set, marks without their role.
pub fn plain_in(text: &str, charset: Charset) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    spans(Role::Text, text, charset, Tabs::Spaces).into_iter().map(|span| span.text.into_owned()).collect()
}

/// Adds `text` to a line with a role; what had to be made visible gets [`Role::Escaped`].
pub fn push(line: &mut Line, role: Role, text: &str, charset: Charset) {
    push_with(line, role, text, charset, Tabs::Spaces);
}

/// Adds `text` to a line like [`push`], with a choice for tabs.
pub fn push_with(line: &mut Line, role: Role, text: &str, charset: Charset, tabs: Tabs) {
    if is_plain(text) {
        line.push(role, text.to_owned());
    } else {
        line.spans.extend(spans(role, text, charset, tabs));
    }
}

/// Whether a text is printable ASCII, which needs no look at its characters.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn spans(role: Role, text: &str, charset: Charset, tabs: Tabs) -> Vec<Span> {
    let mut out = Vec::new();
    let mut run = String::new();
    let mut before = Before::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let verdict = judge(c, &before, chars.peek().copied());
        match verdict {
            Verdict::Keep => run.push(c),
            Verdict::Tab if tabs == Tabs::Spaces => run.push_str(TAB),
            Verdict::Tab | Verdict::Control => mark(&mut out, &mut run, role, control(c, charset)),
            Verdict::CodePoint => mark(&mut out, &mut run, role, format!("<U+{:04X}>", u32::from(c))),
        }
        before.note(c, &verdict);
    }
    flush(&mut out, &mut run, role);
    out
}

fn flush(out: &mut Vec<Span>, run: &mut String, role: Role) {
    if !run.is_empty() {
        out.push(Span { role, text: std::mem::take(run).into() });
    }
}

fn mark(out: &mut Vec<Span>, run: &mut String, role: Role, shown: String) {
    flush(out, run, role);
    match out.last_mut() {
        Some(last) if last.role == Role::Escaped => last.text.to_mut().push_str(&shown),
        _ => out.push(Span { role: Role::Escaped, text: shown.into() }),
    }
}

/// The picture of a control character, or its escape.
fn control(c: char, charset: Charset) -> String {
    let code = u32::from(c);
    let mut shown = String::new();
    let picture = match code {
        0..0x20 => char::from_u32(0x2400 + code),
        0x7f => Some('\u{2421}'),
        _ => None,
    };
    match (c, picture, charset) {
        (_, Some(picture), Charset::Unicode) => shown.push(picture),
        ('\n', ..) => shown.push_str("\\n"),
        ('\r', ..) => shown.push_str("\\r"),
        ('\t', ..) => shown.push_str("\\t"),
        // Writing to a String cannot fail.
        _ => drop(write!(shown, "\\x{code:02x}")),
    }
    shown
}

/// What stood before a character, as far as it decides on marks.
#[derive(Default)]
struct Before {
    /// The last character with a width, or none right behind the start or a mark.
    base: Option<char>,
    /// Marks on it so far.
    marks: usize,
    /// Base and marks.
    cluster: String,
}

impl Before {
    fn note(&mut self, c: char, verdict: &Verdict) {
        match verdict {
            Verdict::Keep if is_mark(c) => {
                self.marks += 1;
                self.cluster.push(c);
            }
            Verdict::Keep => self.restart(Some(c)),
            Verdict::Tab => self.restart(Some(' ')),
            // Behind a mark of ours nothing may sit on its last character.
            Verdict::Control | Verdict::CodePoint => self.restart(None),
        }
    }

    fn restart(&mut self, base: Option<char>) {
        self.base = base;
        self.marks = 0;
        self.cluster.clear();
        self.cluster.extend(base);
    }

    /// Whether a mark has something to sit on: it joins the cluster, and there is room on it.
    fn carries(&self, mark: char) -> bool {
        let mut cluster = self.cluster.clone();
        cluster.push(mark);
        self.base.is_some() && self.marks < MAX_MARKS && cluster.graphemes(true).nth(1).is_none()
    }
}

fn judge(c: char, before: &Before, next: Option<char>) -> Verdict {
    match c {
        ' '..='~' => Verdict::Keep,
        '\t' => Verdict::Tab,
        _ if c.is_control() => Verdict::Control,
        '\u{fe0e}' | '\u{fe0f}' if styles_emoji(before, next) => Verdict::Keep,
        _ if is_invisible(c) => Verdict::CodePoint,
        _ if is_mark(c) && !before.carries(c) => Verdict::CodePoint,
        _ => Verdict::Keep,
    }
}

/// Whether a variation selector stands where it belongs: right behind a sign that has two looks.
fn styles_emoji(before: &Before, next: Option<char>) -> bool {
    let keycap = next == Some('\u{20e3}');
    before.marks == 0
        && before.base.is_some_and(|base| match base {
            '0'..='9' | '#' | '*' => keycap,
            '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}' => true,
            _ => false,
        })
}

/// Whether a character sits on the one before it.
fn is_mark(c: char) -> bool {
    unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

/// Characters that show nothing, turn the direction of others or are none at all.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
        // The last two code points of every plane are no characters.
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests;
