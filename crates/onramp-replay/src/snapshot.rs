//! Files with the whole schema, which should say the same as the history.

use onramp_core::Failure;
use onramp_database::catalog::Catalog;
use onramp_database::script::{Guest, Transaction};
use onramp_histories::{Code, Finding, Script};

use crate::Replay;
use crate::beside::Beside;
use crate::excuse;
use crate::replay::{TABLES_OF_TOOLS, difference};

/// Holds the newest of them against what the history leads to.
pub(crate) fn compare(
    replay: &Replay<'_>,
    end: &Catalog,
    beside: &mut Beside,
) -> Result<Option<Finding>, Failure> {
    let Some(file) = replay.chain.snapshots.last() else { return Ok(None) };
    (replay.step)("apply the snapshot");
    let script = Script::whole(file, false);
    let text = match script.read() {
        Ok(text) => text,
        Err(error) => {
            return Ok(Some(Finding::new(Code::NotReplayed, file, error.to_string())));
        }
    };
    let database = replay.databases.create()?;
    let mut guest = Guest::of(&database, replay.cancel)?;
    let result = guest.run(&text, Transaction::One);
    beside.add(&script, guest.take_asides());
    if let Err(stopped) = result {
        if !stopped.is_of_the_script() {
            return Err(replay.databases.blame_storage(stopped.failure, Some(&database)));
        }
        let said = &stopped.failure.message;
        let excuse = excuse::of(&text, said).map(|excuse| excuse.tell(said)).or_else(|| beside.excuse(said));
        let finding = match excuse {
            Some(why) => Finding::new(Code::NotReplayed, file, why),
            None => Finding::new(Code::UpFails, file, said.clone()),
        };
        return Ok(Some(finding.at(Some(stopped.line))));
    }
    let catalog = guest.catalog(&TABLES_OF_TOOLS)?;
    let found = difference(&catalog, end);
    let message = |text| format!("it says something else than the history, which leads to {text}");
    Ok(found.map(|text| Finding::new(Code::SnapshotDiffers, file, message(text))))
}
