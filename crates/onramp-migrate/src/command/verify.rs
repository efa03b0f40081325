use onramp_core::Failure;

use super::proof::require_nothing_left;
use super::stage::Stage;
use super::tool::Tool;
use crate::alembic::Command;
use crate::attempt::Attempt;
use crate::purpose::Purpose;
use crate::stage::StageError;
use crate::trial::{Author, Subject, Trial, WayBack, Wish};
use crate::{CommandSpec, Context, Evidence, Revision, StepTime, VerifiedRevision};

/// Proves revisions of the tree, one after the other.
pub(crate) fn verify(
    purpose: &Purpose<'_, CommandSpec>,
    subjects: &[&Revision],
    cx: &Context<'_>,
) -> Result<(Vec<VerifiedRevision>, Vec<StepTime>), StageError> {
    let mut attempt = Attempt::new(cx);
    let mut stage = Stage::set(purpose, cx, &mut attempt)?;
    match apply_all(&mut stage, subjects, &mut attempt) {
        Err(error) => Err(error.explained(&stage.databases, &stage.ground.database)),
        Ok(verified) => Ok((verified, attempt.into_steps())),
    }
}

fn apply_all(
    stage: &mut Stage<'_>,
    subjects: &[&Revision],
    attempt: &mut Attempt<'_>,
) -> Result<Vec<VerifiedRevision>, StageError> {
    let mut verified = Vec::with_capacity(subjects.len());
    let mut back = stage.head.unwrap_or("base").to_owned();
    for (index, revision) in subjects.iter().enumerate() {
        revision.files.iter().try_for_each(|file| stage.scratch.bring(stage.dialect, file))?;
        if stage.head.is_none() && index == 0 {
            attempt.step("look at the tool's tables", || stage.learn_own_tables())?;
        }
        let mut evidence = Evidence::default();
        let trial = Trial {
            database: &stage.ground.database,
            own_tables: &stage.own(),
            to: "head",
            back: &back,
            request: stage.request,
            wish: Wish::Unknown,
            author: Author::Hand,
        };
        let tool = stage.tool(&stage.ground.database);
        let mut subject = InTree { tool: &tool, stage, is_last: index + 1 == subjects.len() };
        let tried = trial.run(attempt, &mut subject, WayBack::Written, None, &mut evidence);
        let facts = tried.map_err(|error| error.of_revision(&stage.dialect.name_of(&revision.id)))?;
        back.clone_from(&revision.id);
        let (id, files) = (revision.id.clone(), revision.files.clone());
        verified.push(VerifiedRevision { id, files, evidence, facts });
    }
    Ok(verified)
}

/// A revision that lies in the tree.
struct InTree<'a> {
    tool: &'a Tool<'a>,
    stage: &'a Stage<'a>,
    is_last: bool,
}

impl Subject for InTree<'_> {
    fn run(&mut self, command: Command<'_>) -> Result<(), Failure> {
        self.tool.run(command)
    }

    fn require_nothing_left(&mut self) -> Result<(), Failure> {
        if self.is_last { require_nothing_left(self.stage) } else { Ok(()) }
    }
}
