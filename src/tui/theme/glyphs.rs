//! The signs the screen is drawn with: one set for terminals that show line drawing, one of plain ASCII.

use crate::present::Charset;

/// Signs of the screen. Each takes one cell, but the boxes, the arrow and the spinner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// The characters that texts are cut and marked with.
    pub charset: Charset,
    /// Line between panes that stand side by side.
    pub vertical: &'static str,
    /// Line between panes that stand on each other.
    pub horizontal: &'static str,
    /// Corners of a dialog's frame: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// In front of the row under the cursor.
    pub cursor: &'static str,
    /// In front of a marked row.
    pub mark: &'static str,
    /// Beside an entry with a note.
    pub note: &'static str,
    /// Beside a bookmarked entry.
    pub bookmark: &'static str,
    /// Where text was cut.
    pub cut: &'static str,
    /// Where more stands to the left.
    pub cut_left: &'static str,
    /// In front of something folded.
    pub folded: &'static str,
    /// In front of something unfolded.
    pub unfolded: &'static str,
    /// A box that is ticked.
    pub ticked: &'static str,
    /// A box that is not.
    pub unticked: &'static str,
    /// A box of an excluded value.
    pub excluded: &'static str,
    /// Between a value before and after.
    pub arrow: &'static str,
    /// Sorted with the smallest first.
    pub ascending: &'static str,
    /// Sorted with the greatest first.
    pub descending: &'static str,
    /// More lines above.
    pub more_above: &'static str,
    /// More lines below.
    pub more_below: &'static str,
    /// Bars of growing height, the first empty.
    pub bars: &'static [&'static str],
    /// The filled and the empty part of a progress bar.
    pub progress: [&'static str; 2],
    /// The moving part of a scroll bar, and the way it moves on.
    pub scroll: [&'static str; 2],
    /// Steps of the sign that something is running.
    pub spinner: &'static [&'static str],
}

impl Glyphs {
    /// Line drawing and blocks, which every terminal with UTF-8 shows.
    pub const UNICODE: Glyphs = Glyphs {
        charset: Charset::Unicode,
        vertical: "\u{2502}",
        horizontal: "\u{2500}",
        corners: ["\u{250c}", "\u{2510}", "\u{2514}", "\u{2518}"],
        cursor: ">",
        mark: "*",
        note: "n",
        bookmark: "b",
        cut: "\u{2026}",
        cut_left: "\u{2026}",
        folded: "\u{25b8}",
        unfolded: "\u{25be}",
        ticked: "[x]",
        unticked: "[ ]",
        excluded: "[!]",
        arrow: "\u{2192}",
        ascending: "\u{2191}",
        descending: "\u{2193}",
        more_above: "\u{2191}",
        more_below: "\u{2193}",
        bars: &[
            " ", "\u{2581}", "\u{2582}", "\u{2583}", "\u{2584}", "\u{2585}", "\u{2586}", "\u{2587}",
            "\u{2588}",
        ],
        progress: ["\u{2588}", "\u{2591}"],
        scroll: ["\u{2588}", "\u{2502}"],
        spinner: &["|", "/", "-", "\\"],
    };

    /// ASCII alone, for screen readers and terminals without more.
    pub const ASCII: Glyphs = Glyphs {
        charset: Charset::Ascii,
        vertical: "|",
        horizontal: "-",
        corners: ["+", "+", "+", "+"],
        cut: ">",
        cut_left: "<",
        folded: ">",
        unfolded: "v",
        arrow: "->",
        ascending: "^",
        descending: "v",
        more_above: "^",
        more_below: "v",
        bars: &[" ", ".", ":", "|"],
        progress: ["#", "."],
        scroll: ["#", "|"],
        spinner: &["..."],
        ..Glyphs::UNICODE
    };

    /// Returns the set to draw with.
    pub fn new(ascii: bool) -> &'static Glyphs {
        if ascii { &Glyphs::ASCII } else { &Glyphs::UNICODE }
    }
}
