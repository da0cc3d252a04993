//! Where things stand on a screen of a given size. Pure: computed on resize and when panes open or close,
//! kept in the model, used by both update and view.

use ratatui::layout::Rect;

/// Fewest columns the screen works with.
pub const MIN_WIDTH: u16 = 60;
/// Fewest lines the screen works with.
pub const MIN_HEIGHT: u16 = 16;
/// Columns of the sidebar.
pub const SIDEBAR: u16 = 30;

/// The panes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The filters.
    Sidebar,
    /// The entries.
    #[default]
    Table,
    /// One entry.
    Detail,
}

/// How the panes share a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Under 60x16: one line that says so.
    #[default]
    TooSmall,
    /// One pane at a time.
    Single,
    /// The table over the detail, the sidebar as a drawer.
    Stacked,
    /// The table beside the detail, the sidebar as a drawer.
    Beside,
    /// All three beside each other.
    Wide,
}

/// What the user wants to see, as far as it moves things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// The pane with the focus.
    pub focus: Pane,
    /// The detail is switched on.
    pub detail: bool,
    /// The sidebar is switched on (where there is room), or its drawer is out.
    pub sidebar: bool,
    /// The pane with the focus has the screen to itself.
    pub zoom: bool,
}

/// Where the parts of the table pane stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableAreas {
    /// The whole pane.
    pub pane: Rect,
    /// The line with the title and counts; empty where there is no room.
    pub title: Rect,
    /// The histogram; empty where there is no room.
    pub histogram: Rect,
    /// The headings of the columns.
    pub headings: Rect,
    /// The rows.
    pub rows: Rect,
}

/// Where the parts of another pane stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaneAreas {
    /// The whole pane.
    pub pane: Rect,
    /// Its title line.
    pub title: Rect,
    /// What it shows.
    pub body: Rect,
}

/// A rule between two panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Where it is drawn.
    pub area: Rect,
    /// Whether it runs from top to bottom.
    pub vertical: bool,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The whole screen.
    pub area: Rect,
    /// How the panes share it.
    pub mode: Mode,
    /// The bar at the top.
    pub header: Rect,
    /// The table, where it is seen.
    pub table: Option<TableAreas>,
    /// The sidebar, where it is seen.
    pub sidebar: Option<PaneAreas>,
    /// Whether the sidebar took its room from the other panes, until it is left.
    pub drawer: bool,
    /// The detail, where it is seen.
    pub detail: Option<PaneAreas>,
    /// Rules between panes.
    pub rules: Vec<Rule>,
    /// The status line.
    pub status: Rect,
    /// The hint bar.
    pub hints: Rect,
}

impl Layout {
    /// Rows the table can show.
    pub fn table_rows(&self) -> usize {
        self.table.map_or(0, |table| usize::from(table.rows.height))
    }

    /// Whether a pane is on the screen.
    pub fn shows(&self, pane: Pane) -> bool {
        self.pane(pane).is_some()
    }

    /// Returns where a pane stands, where it is on the screen.
    pub fn pane(&self, pane: Pane) -> Option<Rect> {
        match pane {
            Pane::Sidebar => self.sidebar.map(|areas| areas.pane),
            Pane::Table => self.table.map(|areas| areas.pane),
            Pane::Detail => self.detail.map(|areas| areas.pane),
        }
    }

    /// Returns the pane at a cell of the screen.
    pub fn pane_at(&self, column: u16, row: u16) -> Option<Pane> {
        let at = ratatui::layout::Position::new(column, row);
        // A drawer lies over the others.
        let panes = [Pane::Sidebar, Pane::Detail, Pane::Table];
        panes.into_iter().find(|pane| self.pane(*pane).is_some_and(|area| area.contains(at)))
    }
}

/// Returns how panes share a screen of this size.
pub fn mode(area: Rect) -> Mode {
    match (area.width, area.height) {
        (w, h) if w < MIN_WIDTH || h < MIN_HEIGHT => Mode::TooSmall,
        (w, h) if w < 80 || h < 24 => Mode::Single,
        (w, _) if w < 100 => Mode::Stacked,
        (w, _) if w < 140 => Mode::Beside,
        _ => Mode::Wide,
    }
}

/// Returns where everything stands.
pub fn compute(area: Rect, wants: &Wants) -> Layout {
    let mode = mode(area);
    let mut layout = Layout { area, mode, ..Layout::default() };
    if mode == Mode::TooSmall {
        return layout;
    }
    let [header, body, status, hints] = bands(area);
    layout.header = header;
    layout.status = status;
    layout.hints = hints;
    match mode {
        _ if wants.zoom => one(&mut layout, body, wants.focus),
        Mode::Single => one(&mut layout, body, wants.focus),
        Mode::Stacked => stacked(&mut layout, body, wants),
        Mode::Beside => beside(&mut layout, body, wants),
        _ => wide(&mut layout, body, wants),
    }
    layout
}

/// The four bands from top to bottom.
fn bands(area: Rect) -> [Rect; 4] {
    let line = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    let body = Rect { y: area.y + 1, height: area.height - 3, ..area };
    [line(0), body, line(area.height - 2), line(area.height - 1)]
}

fn one(layout: &mut Layout, body: Rect, focus: Pane) {
    match focus {
        Pane::Sidebar => layout.sidebar = Some(pane(body)),
        Pane::Table => layout.table = Some(table(body, layout.area)),
        Pane::Detail => layout.detail = Some(padded(body)),
    }
}

fn stacked(layout: &mut Layout, body: Rect, wants: &Wants) {
    let body = drawer(layout, body, wants);
    let share = match layout.area.height {
        46.. => body.height / 2,
        // Who reads an entry on a low screen needs its lines more than those of the others.
        _ if wants.focus == Pane::Detail => body.height * 3 / 5,
        _ => body.height * 2 / 5,
    };
    let (over, under) = if wants.detail { split_rows(body, share) } else { (body, None) };
    layout.table = Some(table(over, layout.area));
    if let Some((rule, under)) = under {
        let body = padded(rule.union(under)).body;
        layout.detail = Some(PaneAreas { title: rule, pane: rule.union(under), body });
    }
}

fn beside(layout: &mut Layout, body: Rect, wants: &Wants) {
    let body = drawer(layout, body, wants);
    // Beside an open drawer the table needs what is left.
    let rest = if wants.detail && !layout.drawer { detail_beside(layout, body) } else { body };
    layout.table = Some(table(rest, layout.area));
}

fn wide(layout: &mut Layout, body: Rect, wants: &Wants) {
    let mut rest = body;
    if wants.sidebar {
        let (left, rule, right) = split_columns(body, SIDEBAR);
        layout.rules.push(Rule { area: rule, vertical: true });
        layout.sidebar = Some(pane(left));
        rest = right;
    }
    if wants.detail {
        rest = detail_beside(layout, rest);
    }
    layout.table = Some(table(rest, layout.area));
}

/// The detail at the right, two fifths of the room; returns what is left. In so much the table has who and when
/// whole at every width that has both side by side.
fn detail_beside(layout: &mut Layout, area: Rect) -> Rect {
    let (left, rule, right) = split_columns(area, area.width - area.width * 2 / 5);
    layout.rules.push(Rule { area: rule, vertical: true });
    layout.detail = Some(padded(right));
    left
}

/// The sidebar at the left of the body while it is asked for, with its own rule; returns what is left. The
/// entries stay whole beside it, so that one sees what a filter leaves.
fn drawer(layout: &mut Layout, body: Rect, wants: &Wants) -> Rect {
    if !wants.sidebar {
        return body;
    }
    let (left, rule, rest) = split_columns(body, SIDEBAR + 4);
    layout.sidebar = Some(pane(left));
    layout.drawer = true;
    layout.rules.push(Rule { area: rule, vertical: true });
    rest
}

fn split_columns(area: Rect, left: u16) -> (Rect, Rect, Rect) {
    let left = left.min(area.width.saturating_sub(2));
    let rule = Rect { x: area.x + left, width: 1, ..area };
    let right = Rect { x: rule.x + 1, width: area.width - left - 1, ..area };
    (Rect { width: left, ..area }, rule, right)
}

/// Splits off the lower lines: the upper part, and a title line with the rest under it.
fn split_rows(area: Rect, lower: u16) -> (Rect, Option<(Rect, Rect)>) {
    let lower = lower.max(4).min(area.height.saturating_sub(4));
    let upper = Rect { height: area.height - lower, ..area };
    let title = Rect { y: upper.bottom(), height: 1, ..area };
    let rest = Rect { y: title.y + 1, height: lower - 1, ..area };
    (upper, Some((title, rest)))
}

/// A pane whose text does not touch its edges.
fn padded(area: Rect) -> PaneAreas {
    let areas = pane(area);
    let body = Rect { x: areas.body.x + 1, width: areas.body.width.saturating_sub(2), ..areas.body };
    PaneAreas { body, ..areas }
}

fn pane(area: Rect) -> PaneAreas {
    let title = Rect { height: 1, ..area };
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    PaneAreas { pane: area, title, body }
}

/// On low screens the headings are the title line; the histogram needs some room.
fn table(area: Rect, screen: Rect) -> TableAreas {
    let mut areas = TableAreas { pane: area, ..TableAreas::default() };
    let mut y = area.y;
    let mut take = |wanted: bool| {
        let height = u16::from(wanted);
        let line = Rect { y, height, ..area };
        y += height;
        line
    };
    areas.title = take(screen.height >= 30);
    areas.histogram = take(screen.height >= 36 && area.width >= 40);
    areas.headings = take(true);
    areas.rows = Rect { y, height: area.bottom().saturating_sub(y), ..area };
    areas
}

#[cfg(test)]
mod tests;
