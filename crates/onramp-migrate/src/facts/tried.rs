use super::refusal::Refusal;
use crate::{Executed, Facts, Revision};

/// What one application of a revision came to.
#[derive(Clone, Debug)]
pub(crate) struct Tried<'a> {
    pub(crate) revision: &'a Revision,
    /// Where it was refused, the catalog behind it is what it has left.
    pub(crate) facts: Facts,
    /// Why it was.
    pub(crate) refusal: Option<Refusal>,
}

impl Tried<'_> {
    /// How many statements it got through.
    pub(crate) fn length(&self) -> usize {
        let refused = self.refusal.as_ref().and_then(|refusal| refusal.statement);
        refused.unwrap_or(self.statements().len())
    }

    /// Whether two trials ended at the same place; where neither has one, for the same reason.
    pub(crate) fn ended_like(&self, other: &Self) -> bool {
        self.end() == other.end()
    }

    /// Why it was refused, with the place of that statement among those of another trial.
    pub(crate) fn refusal_in(&self, other: &Self) -> Option<Refusal> {
        let refusal = self.refusal.clone()?;
        let refused = refusal.statement.and_then(|place| self.statements().get(place));
        let is_it = |executed: &Executed| {
            refused.is_some_and(|refused| (&refused.text, refused.line) == (&executed.text, executed.line))
        };
        let there = other.statements();
        let same_place = refusal.statement.filter(|place| there.get(*place).is_some_and(is_it));
        Some(Refusal { statement: same_place.or_else(|| there.iter().position(is_it)), ..refusal })
    }

    fn statements(&self) -> &[Executed] {
        self.facts.statements.as_deref().unwrap_or_default()
    }

    fn end(&self) -> (Option<&str>, Option<u32>, Option<&str>) {
        let Some(refusal) = &self.refusal else { return (None, None, None) };
        let statement = refusal.statement.and_then(|place| self.statements().get(place));
        let message = refusal.failure.message.as_str();
        let text = statement.map(|statement| statement.text.as_str());
        (text, refusal.line, Some(message).filter(|_| text.is_none() && refusal.line.is_none()))
    }
}
