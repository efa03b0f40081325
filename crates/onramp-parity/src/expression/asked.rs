/// What is asked of a condition. Nulls make a third answer, which one of the questions takes for a no in each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Whether it is true, as of the predicate of an index: false and null are the same.
    IsTrue,
    /// Whether it is false, as of a check: true and null are the same.
    IsFalse,
    /// What it is, as of an operand.
    Value,
}

impl Asked {
    /// What that asks of a condition whose opposite it is about.
    pub(super) fn of_opposite(self) -> Self {
        match self {
            Self::IsTrue => Self::IsFalse,
            Self::IsFalse => Self::IsTrue,
            Self::Value => Self::Value,
        }
    }
}
