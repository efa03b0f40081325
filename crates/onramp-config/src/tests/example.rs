//! The example of the reference is a configuration without an error.

use super::Folder;
use crate::{EXAMPLE, Provider, Section};

#[test]
fn the_example_is_read() {
    let config = Folder::new(EXAMPLE)
        .folder("ui")
        .folder("src/flowline/migrations/versions/sqlite")
        .folder("src/flowline/migrations/versions/postgresql")
        .file("alembic.ini", "")
        .config();
    assert_eq!(config.env.provider, Provider::Auto);
    for section in Section::ALL {
        assert!(config.tasks.iter().any(|task| task.section == section), "{section}");
    }
    let database = config.database.unwrap();
    let labels: Vec<_> = database.dialects.iter().map(|dialect| dialect.label.as_str()).collect();
    assert_eq!(labels, ["SQLite", "PostgreSQL"]);
    assert!(config.kubernetes.is_some() && !config.services.is_empty() && config.hooks.len() == 2);
}
