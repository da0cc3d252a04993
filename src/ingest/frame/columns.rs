//! Is it a table? Its delimiter, its header and what stands above that, read off the first rows.

use crate::ingest::csv;
use crate::ingest::syntax::Syntax;
use crate::ingest::text;

use super::Piece;
use super::rows::Rows;
use super::sniff::{LINES, Plan, Sniffed, newline};

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

pub(super) fn columns(text: &[u8], whole: bool) -> Option<Sniffed> {
    let newline = newline(text);
    if let Some(header) = postgres(text, newline, whole) {
        return Some(Sniffed {
            syntax: Syntax::Csv { delimiter: ',', header, others: Vec::new() },
            plan: Plan::Rows { newline, skip: 0 },
            titles: Vec::new(),
        });
    }
    let (named, skip) = named_delimiter(text);
    let candidates = DELIMITERS.iter().filter(|&&delimiter| named.is_none_or(|named| named == delimiter));
    let mut best: Option<(usize, char, Vec<String>, Vec<String>)> = None;
    for &delimiter in candidates {
        let mut rows = first_rows(text, delimiter, newline, skip, whole);
        let titles = titles(&mut rows, delimiter);
        let Some(score) = score(&rows, delimiter) else { continue };
        if best.as_ref().is_none_or(|(known, ..)| score > *known) {
            best = Some((score, delimiter, rows, titles));
        }
    }
    let (_, delimiter, rows, titles) = best?;
    let first = rows.first()?;
    let has_header = is_header(first, delimiter);
    if !has_header && rows.iter().filter(|row| opens_otherwise(row, delimiter)).count() * 2 > rows.len() {
        return None;
    }
    let header = if has_header {
        let mut header = csv::header(first, delimiter);
        header.extend(nameless(&header, rows.get(1..).unwrap_or_default(), delimiter));
        header
    } else {
        csv::numbered(rows.iter().map(|row| csv::count(row, delimiter)).max().unwrap_or(0))
    };
    let skip = skip + titles.len() as u32 + u32::from(has_header);
    Some(Sniffed {
        syntax: Syntax::Csv { delimiter, header, others: Vec::new() },
        plan: Plan::Rows { newline, skip },
        titles,
    })
}

/// The columns of PostgreSQL's log in CSV, which has no header; older servers leave out the last ones
/// (<https://www.postgresql.org/docs/current/runtime-config-logging.html>).
const POSTGRES: [&str; 26] = [
    "log_time",
    "user_name",
    "database_name",
    "process_id",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    "virtual_transaction_id",
    "transaction_id",
    "error_severity",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
];

/// Returns the names of the columns where the rows are those of PostgreSQL's own log.
fn postgres(text: &[u8], newline: u8, whole: bool) -> Option<Vec<String>> {
    const SEVERITIES: [&str; 7] = ["LOG", "ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "INFO"];
    let head: Vec<u8> = text.iter().take(24).copied().collect();
    if !std::str::from_utf8(&head).is_ok_and(text::opens_with_time) {
        return None;
    }
    let rows = first_rows(text, ',', newline, 0, whole);
    let mut columns = None;
    for row in &rows {
        let mut cells: Vec<String> = Vec::new();
        csv::for_each_cell(row, ',', |cell| cells.push(cell.into_owned()));
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let state = cell(12).len() == 5 && cell(12).bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = (23..=POSTGRES.len()).contains(&cells.len())
            && digits(cell(3))
            && digits(cell(6))
            && SEVERITIES.contains(&cell(11))
            && state;
        if !fits || columns.is_some_and(|known| known != cells.len()) {
            return None;
        }
        columns = Some(cells.len());
    }
    Some(POSTGRES.iter().take(columns?).map(|name| (*name).to_owned()).collect())
}

/// Returns the name of a last column that the header leaves out, where every row has exactly that one cell more.
///
/// Where the rows are counted in their first cell it is that column which has no name, and nobody could tell.
fn nameless(header: &[String], rows: &[String], delimiter: char) -> Option<String> {
    const EVENTS: [&str; 5] = ["Level", "Date and Time", "Source", "Event ID", "Task Category"];
    let first = |row: &String| {
        let mut cell = None;
        csv::for_each_cell(row, delimiter, |text| {
            cell = cell.take().or_else(|| Some(text.trim().to_owned()));
        });
        cell.unwrap_or_default()
    };
    let known = header == EVENTS;
    let more = |row: &String| csv::count(row, delimiter) == header.len() + 1;
    let counted = || rows.iter().all(|row| first(row).bytes().all(|byte| byte.is_ascii_digit()));
    if rows.len() < 2 - usize::from(known) || !rows.iter().all(more) || counted() {
        return None;
    }
    Some(if known { "Message".to_owned() } else { format!("column_{}", header.len() + 1) })
}

/// Excel's first line `sep=;` names the delimiter.
fn named_delimiter(text: &[u8]) -> (Option<char>, u32) {
    match text {
        [b's', b'e', b'p', b'=', delimiter, b'\r' | b'\n', ..] => {
            let named = char::from(*delimiter);
            (Some(named).filter(|named| DELIMITERS.contains(named)), 1)
        }
        _ => (None, 0),
    }
}

fn first_rows(text: &[u8], delimiter: char, newline: u8, skip: u32, whole: bool) -> Vec<String> {
    let mut rows = Rows::new(delimiter as u8, newline, skip, usize::MAX, 0);
    let mut pieces: Vec<Piece> = Vec::new();
    rows.split(text, 0, whole, &mut pieces);
    let bytes =
        pieces.iter().take(LINES).filter_map(|piece| text.get(piece.start as usize..piece.end as usize));
    bytes.map(|row| String::from_utf8_lossy(row).into_owned()).collect()
}

/// Lines before a header that are looked at for a title.
const TITLES: usize = 12;

/// Takes the title of a report off its rows: lines of one cell before a header of three or more. Returns them.
fn titles(rows: &mut Vec<String>, delimiter: char) -> Vec<String> {
    let filled = |row: &str| {
        let (mut cells, mut last) = (0, 0);
        csv::for_each_cell(row, delimiter, |cell| {
            cells += 1;
            last = if cell.trim().is_empty() { last } else { cells };
        });
        last
    };
    let before = rows.iter().take(TITLES).take_while(|row| filled(row) < 3).count();
    let header = rows.get(before).filter(|row| before > 0 && is_header(row, delimiter));
    let columns = header.map_or(0, |row| csv::count(row, delimiter));
    let mut behind = rows.iter().skip(before + 1).peekable();
    let fits =
        columns > 2 && behind.peek().is_some() && behind.all(|row| csv::count(row, delimiter) == columns);
    if fits { rows.drain(..before).collect() } else { Vec::new() }
}

/// Whether a row begins with a time behind which no cell ends: then it is a line of words, with a comma here or there.
fn opens_otherwise(row: &str, delimiter: char) -> bool {
    let Some(time) = text::opening_time(row) else { return false };
    let behind = row.split_once(time).map_or("", |(_, behind)| behind).trim_start_matches([']', '"']);
    let spoken = time.starts_with(char::is_alphabetic) && time.contains(delimiter);
    spoken || !(behind.trim_start().is_empty() || behind.trim_start_matches(' ').starts_with(delimiter))
}

/// Returns how well rows agree on their number of columns; `None` where they are no table.
fn score(rows: &[String], delimiter: char) -> Option<usize> {
    let (first, rest) = rows.split_first()?;
    let columns = csv::count(first, delimiter);
    let counts: Vec<usize> = rest.iter().map(|row| csv::count(row, delimiter)).collect();
    let equal = counts.iter().filter(|&&cells| cells == columns).count();
    let several = counts.iter().filter(|&&cells| cells > 1).count();
    let header = is_header(first, delimiter);
    let table = match rest.len() {
        0 => header && columns > 2,
        rows => equal * 2 >= rows || (header && several * 5 >= rows * 4),
    };
    (columns > 1 && table).then(|| columns * (1 + equal))
}

/// Whether a row names columns: short words, and nothing that only data holds.
fn is_header(row: &str, delimiter: char) -> bool {
    let mut names = 0;
    let mut data = 0;
    csv::for_each_cell(row, delimiter, |cell| match cell.trim() {
        "" => {}
        cell if names_column(cell) => names += 1,
        _ => data += 1,
    });
    names > 0 && data == 0
}

pub(super) fn names_column(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    cell.chars().any(char::is_alphabetic)
        && cell.len() <= 80
        && cell.split_whitespace().count() <= 6
        && digits * 2 < cell.len()
        // `@timestamp` is a name, an address none; `Time [UTC]` is one, a list none.
        && !cell.trim_start_matches('@').contains(['@', '{', '<'])
        && !cell.starts_with('[')
        && cell.parse::<std::net::IpAddr>().is_err()
}
