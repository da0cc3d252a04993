//! What stands on the terminal, and the frame to come: only cells that differ are written, and nothing where none does.
//!
//! In place of ratatui's `Terminal`: that writes a frame also where nothing changed, asks for the terminal's size with
//! each, and compares and formats cell by cell, which took most of the time from a key to its frame.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::{
    Attribute, Color as TerminalColor, Colors, SetAttribute, SetColors, SetUnderlineColor,
};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::IntoCrossterm as _;
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};

/// Two frames.
#[derive(Debug)]
pub(super) struct Canvas {
    shown: Buffer,
    next: Buffer,
    /// Where the cursor is seen.
    cursor: Option<Position>,
}

impl Canvas {
    /// Returns an empty canvas of a size, for a terminal that shows nothing.
    pub(super) fn new(width: u16, height: u16) -> Canvas {
        let area = Rect::new(0, 0, width, height);
        Canvas { shown: Buffer::empty(area), next: Buffer::empty(area), cursor: None }
    }

    /// Returns columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        (self.shown.area.width, self.shown.area.height)
    }

    /// Returns the frame to come, to be drawn on from top to bottom: it is empty.
    pub(super) fn next(&mut self) -> &mut Buffer {
        &mut self.next
    }

    /// Writes what makes the frame to come of the one that stands. Returns whether that is anything.
    pub(super) fn write(&mut self, cursor: Option<Position>, out: &mut impl Write) -> io::Result<bool> {
        let seen = self.cursor.is_some();
        let mut pen = Pen { out, at: None, style: Look::default(), seen, begun: false };
        let width = usize::from(self.next.area.width).max(1);
        let rows = self.shown.content.chunks(width).zip(self.next.content.chunks(width));
        for (y, (was, is)) in (0..).zip(rows) {
            row(y, was, is, &mut pen)?;
        }
        if pen.begun || cursor != self.cursor {
            pen.end(cursor)?;
        }
        let written = pen.begun;
        self.cursor = cursor;
        std::mem::swap(&mut self.shown, &mut self.next);
        self.next.reset();
        Ok(written)
    }
}

/// Writes what differs in a row. What a terminal makes of a half of a wide character that is written over is not
/// known, so a row that has or had one is written whole.
fn row(y: u16, was: &[Cell], is: &[Cell], pen: &mut Pen<'_, impl Write>) -> io::Result<()> {
    let Some(first) = was.iter().zip(is).position(|(was, is)| !alike(was, is)) else { return Ok(()) };
    let narrow = is.iter().all(is_narrow) && was.iter().all(is_narrow);
    let mut free = if narrow { first } else { 0 };
    for (x, (was, is)) in was.iter().zip(is).enumerate().skip(free) {
        // What a wide character hides is not written.
        if x >= free && !(narrow && alike(was, is)) {
            pen.put(x as u16, y, is)?;
            free = x + width(is).max(1);
        }
    }
    Ok(())
}

/// Whether two cells look the same.
fn alike(a: &Cell, b: &Cell) -> bool {
    let text = match (a.symbol().as_bytes(), b.symbol().as_bytes()) {
        ([a], [b]) => a == b,
        (a, b) => a == b,
    };
    text && a.modifier == b.modifier
        && a.fg == b.fg
        && a.bg == b.bg
        && a.underline_color == b.underline_color
        && a.diff_option == b.diff_option
}

fn is_narrow(cell: &Cell) -> bool {
    // Nearly all hold one byte.
    cell.symbol().len() == 1 || width(cell) == 1
}

fn width(cell: &Cell) -> usize {
    usize::from(cell.cell_width())
}

/// How what is written next looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

/// Writes cells, with what moves the cursor and changes the style between them.
struct Pen<'o, W> {
    out: &'o mut W,
    /// Where the terminal's cursor is, once that is known.
    at: Option<(u16, u16)>,
    style: Look,
    /// The terminal's cursor is seen; it must not jump about while a frame is written.
    seen: bool,
    /// Something was written.
    begun: bool,
}

impl<W: Write> Pen<'_, W> {
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        queue!(self.out, BeginSynchronizedUpdate)?;
        if self.seen { queue!(self.out, Hide) } else { Ok(()) }
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell) -> io::Result<()> {
        self.begin()?;
        if self.at != Some((x, y)) {
            queue!(self.out, MoveTo(x, y))?;
        }
        self.look(Look {
            fg: cell.fg,
            bg: cell.bg,
            underline: cell.underline_color,
            modifier: cell.modifier,
        })?;
        let symbol = cell.symbol();
        if symbol.len() > 3 && symbol.contains('\u{fe0f}') {
            // Terminals that take such a sign for a narrow one would leave what stood beside it.
            self.out.write_all(b"  ")?;
            queue!(self.out, MoveTo(x, y))?;
        }
        self.out.write_all(symbol.as_bytes())?;
        // Behind a wide cell terminals differ.
        self.at = is_narrow(cell).then_some((x + 1, y));
        Ok(())
    }

    fn look(&mut self, look: Look) -> io::Result<()> {
        if look == self.style {
            return Ok(());
        }
        // Many terminals have one of bold and dim, whichever came last: what has both is written in one order.
        let (was, is) = (self.style.modifier & INTENSITY, look.modifier & INTENSITY);
        if !look.modifier.contains(self.style.modifier) || !was.is_empty() && was != is {
            queue!(self.out, SetAttribute(Attribute::Reset))?;
            self.style = Look::default();
        }
        for (modifier, attribute) in ATTRIBUTES {
            if (look.modifier - self.style.modifier).contains(modifier) {
                queue!(self.out, SetAttribute(attribute))?;
            }
        }
        if (look.fg, look.bg) != (self.style.fg, self.style.bg) {
            let color = |new: Color, old: Color| (new != old).then(|| new.into_crossterm());
            let (foreground, background) = (color(look.fg, self.style.fg), color(look.bg, self.style.bg));
            queue!(self.out, SetColors(Colors { foreground, background }))?;
        }
        if look.underline != self.style.underline {
            let color: TerminalColor = look.underline.into_crossterm();
            queue!(self.out, SetUnderlineColor(color))?;
        }
        self.style = look;
        Ok(())
    }

    fn end(&mut self, cursor: Option<Position>) -> io::Result<()> {
        self.begin()?;
        if self.style != Look::default() {
            queue!(self.out, SetAttribute(Attribute::Reset))?;
        }
        if let Some(cursor) = cursor {
            queue!(self.out, MoveTo(cursor.x, cursor.y), Show)?;
        }
        queue!(self.out, EndSynchronizedUpdate)
    }
}

const INTENSITY: Modifier = Modifier::BOLD.union(Modifier::DIM);

const ATTRIBUTES: [(Modifier, Attribute); 9] = [
    (Modifier::BOLD, Attribute::Bold),
    (Modifier::DIM, Attribute::Dim),
    (Modifier::ITALIC, Attribute::Italic),
    (Modifier::UNDERLINED, Attribute::Underlined),
    (Modifier::SLOW_BLINK, Attribute::SlowBlink),
    (Modifier::RAPID_BLINK, Attribute::RapidBlink),
    (Modifier::REVERSED, Attribute::Reverse),
    (Modifier::HIDDEN, Attribute::Hidden),
    (Modifier::CROSSED_OUT, Attribute::CrossedOut),
];

#[cfg(test)]
mod tests;
