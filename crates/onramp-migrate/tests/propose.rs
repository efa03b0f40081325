//! Proposes and publishes revisions with a real Alembic on SQLite. Where no Python has it each test says so
//! and passes.
#![expect(clippy::print_stderr, reason = "a skipped test says why")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use onramp_core::{Cancel, Dialect, Failure, FailureKind, Secrets};
use onramp_exec::{Discard, Environment, Launcher, ProcessSpec};
use onramp_migrate::{
    AlembicSpec, Context, DialectSpec, EngineSpec, History, LedgerSpec, MigrateSpec, PolishStep, Proposal,
    Request, propose, publish,
};

const MODELS: &str = "\
from sqlalchemy import Column, Integer, MetaData, Table
metadata = MetaData()
flow = Table('flow', metadata, Column('id', Integer, primary_key=True))
";

const ENV: &str = "\
import os
from alembic import context
from sqlalchemy import create_engine
import models
with create_engine(os.environ['FLOW_URL']).connect() as connection:
    context.configure(connection=connection, target_metadata=models.metadata)
    with context.begin_transaction():
        context.run_migrations()
";

const TEMPLATE: &str = "\
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
from alembic import op
import sqlalchemy as sa
def upgrade():
    ${upgrades or 'pass'}
def downgrade():
    ${downgrades or 'pass'}
";

const CONFIGURATION: &str = "\
[alembic]
script_location = migrations
prepend_sys_path = .
";

struct Project {
    root: tempfile::TempDir,
    spec: MigrateSpec,
    launcher: Launcher,
    steps: Mutex<Vec<String>>,
}

impl Project {
    fn new() -> Option<Self> {
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        let Some(python) = python_with_alembic(&launcher) else {
            eprintln!("skipped: no Python with alembic and sqlalchemy");
            return None;
        };
        let root = tempfile::tempdir().unwrap();
        let versions = root.path().join("migrations/versions");
        fs::create_dir_all(&versions).unwrap();
        for (file, content) in [
            ("models.py", MODELS),
            ("migrations/env.py", ENV),
            ("migrations/script.py.mako", TEMPLATE),
            ("alembic.ini", CONFIGURATION),
            ("NOTES.md", "# Notes\n"),
        ] {
            fs::write(root.path().join(file), content).unwrap();
        }
        let words = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut environment = environment();
        environment.set("PYTHONDONTWRITEBYTECODE", "1");
        let spec = MigrateSpec {
            root: root.path().to_path_buf(),
            worktree: root.path().to_path_buf(),
            installed_models: Vec::new(),
            state: root.path().join(".onramp"),
            temporary: PathBuf::from("/tmp"),
            environment,
            typed_exec: "onramp exec --".to_owned(),
            typed_rebase: None,
            engine: EngineSpec::Alembic(AlembicSpec {
                program: words(&format!("{python} -m alembic")),
                ..AlembicSpec::default()
            }),
            url_env: "FLOW_URL".to_owned(),
            dialects: vec![DialectSpec {
                dialect: Dialect::Sqlite,
                label: "SQLite".to_owned(),
                versions,
                url: "sqlite:///{path}".to_owned(),
                env: BTreeMap::new(),
                server: onramp_database::ServerSpec::default(),
                baseline: None,
                pending: BTreeMap::new(),
                renamed: BTreeMap::new(),
            }],
            keep: onramp_database::Keep::default(),
            ledger: Some(LedgerSpec {
                file: root.path().join("NOTES.md"),
                template: "## {title}\n{sqlite}, {postgresql}\n".to_owned(),
                after: None,
                none: "None".to_owned(),
            }),
            pairing: None,
            only: Vec::new(),
            polish: vec![PolishStep {
                name: "format:sed".to_owned(),
                matches: Arc::new(|file| file.starts_with("migrations/versions")),
                argv: words("sed -i 1i#formatted {files}"),
                directory: root.path().join("migrations"),
            }],
        };
        Some(Self { root, spec, launcher, steps: Mutex::default() })
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.root.path().join(file);
        let content = fs::read_to_string(&path).unwrap();
        assert!(content.contains(from), "{content}");
        fs::write(path, content.replace(from, to)).unwrap();
    }

    /// The work must not touch the tree, whatever it comes to, nor leave anything in the state folder.
    fn propose(&self) -> Result<Proposal, Failure> {
        let before = tree(self.root.path());
        let step = |step: &str| self.steps.lock().unwrap().push(step.to_owned());
        let cx = Context { launcher: &self.launcher, step: &step, output: Arc::new(Discard), log: None };
        let proposal = propose(&self.spec, Dialect::Sqlite, &Request::new("add it"), &cx);
        assert_eq!(tree(self.root.path()), before);
        for folder in ["leases", "scratch"] {
            let left = fs::read_dir(self.spec.state.join(folder)).map_or(0, Iterator::count);
            assert_eq!(left, 0, "{folder}");
        }
        proposal
    }

    fn refused(&self) -> String {
        self.propose().unwrap_err().message
    }
}

fn environment() -> Environment {
    Environment::new([("PATH".into(), "/usr/local/bin:/usr/bin:/bin".into())])
}

fn python_with_alembic(launcher: &Launcher) -> Option<String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let example = |folder: &str| workspace.join(folder).join(".venv/bin/python3").display().to_string();
    let candidates = ["python3".to_owned(), example("examples/flowline"), example("target/demo/flowline")];
    candidates.into_iter().find(|python| {
        let spec = ProcessSpec::new([python, "-c", "import alembic, sqlalchemy"], "/", environment());
        launcher.capture(&spec).is_ok_and(|output| output.status.success())
    })
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with(".onramp") {
            continue;
        }
        if path.is_dir() {
            files.extend(tree(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

#[test]
fn a_revision_is_proved_formatted_and_published_with_its_entry() {
    let Some(project) = Project::new() else { return };
    let proposal = project.propose().unwrap();
    let Proposal::Revision(revision) = &proposal else { panic!("{proposal:?}") };
    assert!(revision.files[0].content.starts_with(b"#formatted\n"));
    publish(&project.spec, std::slice::from_ref(&proposal), "add it").unwrap();
    let history = History::read(&project.spec.dialects[0].versions).unwrap();
    assert_eq!(history.head().unwrap(), Some(revision.id.as_str()));
    let ledger = fs::read_to_string(project.root.path().join("NOTES.md")).unwrap();
    assert_eq!(ledger, format!("# Notes\n\n## add it\n{}, None\n", revision.id));
    assert!(matches!(project.propose().unwrap(), Proposal::NoChange { .. }));
    let again = publish(&project.spec, &[proposal], "add it").unwrap_err();
    assert!(again.message.contains("the history has changed"), "{again}");
}

#[test]
fn a_revision_that_cannot_be_reverted_is_refused() {
    let Some(project) = Project::new() else { return };
    project.replace("migrations/script.py.mako", "${downgrades or 'pass'}", "op.drop_column('flow', 'gone')");
    let message = project.refused();
    assert!(message.starts_with("SQLite: revert: sqlalchemy.exc."), "{message}");
    assert!(message.ends_with("[SQL: ALTER TABLE flow DROP COLUMN gone]"), "{message}");
    project.replace("migrations/script.py.mako", "op.drop_column('flow', 'gone')", "pass");
    assert!(project.refused().ends_with("cannot be reverted: its downgrade() is empty"));
}

#[test]
fn broken_models_are_named() {
    let Some(project) = Project::new() else { return };
    project.replace("models.py", "metadata = MetaData()", "import gone");
    assert_eq!(project.refused(), "SQLite: apply head: ModuleNotFoundError: No module named 'gone'");
}

#[test]
fn an_env_py_that_runs_once_gets_a_process_for_each_step() {
    let Some(project) = Project::new() else { return };
    project.replace(
        "migrations/env.py",
        "import models\n",
        "import models\nassert not hasattr(models, 'run')\nmodels.run = 1\n",
    );
    assert!(matches!(project.propose().unwrap(), Proposal::Revision(_)));
    assert!(project.steps.lock().unwrap().iter().any(|step| step.starts_with("start over")));
}

#[test]
fn an_env_py_that_drops_empty_revisions_means_no_change() {
    let Some(project) = Project::new() else { return };
    project.replace("models.py", "flow = ", "#");
    project.replace(
        "migrations/env.py",
        "target_metadata",
        "process_revision_directives=drop, target_metadata",
    );
    let drop = "import models\ndef drop(context, revision, directives):\n    \
                if context.config.cmd_opts.autogenerate and directives[0].upgrade_ops.is_empty():\n        directives[:] = []\n";
    project.replace("migrations/env.py", "import models\n", drop);
    assert!(matches!(project.propose().unwrap(), Proposal::NoChange { .. }));
}

#[test]
fn a_python_that_ignores_its_environment_is_refused() {
    let Some(mut project) = Project::new() else { return };
    let EngineSpec::Alembic(start) = &mut project.spec.engine else { panic!("the project has Alembic") };
    start.program.insert(1, "-BE".to_owned());
    let message = project.refused();
    assert!(message.contains("the command did not run Alembic on"), "{message}");
}

#[test]
fn a_formatter_that_fails_is_named() {
    let Some(mut project) = Project::new() else { return };
    project.spec.polish[0].argv = vec!["false".to_owned()];
    let message = project.refused();
    assert!(message.starts_with("SQLite: format: format:sed: `false` exited with 1"), "{message}");
}

#[test]
fn cancelling_at_any_step_leaves_nothing() {
    for at in ["copy history", "apply head", "generate", "format", "apply", "revert"] {
        let Some(project) = Project::new() else { return };
        let before = tree(project.root.path());
        let cancel = project.launcher.cancel().clone();
        let step = |step: &str| {
            if step == at {
                cancel.escalate();
            }
        };
        let cx = Context { launcher: &project.launcher, step: &step, output: Arc::new(Discard), log: None };
        let failure = propose(&project.spec, Dialect::Sqlite, &Request::new("add it"), &cx).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Interrupted, "{at}: {failure}");
        assert_eq!(tree(project.root.path()), before);
        assert_eq!(fs::read_dir(project.spec.state.join("scratch")).unwrap().count(), 0);
    }
}
