use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{DialectSpec, EngineSpec, MigrateSpec, RowsPolicy};

/// The version of what a key stands for: a database at the head, with rows in it. Another way to make rows is another
/// version.
const FORM: &str = "onramp head 4";

/// The version of what is kept of a revision.
const FACTS: &str = "onramp facts 3";

/// The key of a database at the head: the server, how the engine is started, every file of the history, and `beside`, more
/// files that decide what the engine makes of it. Lower-case hexadecimal digits.
pub(crate) fn head_key(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    versions: &Path,
    beside: &[PathBuf],
    versions_of_engine: &str,
    server_version: &str,
    rows: &str,
) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut put = |part: &[u8]| {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    };
    let start = [&spec.url_env, &dialect.url].map(String::as_str);
    for part in
        [FORM, dialect.dialect.name(), server_version, versions_of_engine, rows].into_iter().chain(start)
    {
        put(part.as_bytes());
    }
    match &spec.engine {
        EngineSpec::Alembic(alembic) => {
            let commands = [&alembic.upgrade, &alembic.downgrade, &alembic.revision];
            let words = commands.into_iter().flatten().flatten().chain(&alembic.program);
            words.for_each(|word| put(word.as_bytes()));
        }
        EngineSpec::Command(command) => {
            put(b"command");
            command.upgrade.iter().for_each(|word| put(word.as_bytes()));
            put(format!("{:?}", command.tables).as_bytes());
        }
    }
    dialect.env.iter().for_each(|(name, value)| {
        put(name.as_bytes());
        put(value.as_bytes());
    });
    let mut files = Vec::new();
    list(versions, &mut files)?;
    for file in files {
        put(file.strip_prefix(versions).unwrap_or(&file).as_os_str().as_encoded_bytes());
        put(&fs::read(&file)?);
    }
    for file in beside {
        // One that is gone is as good as an empty one: another file, another key.
        put(&fs::read(file).unwrap_or_default());
    }
    Ok(hexadecimal(&digest.finalize()))
}

/// The key of what a revision does, for who asks no server: how the engine is started and on which server, the files of
/// the revision and of all that it follows, in order, and whether tables have rows in them.
pub(crate) fn facts_key(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    files: &[&Path],
    beside: &[PathBuf],
    versions_of_engine: &str,
    rows: RowsPolicy,
) -> io::Result<String> {
    let mut parts = vec![
        FACTS.as_bytes().to_vec(),
        env!("CARGO_PKG_VERSION").as_bytes().to_vec(),
        format!("{:?}", spec.engine).into_bytes(),
        format!("{:?}", (dialect.dialect, &dialect.url, &dialect.env, &dialect.server)).into_bytes(),
        versions_of_engine.as_bytes().to_vec(),
        format!("{rows:?}").into_bytes(),
    ];
    for file in files {
        parts.push(file.file_name().unwrap_or_default().as_encoded_bytes().to_vec());
        parts.push(fs::read(file)?);
    }
    parts.extend(beside.iter().map(|file| fs::read(file).unwrap_or_default()));
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    Ok(hexadecimal(&digest.finalize()))
}

/// One key from several texts.
pub(crate) fn joined_key(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part.as_bytes());
    }
    hexadecimal(&digest.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files below a folder in the order of their names, without compiled ones.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        match path.is_dir() {
            true if entry.file_name() == "__pycache__" => {}
            true => list(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}
