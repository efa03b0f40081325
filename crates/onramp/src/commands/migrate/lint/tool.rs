use std::path::Path;

use onramp_histories::{Audit, Chain, Declared, Form, Histories, Marks};
use onramp_migrate::{EngineSpec, MigrateSpec};
use onramp_migration_lint::Tool;

/// The tool that a history of SQL is for, as far as its files tell.
pub(super) fn tool_of(chain: &Chain) -> Tool {
    match chain.form {
        Form::Alembic => Tool::Alembic,
        Form::Marked(Marks::Goose) => Tool::Goose,
        Form::Marked(Marks::Dbmate) => Tool::Dbmate,
        Form::Marked(Marks::SqlMigrate) => Tool::SqlMigrate,
        Form::Versioned => Tool::Flyway,
        Form::Folders => Tool::Diesel,
        Form::ForwardFolders => Tool::Prisma,
        Form::Graph => Tool::Sourcegraph,
        Form::Suffixes => Tool::Suffixes,
        _ if chain.is_of_atlas() => Tool::Atlas,
        _ if chain.is_of_drizzle() => Tool::Drizzle,
        Form::Pairs => Tool::Pairs,
        Form::Forward if !chain.is_alone => Tool::Forward,
        Form::Marked(Marks::Micrate | Marks::Rambler)
        | Form::Forward
        | Form::Named
        | Form::Releases
        | Form::Django
        | Form::Liquibase
        | Form::Code => Tool::Unknown,
    }
}

/// The tool of a project whose revisions lie in a folder.
pub(super) fn tool_in(spec: &MigrateSpec, versions: &Path) -> Tool {
    if let EngineSpec::Alembic(_) = spec.engine {
        return Tool::Alembic;
    }
    let audit = Audit::of(Histories::below(&[versions.to_path_buf()]), 0, &[], &Declared::default());
    let mut chains = audit.histories.iter().map(|audited| &audited.chain);
    chains.find(|chain| chain.form.is_sql()).map_or(Tool::Unknown, tool_of)
}
