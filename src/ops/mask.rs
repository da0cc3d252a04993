//! Masking the secrets of one entry before it is shown or written.

use crate::domain::json::write_compact;
use crate::domain::redact::{Redactor, Secrets};
use crate::store::Interpret;

use super::Detail;

impl Detail {
    /// Masks the secrets of the entry and of its record. Returns whether there were any.
    pub fn mask(&mut self, redactor: &Redactor, interpret: &dyn Interpret) -> bool {
        let mut secrets = Secrets::default();
        let mut document = None;
        if !self.record.raw.starts_with(b"{") {
            interpret.document(&self.record.raw, &self.record.source, &mut |node| {
                let mut text = String::new();
                write_compact(node, &mut text);
                document = Some(text);
            });
        }
        let masked = redactor.raw(&self.record.raw, document.as_deref(), &mut secrets);
        let any = masked.is_some();
        if let Some(raw) = masked {
            self.record.raw = raw;
        }
        redactor.entry(&mut self.entry, &mut secrets) || any
    }
}
