//! Which columns a segment has, and the number under which each part of them is stored. The numbers are
//! written into stores: add new ones, never change one.

use std::ops::Range;

use crate::domain::Field;

/// Parts that the index of ids is cut into, by the first bits of the id.
pub(crate) const INDEX_PARTS: u8 = 16;

/// Number of the column of times.
pub(crate) const TIME: u8 = 0;
const INTS: u8 = 1;
/// Numbers of the first pieces of the ids' halves.
const HEAD_PIECES: u8 = 128;
const TAIL_PIECES: u8 = HEAD_PIECES + MAX_PIECES as u8;

/// Rows of a piece: who shows a page reads a few kilobytes of the ids, not all.
pub(crate) const PIECE_ROWS: usize = if cfg!(test) { 8 } else { 1 << 12 };
/// Pieces that a column may be stored in.
const MAX_PIECES: usize = 16;
const INDEX: u8 = 16;
const DICTS: u8 = 64;

/// A column of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IntCol {
    /// Leading 64 bits of the id.
    Head,
    /// The other 64 bits of the id.
    Tail,
    /// Number of the record in its source.
    Record,
    /// Part of the record.
    Part,
    /// Block that holds the record.
    Block,
    /// Number of the record in its block.
    Slot,
}

impl IntCol {
    /// Every column of numbers.
    pub(crate) const ALL: [IntCol; 6] =
        [IntCol::Head, IntCol::Tail, IntCol::Record, IntCol::Part, IntCol::Block, IntCol::Slot];

    /// Returns the number it is stored under.
    pub(crate) fn code(self) -> u8 {
        INTS + self as u8
    }

    /// Returns the numbers it is stored under in pieces, in a segment of so many rows; none where it is stored whole.
    pub(crate) fn piece_codes(self, rows: usize) -> Range<u8> {
        let first = match self {
            IntCol::Head => HEAD_PIECES,
            IntCol::Tail => TAIL_PIECES,
            _ => return 0..0,
        };
        let pieces = rows.div_ceil(PIECE_ROWS);
        if (2..=MAX_PIECES).contains(&pieces) { first..first + pieces as u8 } else { 0..0 }
    }
}

/// Returns the rows that the piece with a number holds, of a segment of so many.
pub(crate) fn piece_rows(code: u8, rows: usize) -> Option<Range<usize>> {
    let codes = [IntCol::Head, IntCol::Tail].map(|col| col.piece_codes(rows));
    let codes = codes.into_iter().find(|codes| codes.contains(&code))?;
    let start = usize::from(code - codes.start) * PIECE_ROWS;
    Some(start..rows.min(start + PIECE_ROWS))
}

/// A column of values through a dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DictCol {
    /// Number of the source, four bytes, the lowest first.
    Source,
    /// Decimals of a second, one byte.
    Digits,
    /// Scope.
    Scope,
    /// Workspace.
    Workspace,
    /// Event type.
    EventType,
    /// Class.
    Class,
    /// Activity.
    Activity,
    /// Canonical action.
    Action,
    /// The vendor's code.
    ActionCode,
    /// Actor: kind, name, e-mail, id.
    Actor,
    /// Address.
    Ip,
    /// Country.
    Country,
    /// All targets: type, id, name of each.
    Targets,
    /// Outcome.
    Outcome,
    /// Request.
    Request,
    /// Session.
    Session,
    /// Format.
    Format,
    /// All changed paths.
    Changed,
}

impl DictCol {
    /// Every column with a dictionary, each at the index of its number.
    pub(crate) const ALL: [DictCol; 18] = [
        DictCol::Source,
        DictCol::Digits,
        DictCol::Scope,
        DictCol::Workspace,
        DictCol::EventType,
        DictCol::Class,
        DictCol::Activity,
        DictCol::Action,
        DictCol::ActionCode,
        DictCol::Actor,
        DictCol::Ip,
        DictCol::Country,
        DictCol::Targets,
        DictCol::Outcome,
        DictCol::Request,
        DictCol::Session,
        DictCol::Format,
        DictCol::Changed,
    ];

    /// Whether its values are texts that a search for text looks at as they are.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            DictCol::EventType
                | DictCol::Activity
                | DictCol::ActionCode
                | DictCol::Workspace
                | DictCol::Country
                | DictCol::Request
                | DictCol::Session
        )
    }

    /// Returns the number its dictionary is stored under.
    pub(crate) fn values_code(self) -> u8 {
        DICTS + 2 * self as u8
    }

    /// Returns the number its rows are stored under.
    pub(crate) fn ids_code(self) -> u8 {
        DICTS + 2 * self as u8 + 1
    }

    /// Returns the column that holds a field.
    pub(crate) fn of(field: Field) -> DictCol {
        match field {
            Field::Scope => DictCol::Scope,
            Field::Workspace => DictCol::Workspace,
            Field::EventType => DictCol::EventType,
            Field::Class => DictCol::Class,
            Field::Activity => DictCol::Activity,
            Field::Action => DictCol::Action,
            Field::ActionCode => DictCol::ActionCode,
            Field::Actor | Field::Kind => DictCol::Actor,
            Field::Ip => DictCol::Ip,
            Field::Country => DictCol::Country,
            Field::Target | Field::TargetType | Field::TargetId => DictCol::Targets,
            Field::Outcome => DictCol::Outcome,
            Field::Request => DictCol::Request,
            Field::Session => DictCol::Session,
            Field::Source => DictCol::Source,
            Field::Format => DictCol::Format,
            Field::Changed => DictCol::Changed,
        }
    }
}

/// Returns the number under which a part of the index of ids is stored.
pub(crate) fn index_code(part: u8) -> u8 {
    INDEX + part
}
