//! Which object an entry acts on, and filters that name one which was renamed.

use super::*;
use crate::ops::history::renames::{Renames, names_target};
use crate::query::Pattern;

/// Most acts that renamed something which are looked at, the latest.
const MOST: usize = 20_000;

impl Access {
    /// Returns what tells objects apart, as far as one can see.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn objects(&mut self, watch: &mut dyn Watch) -> Result<Answer<Objects>> {
        let generation = self.reader.generation()?;
        if let Some((_, objects)) = self.objects.as_ref().filter(|(of, _)| *of == generation) {
            return Ok(Some(objects.clone()));
        }
        let Some(renames) = self.renames(watch)? else { return Ok(None) };
        let objects = Objects::new(self.interpret.clone(), Arc::new(renames));
        self.objects = Some((generation, objects.clone()));
        Ok(Some(objects))
    }

    fn renames(&mut self, watch: &mut dyn Watch) -> Result<Answer<Renames>> {
        let formats = [(Field::Format, Filter::all())];
        let Some(facets) = self.reader.facets(&formats, usize::MAX, watch)? else { return Ok(None) };
        let names = facets.iter().flat_map(|facet| &facet.values);
        let terms: Vec<Expr> = names.filter_map(|value| self.renaming(&value.value)).collect();
        if terms.is_empty() {
            return Ok(Some(Renames::default()));
        }
        let filter = within(&Expr::Or(terms).into(), self.sight()).into_owned();
        let request = PageRequest { filter, sort: Sort::default(), anchor: Anchor::First, limit: MOST };
        let page = self.reader.page(&request, watch)?;
        Ok(page.map(|page| Renames::of(page.rows, self.interpret.as_ref())))
    }

    /// The condition that an entry of a format renames something; `None` where none does.
    fn renaming(&self, format: &str) -> Option<Expr> {
        let codes = self.interpret.renames(format);
        let pattern =
            |code: String| if code.contains('*') { Pattern::Glob(code) } else { Pattern::Exact(code) };
        let codes: Vec<Pattern> = codes.into_iter().map(pattern).collect();
        let of_format = Expr::value(Field::Format, format);
        (!codes.is_empty())
            .then(|| Expr::And(vec![of_format, Expr::Term(Term::Value(Field::ActionCode, codes))]))
    }

    /// Returns the filter with the plan's limit, and over the renaming of what it names.
    pub(super) fn limit<'f>(
        &mut self,
        filter: &'f Filter,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Cow<'f, Filter>>> {
        let sight = self.sight();
        Ok(self.widened(filter, watch)?.map(|filter| match filter {
            Cow::Borrowed(filter) => within(filter, sight),
            Cow::Owned(filter) => Cow::Owned(within(&filter, sight).into_owned()),
        }))
    }

    /// Returns the filter over the renaming of what it names.
    pub(super) fn widened<'f>(
        &mut self,
        filter: &'f Filter,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Cow<'f, Filter>>> {
        if !names_target(filter) {
            return Ok(Some(Cow::Borrowed(filter)));
        }
        let Some(objects) = self.objects(watch)? else { return Ok(None) };
        Ok(Some(objects.widened(filter).map_or(Cow::Borrowed(filter), Cow::Owned)))
    }
}
