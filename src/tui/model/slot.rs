//! Remote data as the model sees it: what was asked, what came, and the last good value meanwhile.
//!
//! Pure. Every question has a ticket; an answer with another ticket than the latest is stale and dropped.

/// Number of a question, greater for later ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// How far the latest question is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase<K> {
    /// Nothing was asked.
    #[default]
    Idle,
    /// Asked; the answer is on its way.
    Loading(K),
    /// Answered.
    Ready(K),
    /// Could not be answered.
    Failed(K, String),
}

/// One piece of remote data: the latest question and the last good value.
#[derive(Clone, Debug)]
pub struct Slot<K, T> {
    phase: Phase<K>,
    ticket: Ticket,
    value: Option<T>,
}

impl<K, T> Default for Slot<K, T> {
    fn default() -> Slot<K, T> {
        Slot { phase: Phase::Idle, ticket: Ticket(0), value: None }
    }
}

impl<K: PartialEq, T> Slot<K, T> {
    /// Asks for `key` unless it is what was asked last; returns the ticket of a new question.
    pub fn want(&mut self, key: K) -> Option<Ticket> {
        if self.key() == Some(&key) {
            return None;
        }
        self.ticket = Ticket(self.ticket.0 + 1);
        self.phase = Phase::Loading(key);
        Some(self.ticket)
    }

    /// Forgets the question, so that the next [`want`](Slot::want) asks again; keeps the value.
    pub fn reset(&mut self) {
        self.phase = Phase::Idle;
    }

    /// Takes an answer; `None` where it is stale. A failure keeps the last good value.
    pub fn answer(&mut self, ticket: Ticket, answer: Result<T, String>) -> Option<&K> {
        if ticket != self.ticket {
            return None;
        }
        let Phase::Loading(key) = std::mem::take(&mut self.phase) else { return None };
        self.phase = match answer {
            Ok(value) => {
                self.value = Some(value);
                Phase::Ready(key)
            }
            Err(error) => Phase::Failed(key, error),
        };
        self.key()
    }

    /// Returns what was asked last.
    pub fn key(&self) -> Option<&K> {
        match &self.phase {
            Phase::Idle => None,
            Phase::Loading(key) | Phase::Ready(key) | Phase::Failed(key, _) => Some(key),
        }
    }

    /// Whether this ticket's answer is still waited for.
    pub fn awaits(&self, ticket: Ticket) -> bool {
        ticket == self.ticket && self.loading()
    }

    /// Whether an answer is on its way.
    pub fn loading(&self) -> bool {
        matches!(self.phase, Phase::Loading(_))
    }

    /// Returns why the latest question has no answer.
    pub fn error(&self) -> Option<&str> {
        match &self.phase {
            Phase::Failed(_, error) => Some(error),
            _ => None,
        }
    }

    /// Returns the last good value, which may be of an earlier question.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Returns the value if it answers the latest question.
    pub fn current(&self) -> Option<&T> {
        match self.phase {
            Phase::Ready(_) => self.value.as_ref(),
            _ => None,
        }
    }

    /// Drops the value too.
    pub fn clear(&mut self) {
        self.phase = Phase::Idle;
        self.value = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_once_and_drops_stale_answers() {
        let mut slot: Slot<&str, u32> = Slot::default();
        let first = slot.want("a").unwrap();
        assert_eq!(slot.want("a"), None);
        let second = slot.want("b").unwrap();
        assert!(slot.answer(first, Ok(1)).is_none());
        assert!(slot.loading() && slot.value().is_none());
        assert_eq!(slot.answer(second, Ok(2)), Some(&"b"));
        assert_eq!(slot.current(), Some(&2));
    }

    #[test]
    fn a_failure_keeps_the_last_good_value() {
        let mut slot: Slot<u8, &str> = Slot::default();
        let ticket = slot.want(1).unwrap();
        slot.answer(ticket, Ok("good"));
        let ticket = slot.want(2).unwrap();
        slot.answer(ticket, Err("disk".into()));
        assert_eq!((slot.value(), slot.current(), slot.error()), (Some(&"good"), None, Some("disk")));
        assert_eq!(slot.want(2), None, "a failed question is not asked again by itself");
        slot.reset();
        assert!(slot.want(2).is_some());
    }
}
