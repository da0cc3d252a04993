//! Views by name: shows one, keeps what is shown now, forgets one.

use crate::present::{Charset, Line, Role, measure, sanitise};
use crate::tui::widgets::{TextField, frame, line, middle};

use super::shared::{Pressed, Rows, draw_list};
use super::*;
use crate::ops::views;

/// Cells that names get beside what they show.
const NAMES: usize = 24;

/// The views.
#[derive(Clone, Debug)]
pub struct ViewsDialog {
    /// What is shown now, to be kept.
    now: Body,
    writable: bool,
    views: Option<Vec<View>>,
    at: usize,
    doing: Doing,
    said: Option<&'static str>,
}

#[derive(Clone, Debug)]
enum Doing {
    Choosing,
    Naming(TextField),
    /// The one under the cursor is to be forgotten once more is pressed.
    Forgetting,
}

impl ViewsDialog {
    /// Opens it; `now` is what is shown now, `writable` whether the store is.
    pub fn new(now: Body, writable: bool) -> ViewsDialog {
        ViewsDialog { now, writable, views: None, at: 0, doing: Doing::Choosing, said: None }
    }

    fn views(&self) -> &[View] {
        self.views.as_deref().unwrap_or_default()
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        match (&mut self.doing, input) {
            (Doing::Naming(field), Input::Paste(text)) => field.paste(text),
            (Doing::Naming(_), Input::Key(key)) => return self.naming(*key, desk),
            (_, Input::Key(key)) => return self.choosing(*key, desk),
            _ => {}
        }
        Reply::Stay
    }

    fn naming(&mut self, key: Key, desk: &Desk<'_>) -> Reply {
        let Doing::Naming(field) = &mut self.doing else { return Reply::Stay };
        self.said = None;
        match desk.pressed(key, false) {
            Pressed::Cancel => self.doing = Doing::Choosing,
            Pressed::Accept => match views::name(field.value()) {
                Ok(name) => return Reply::finish(Intent::KeepView(name.to_owned(), Some(self.now.clone()))),
                Err(why) => self.said = Some(why),
            },
            Pressed::Other(key) => {
                field.handle(key);
            }
            _ => {}
        }
        Reply::Stay
    }

    fn choosing(&mut self, key: Key, desk: &Desk<'_>) -> Reply {
        let forgetting = matches!(std::mem::replace(&mut self.doing, Doing::Choosing), Doing::Forgetting);
        self.said = None;
        match desk.pressed(key, true) {
            Pressed::Cancel if forgetting => {}
            Pressed::Cancel => return Reply::Close,
            Pressed::Accept => {
                let view = self.views().get(self.at).cloned();
                return view.map_or(Reply::Stay, |view| Reply::finish(Intent::View(view)));
            }
            Pressed::Step(step) => self.at = step.from(self.at, self.views().len()),
            Pressed::Other(key) => match key.typed() {
                Some('a' | 's') if self.writable => {
                    let own = self.views().get(self.at).filter(|view| view.own);
                    self.doing = Doing::Naming(TextField::new(own.map_or("", |view| &view.name)));
                }
                Some('x') if self.writable => return self.forget(forgetting),
                Some('a' | 's' | 'x') => self.said = Some("the store is open to read only"),
                _ => {}
            },
            _ => {}
        }
        Reply::Stay
    }

    fn forget(&mut self, again: bool) -> Reply {
        match self.views().get(self.at) {
            Some(view) if view.own && again => {
                let name = view.name.clone();
                self.views.get_or_insert_default().retain(|view| view.name != name);
                self.at = self.at.min(self.views().len().saturating_sub(1));
                return Reply::Do(Box::new(Intent::KeepView(name, None)));
            }
            Some(view) if view.own => self.doing = Doing::Forgetting,
            Some(_) => {
                self.said =
                    Some("this one is there from the start; one of your own with its name replaces it");
            }
            None => {}
        }
        Reply::Stay
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        if self.views.is_none() { vec![Want::Views] } else { Vec::new() }
    }

    pub(super) fn supply(&mut self, supply: Supply) {
        if let Supply::Views(views) = supply {
            self.at = self.at.min(views.len().saturating_sub(1));
            self.views = Some(views);
        }
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let keys = match self.doing {
            Doing::Naming(_) => desk.keys("keep", &[]),
            _ if !self.writable => desk.keys("show", &[]),
            _ => desk.keys("show", &[("s", "keep what is shown now"), ("x", "forget")]),
        };
        let height = u16::try_from(self.views().len().max(3) + 5).unwrap_or(u16::MAX);
        let place = middle(area, 92, height.min(area.height.saturating_sub(2)));
        let inside = frame(look, "Views", &keys, place, buffer);
        let mut rows = Rows::new(inside);
        let below = rows.take_last(2);
        let cursor = self.below(look, below, buffer);
        let width = usize::from(inside.width).saturating_sub(3);
        let item = |at: usize| {
            self.views().get(at).map_or_else(Line::new, |view| item(view, width, look.glyphs.charset))
        };
        draw_list(look, self.views().len(), self.at, item, rows.rest(), buffer);
        cursor
    }

    /// The line for a name, or what there is to say; above it a rule of space.
    fn below(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
        let row = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        if let (Doing::Naming(field), None) = (&self.doing, self.said) {
            line(look, Role::Text, &Line::of(Role::Label, "Name "), row, buffer);
            let place = Rect { x: row.x + 5, width: row.width.saturating_sub(5), ..row };
            return field.view(look, None, place, buffer);
        }
        let words = match (self.said, &self.doing, self.views().get(self.at)) {
            (Some(said), ..) => Line::of(Role::Error, said),
            (None, Doing::Forgetting, Some(view)) => {
                let mut words = Line::of(Role::Strong, "x again forgets ");
                sanitise::push(&mut words, Role::Strong, &view.name, look.glyphs.charset);
                words
            }
            _ => {
                let mut words = Line::of(Role::Dim, "now  ");
                let query = if self.now.query.is_empty() { "everything" } else { &self.now.query };
                sanitise::push(&mut words, Role::Dim, query, look.glyphs.charset);
                words
            }
        };
        line(look, Role::Text, &words, row, buffer);
        None
    }
}

/// A view as one line: its name, and what it shows.
fn item(view: &View, width: usize, charset: Charset) -> Line {
    let mut name = Line::new();
    let role = if view.own { Role::Strong } else { Role::Text };
    sanitise::push(&mut name, role, &view.name, charset);
    let mut words = measure::cut_line(&name, NAMES, charset);
    let gap = (NAMES + 2).saturating_sub(measure::line_width(&words));
    words.push(Role::Dim, " ".repeat(gap));
    let query = if view.body.query.is_empty() { "everything" } else { &view.body.query };
    sanitise::push(&mut words, Role::Dim, query, charset);
    if !view.body.sort.is_empty() {
        words.push(Role::Dim, format!("  by {}", view.body.sort));
    }
    measure::cut_line(&words, width, charset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::dialogs::testing::Session;

    fn view(name: &str, query: &str, own: bool) -> View {
        View { name: name.to_owned(), own, body: Body { query: query.to_owned(), ..Body::default() } }
    }

    fn opened(writable: bool) -> Session {
        let now = Body { query: "ip:192.0.2.1".to_owned(), ..Body::default() };
        let mut session = Session::new(Dialog::Views(ViewsDialog::new(now, writable)));
        assert_eq!(session.dialog.wants(), [Want::Views]);
        let views = vec![view("on call", "-kind:system", true), view("exports", "action:exported", false)];
        session.dialog.supply(Supply::Views(views));
        assert_eq!(session.dialog.wants(), []);
        session
    }

    #[test]
    fn one_is_chosen_and_shown() {
        let session = opened(true).press("j").press("enter");
        assert_eq!(session.reply, Reply::finish(Intent::View(view("exports", "action:exported", false))));
    }

    #[test]
    fn what_is_shown_now_is_kept_under_a_name() {
        let mut session = opened(true).press("j").press("s").press("enter");
        assert_eq!(session.reply, Reply::Stay);
        assert!(session.draw(100, 20, true).0.contains("a view needs a name"));
        session = session.kind("jump host").press("enter");
        let body = Body { query: "ip:192.0.2.1".to_owned(), ..Body::default() };
        assert_eq!(session.reply, Reply::finish(Intent::KeepView("jump host".to_owned(), Some(body))));
    }

    #[test]
    fn forgetting_takes_two_presses_and_only_ones_own() {
        let session = opened(true).press("x");
        assert!(session.draw(100, 20, true).0.contains("x again forgets on call"));
        let session = session.press("x");
        assert_eq!(session.reply, Reply::Do(Box::new(Intent::KeepView("on call".to_owned(), None))));
        let (screen, ..) = session.draw(100, 20, true);
        assert!(!screen.contains("on call") && screen.contains("exports"), "{screen}");
        let session = opened(true).press("x").press("j").press("x");
        assert_eq!(session.reply, Reply::Stay);
        assert!(session.draw(100, 20, true).0.contains("there from the start"));
    }

    #[test]
    fn a_store_that_cannot_be_written_to_says_so() {
        let session = opened(false).press("s");
        let (screen, ..) = session.draw(100, 20, true);
        assert!(screen.contains("open to read only") && !screen.contains("forget"), "{screen}");
    }

    #[test]
    fn it_looks_like_this() {
        insta::assert_snapshot!(opened(true).draw(80, 16, true).0);
    }
}
