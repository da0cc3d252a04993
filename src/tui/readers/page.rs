//! Rows of the table. The first ones of a long scan are sent ahead.

use std::sync::mpsc::Sender;

use crate::ops::Access;
use crate::query::{Cancel, Row, Watch};
use crate::store;
use crate::tui::model::slot::Ticket;
use crate::tui::model::table::PageKey;
use crate::tui::msg::Msg;
use crate::tui::worker::{Answers, Job};

/// Reads pages.
pub struct PageAnswers;

impl Answers for PageAnswers {
    type Question = PageKey;

    fn answer(
        &mut self,
        access: &mut Access,
        job: &Job<PageKey>,
        inbox: &Sender<Msg>,
    ) -> store::Result<Option<Msg>> {
        let mut watch = Ahead { cancel: &job.cancel, ticket: job.ticket, inbox };
        // Asked before the page, so that what is published meanwhile is seen as new.
        let generation = access.generation()?;
        let page = access.page(&job.question.request(), &mut watch)?;
        Ok(page.map(|page| Msg::Page(job.ticket, Ok((generation, page)))))
    }

    fn failed(ticket: Ticket, reason: String) -> Msg {
        Msg::Page(ticket, Err(reason))
    }
}

/// Sends rows ahead.
struct Ahead<'a> {
    cancel: &'a Cancel,
    ticket: Ticket,
    inbox: &'a Sender<Msg>,
}

impl Watch for Ahead<'_> {
    fn cancelled(&self) -> bool {
        self.cancel.cancelled()
    }

    fn rows(&mut self, rows: &[Row]) {
        // Nobody listens once the screen is closed; then the work is cancelled too.
        let _ = self.inbox.send(Msg::FirstRows(self.ticket, rows.to_vec()));
    }
}
