use super::*;

fn at(width: u16, height: u16, wants: Wants) -> Layout {
    compute(Rect::new(0, 0, width, height), &wants)
}

fn usual() -> Wants {
    Wants { focus: Pane::Table, detail: true, sidebar: false, zoom: false }
}

#[test]
fn sizes_choose_the_mode() {
    let modes = [(150, 45), (139, 45), (99, 24), (80, 24), (79, 50), (150, 23), (60, 16), (59, 16), (60, 15)];
    let modes: Vec<_> = modes.iter().map(|&(w, h)| mode(Rect::new(0, 0, w, h))).collect();
    use Mode::*;
    assert_eq!(modes, [Wide, Beside, Stacked, Stacked, Single, Single, Single, TooSmall, TooSmall]);
}

#[test]
fn twenty_entries_at_80x24_without_the_detail() {
    let layout = at(80, 24, Wants { detail: false, ..usual() });
    assert_eq!(layout.table_rows(), 20);
    assert!(at(80, 24, usual()).table_rows() >= 10);
}

#[test]
fn the_detail_grows_on_a_low_screen_while_it_is_read() {
    let height = |focus, lines| at(80, lines, Wants { focus, ..usual() }).detail.unwrap().pane.height;
    assert_eq!((height(Pane::Table, 24), height(Pane::Detail, 24)), (8, 12));
    assert_eq!(height(Pane::Table, 50), height(Pane::Detail, 50));
}

#[test]
fn a_wide_screen_has_three_panes() {
    let layout = at(150, 45, Wants { sidebar: true, ..usual() });
    assert_eq!(layout.sidebar.unwrap().pane.width, SIDEBAR);
    assert_eq!(layout.detail.unwrap().pane.width, (150 - SIDEBAR - 1) * 2 / 5 - 1);
    assert_eq!(layout.rules.len(), 2);
    assert!(!layout.drawer);
}

#[test]
fn a_drawer_leaves_the_table_whole() {
    let layout = at(100, 30, Wants { sidebar: true, ..usual() });
    assert!(layout.drawer && layout.detail.is_none());
    assert_eq!(layout.table.unwrap().pane.x, layout.sidebar.unwrap().pane.right() + 1);
    assert_eq!(layout.pane_at(1, 5), Some(Pane::Sidebar));
    assert_eq!(layout.pane_at(50, 5), Some(Pane::Table));
}

proptest::proptest! {
    #[test]
    fn nothing_leaves_the_screen(w in 0u16..300, h in 0u16..100, focus in 0usize..3, bits in 0u8..8) {
        let focus = [Pane::Sidebar, Pane::Table, Pane::Detail][focus];
        let wants = Wants { focus, detail: bits & 1 > 0, sidebar: bits & 2 > 0, zoom: bits & 4 > 0 };
        let layout = at(w, h, wants);
        let mut areas = vec![layout.header, layout.status, layout.hints];
        areas.extend(layout.table.iter().flat_map(|t| [t.pane, t.title, t.histogram, t.headings, t.rows]));
        areas.extend(layout.sidebar.iter().chain(&layout.detail).flat_map(|p| [p.pane, p.title, p.body]));
        areas.extend(layout.rules.iter().map(|rule| rule.area));
        for area in areas {
            proptest::prop_assert!(area.right() <= w && area.bottom() <= h, "{area:?} in {w}x{h}");
        }
    }
}
