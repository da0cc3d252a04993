use ratatui::style::Color;

use super::*;

#[test]
fn roles_are_listed_completely_and_in_order() {
    for (at, (role, name)) in ROLES.iter().enumerate() {
        assert_eq!(*role as usize, at, "{name}");
    }
    assert_eq!(Role::Marked as usize, ROLES.len() - 1, "a role behind the last is not in the list");
}

#[test]
fn every_built_in_theme_styles_every_role_itself() {
    for (name, text) in BUILT_IN {
        let table: toml::Table = text.parse().unwrap();
        let missing: Vec<_> = ROLES.iter().filter(|(_, role)| !table.contains_key(*role)).collect();
        assert!(missing.is_empty(), "{name} lacks {missing:?}");
        assert_eq!(Theme::built_in(name).unwrap().name(), name);
    }
}

#[test]
fn selection_differs_from_text_in_every_theme() {
    for name in Theme::names() {
        let theme = Theme::built_in(name).unwrap();
        for role in [Role::Selected, Role::SelectedDim, Role::Match, Role::Keycap] {
            assert_ne!(theme.style(role), theme.style(Role::Text), "{name}: {role:?}");
        }
        assert_ne!(theme.style(Role::Selected), theme.style(Role::SelectedDim), "{name}");
        assert_ne!(theme.style(Role::Added), theme.style(Role::Removed), "{name}");
    }
}

#[test]
fn mono_has_no_colour_and_the_default_only_the_terminals_own() {
    let mono = Theme::built_in("mono").unwrap();
    let default = Theme::default();
    for (role, name) in ROLES {
        let style = mono.style(role);
        assert_eq!((style.fg, style.bg), (None, None), "{name}");
        let style = default.style(role);
        for colour in [style.fg, style.bg].into_iter().flatten() {
            assert!(!matches!(colour, Color::Indexed(_) | Color::Rgb(..)), "{name}: {colour:?}");
        }
    }
    assert!(mono.style(Role::Selected).add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn colour_blind_uses_neither_red_nor_green() {
    let theme = Theme::built_in("color-blind").unwrap();
    for (role, name) in ROLES {
        let style = theme.style(role);
        for colour in [style.fg, style.bg].into_iter().flatten() {
            let mixed = [Color::Red, Color::Green, Color::LightRed, Color::LightGreen];
            assert!(!mixed.contains(&colour), "{name}");
        }
    }
}

#[test]
fn a_users_theme_says_only_what_differs() {
    let text = "base = \"mono\"\nadded = \"bold #00ff00 on 17\"\n";
    let theme = Theme::load("mine", Some(("mine.toml", text))).unwrap();
    let expected = Style::new().fg(Color::Rgb(0, 255, 0)).bg(Color::Indexed(17)).add_modifier(Modifier::BOLD);
    assert_eq!(theme.style(Role::Added), expected);
    assert_eq!(theme.style(Role::Title), Theme::built_in("mono").unwrap().style(Role::Title));
    let theme = Theme::load("mine", Some(("mine.toml", "error = \"magenta\""))).unwrap();
    assert_eq!(theme.style(Role::Good), Theme::default().style(Role::Good));
}

#[test]
fn errors_name_the_line_and_the_nearest_word() {
    let fails = |text: &str, expected: &str| {
        assert_eq!(Theme::load("mine", Some(("mine.toml", text))).unwrap_err().to_string(), expected);
    };
    fails("\nadedd = \"red\"", "mine.toml:2: \"adedd\" is no role; did you mean added?");
    fails("added = \"bold gren\"", "mine.toml:1: \"gren\" is no colour or style; did you mean green?");
    fails("added = \"999\"", "mine.toml:1: \"999\" is no colour or style");
    fails("added = 3", "mine.toml:1: added takes a text like \"bold red\"");
    fails("base = \"drak\"", "mine.toml:1: \"drak\" is no built-in theme; did you mean dark?");
    let error = Theme::load("lihgt", None).unwrap_err();
    assert_eq!(error.message, "\"lihgt\" is no theme; did you mean light?");
}

#[test]
fn a_selected_row_keeps_its_colours() {
    let theme = Theme::default();
    let style = theme.style_on(Role::Selected, Role::AddedWord);
    assert_eq!(style.fg, theme.style(Role::Selected).fg);
    assert!(style.add_modifier.contains(Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED));
    let dim = theme.style_on(Role::Selected, Role::Dim);
    assert!(!dim.add_modifier.contains(Modifier::DIM));
}

#[test]
fn themes_follow_each_other_in_a_circle() {
    let mut name = "default".to_owned();
    let mut seen = Vec::new();
    for _ in Theme::names() {
        name = Theme::after(&name).name().to_owned();
        seen.push(name.clone());
    }
    assert_eq!(seen.last().map(String::as_str), Some("default"));
    assert_eq!(Theme::after("mine").name(), "default");
}

#[test]
fn ascii_glyphs_are_ascii_and_both_sets_take_the_same_cells() {
    let all = |glyphs: &Glyphs| {
        let mut all = vec![
            glyphs.vertical,
            glyphs.horizontal,
            glyphs.cursor,
            glyphs.mark,
            glyphs.note,
            glyphs.bookmark,
            glyphs.cut,
            glyphs.cut_left,
            glyphs.folded,
            glyphs.unfolded,
            glyphs.ascending,
            glyphs.descending,
            glyphs.more_above,
            glyphs.more_below,
        ];
        all.extend(glyphs.corners.iter().chain(&glyphs.progress).chain(&glyphs.scroll).chain(glyphs.bars));
        all
    };
    for sign in all(&Glyphs::ASCII)
        .into_iter()
        .chain([Glyphs::ASCII.arrow])
        .chain(Glyphs::ASCII.spinner.iter().copied())
    {
        assert!(sign.is_ascii(), "{sign}");
    }
    for sign in all(&Glyphs::UNICODE).into_iter().chain(all(&Glyphs::ASCII)) {
        assert_eq!(crate::present::measure::width(sign), 1, "{sign}");
    }
}
