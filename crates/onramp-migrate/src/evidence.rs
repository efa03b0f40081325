/// What a proof came to know, besides that the revision works. Every text is one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The revision of the project that the models were compared with; `None` where there was none.
    pub base: Option<String>,
    /// Operations that the models of the base asked for already, and that stayed out of the revision.
    pub drift: Vec<String>,
    /// What the engine said that it passes over.
    pub skipped: Vec<String>,
    /// What the models ask for now and the revision does not bring: the engine does not see such things.
    pub blind: Vec<String>,
    /// What the revision drops beside tables, columns, keys and indexes: triggers, checks, views.
    pub drops: Vec<String>,
    /// What reverting the revision does not bring back.
    pub lossy: Vec<String>,
    /// Tables that no rows could be put into, so that nobody watched their rows.
    pub unwatched: Vec<String>,
    /// How many rows were watched.
    pub rows: usize,
    /// Whether it was reverted.
    pub reverted: Reverted,
}

/// Whether a revision was reverted in its proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reverted {
    /// No revision was applied, so there was nothing to revert.
    #[default]
    NotTried,
    /// It was, and applied once more.
    Yes,
    /// It was not, and that was agreed to.
    NoWayBack {
        /// What was wrong with its way back.
        why: String,
    },
}
