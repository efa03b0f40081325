//! What may be wrong with a revision that is proved all the same.

use clap::Args;
use onramp_migrate::{DowngradePolicy, Request, RowsPolicy};

use super::parity::step::Policy;

/// The leniencies of a proof that ends with a comparison of the dialects.
#[derive(Args, Debug)]
pub(super) struct ProofArgs {
    #[command(flatten)]
    trial: TrialArgs,
    /// Let the revisions bring differences between the dialects' schemas that [database.parity] does not declare, and
    /// say which
    #[arg(long)]
    no_parity: bool,
}

/// The leniencies of the trial of one revision.
#[derive(Args, Debug)]
pub(super) struct TrialArgs {
    /// Let a revision pass whose way back is missing, fails or leads elsewhere, and say what is wrong with it
    #[arg(long)]
    irreversible: bool,
    /// Prove with empty tables
    #[arg(long)]
    no_rows: bool,
    /// Let the revision drop this table or column, as in `flow` or `flow.owner`, although the change of the models
    /// does not explain it; may be given more than once
    #[arg(long, value_name = "NAME")]
    may_drop: Vec<String>,
}

impl ProofArgs {
    /// A request with them.
    pub(super) fn request(&self, message: &str) -> Request {
        self.trial.request(message)
    }

    /// What becomes of differences between the dialects.
    pub(super) fn parity(&self) -> Policy {
        if self.no_parity { Policy::Tell } else { Policy::Refuse }
    }

    /// The options as they were given.
    pub(super) fn words(&self) -> Vec<String> {
        let parity = self.no_parity.then(|| "--no-parity".to_owned());
        self.trial.words().into_iter().chain(parity).collect()
    }
}

impl TrialArgs {
    /// A request with them.
    pub(super) fn request(&self, message: &str) -> Request {
        Request {
            rows: if self.no_rows { RowsPolicy::Leave } else { RowsPolicy::Seed },
            downgrade: if self.irreversible { DowngradePolicy::Waived } else { DowngradePolicy::Required },
            may_drop: self.may_drop.clone(),
            ..Request::new(message)
        }
    }

    /// The options as they were given.
    pub(super) fn words(&self) -> Vec<String> {
        let flags = [("--irreversible", self.irreversible), ("--no-rows", self.no_rows)];
        let flags = flags.iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| (*flag).to_owned());
        flags.chain(self.may_drop.iter().map(|name| format!("--may-drop {name}"))).collect()
    }
}
