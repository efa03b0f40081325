use std::fs;
use std::sync::Arc;

use onramp_core::Failure;

use super::folder::Folder;
use super::stage::Stage;
use super::tool::Tool;
use super::written::{Written, lines};
use crate::alembic::Command;
use crate::apart::catalog_of;
use crate::attempt::Attempt;
use crate::polish::polish;
use crate::purpose::Purpose;
use crate::stage::StageError;
use crate::trial::{Author, Subject, Trial, WayBack, Wish};
use crate::{CommandSpec, Context, Evidence, Facts, ProofPolicy, Proposal, ProposedRevision};

/// Has the tool write the revision that follows the head, and applies, reverts and applies it on a database at the
/// head with rows in it.
pub(crate) fn prove(purpose: &Purpose<'_, CommandSpec>, cx: &Context<'_>) -> Result<Proposal, StageError> {
    let mut attempt = Attempt::new(cx);
    let mut stage = Stage::set(purpose, cx, &mut attempt)?;
    match prove_on(&mut stage, attempt) {
        Err(error) => Err(error.explained(&stage.databases, &stage.ground.database)),
        proposal => proposal,
    }
}

fn prove_on(stage: &mut Stage<'_>, mut attempt: Attempt<'_>) -> Result<Proposal, StageError> {
    let dialect = stage.dialect.dialect;
    let before = Folder::look(stage.scratch.versions()).map_err(Failure::from)?;
    let written = attempt.step("generate", || {
        stage.write(&stage.request.message)?;
        stage.written_since(&before)
    })?;
    let mut evidence = Evidence::default();
    let Some(written) = written else {
        let catalog = Arc::new(catalog_of(&stage.ground.database, &stage.own())?);
        return Ok(Proposal::NoChange { dialect, evidence, catalog, steps: attempt.into_steps() });
    };
    let written = attempt.step("format", || format(stage, &before, &written))?;
    if stage.request.proof == ProofPolicy::Draft {
        return Ok(proposal(stage, written, evidence, None, attempt));
    }
    if stage.head.is_none() {
        attempt.step("look at the tool's tables", || stage.learn_own_tables())?;
    }
    let tool = stage.tool(&stage.ground.database);
    let trial = Trial {
        database: &stage.ground.database,
        own_tables: &stage.own(),
        to: "head",
        back: stage.head.unwrap_or("base"),
        request: stage.request,
        wish: Wish::Unknown,
        author: Author::Engine,
    };
    // Whether its way back does anything, only trying it can tell.
    let mut subject = OfTool { tool: &tool, stage };
    let facts = trial.run(&mut attempt, &mut subject, WayBack::Written, None, &mut evidence)?;
    Ok(proposal(stage, written, evidence, Some(facts), attempt))
}

fn proposal(
    stage: &Stage<'_>,
    written: Written,
    evidence: Evidence,
    facts: Option<Facts>,
    attempt: Attempt<'_>,
) -> Proposal {
    let Written { id, files } = written;
    Proposal::Revision(ProposedRevision {
        dialect: stage.dialect.dialect,
        id,
        follows: stage.head.map(str::to_owned),
        files,
        evidence,
        facts,
        steps: attempt.into_steps(),
    })
}

/// Runs the project's formatters on the new files, and returns them as they are then.
fn format(stage: &Stage<'_>, before: &Folder, written: &Written) -> Result<Written, Failure> {
    let tree = stage.scratch.tree();
    let versions = stage.scratch.versions().strip_prefix(&tree);
    let versions =
        versions.map_err(|_| Failure::task("the copy of the history lies outside the scratch tree"))?;
    for file in &written.files {
        polish(stage.spec, &tree, &versions.join(&file.name), stage.cx)?;
    }
    let names = |written: &Written| written.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    match stage.written_since(before)? {
        Some(polished) if names(&polished) == names(written) => Ok(polished),
        _ => Err(Failure::task(format!(
            "a formatter changed the names of the files of revision {}",
            written.id
        ))),
    }
}

/// A revision that a tool has written.
struct OfTool<'a> {
    tool: &'a Tool<'a>,
    stage: &'a Stage<'a>,
}

impl Subject for OfTool<'_> {
    fn run(&mut self, command: Command<'_>) -> Result<(), Failure> {
        self.tool.run(command)
    }

    fn require_nothing_left(&mut self) -> Result<(), Failure> {
        require_nothing_left(self.stage)
    }
}

/// Generating once more must write nothing. What it does write goes.
pub(crate) fn require_nothing_left(stage: &Stage<'_>) -> Result<(), Failure> {
    let changes = stage.write("compare")?;
    let left = lines(&changes);
    for path in changes.added.keys() {
        // The copy goes in any case.
        let _ = fs::remove_file(stage.scratch.versions().join(path));
    }
    if left.is_empty() {
        return Ok(());
    }
    let message =
        "the command writes another revision after this one was applied; it cannot tell that it is there";
    Err(Failure { tail: left, ..Failure::task(message) })
}
