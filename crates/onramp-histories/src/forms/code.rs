use std::collections::BTreeMap;
use std::path::PathBuf;

use super::sql_files::numbered;
use super::{Promise, one_file, promise, releases};
use crate::chain::{Chain, Down, Entry, Form};
use crate::javascript::{Exports, Value};
use crate::number::Number;
use crate::text::Text;
use crate::walk::{Listed, Tree};

/// What the code of a migration says in each language, of which the first files of a folder must say something. JavaScript
/// and TypeScript are read by what they export.
const SIGNS: [(&str, &[&str]); 6] = [
    ("go", &["goose.", "Migrat", "migrat", "func Up", "func up"]),
    ("php", &["extends Migration", "extends AbstractMigration", "Migration"]),
    ("rs", &["MigrationTrait", "fn migration", "MigrationName", "fn up"]),
    ("rb", &["ActiveRecord::Migration", "Sequel.migration", "def change", "def up"]),
    (
        "py",
        &["def upgrade", "def migrate", "step(", "def up", "def apply", "def run_upgrade", "def run_create"],
    ),
    ("java", &["Migration", "Changelog"]),
];

/// The histories of code in a folder, one for each language. Nothing of it is run.
pub(crate) fn read(tree: &Tree, place: usize) -> Vec<Chain> {
    let folder = &tree.folders[place];
    if promise(tree, place) == Promise::None {
        return Vec::new();
    }
    let mut by_language: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for (name, file) in numbered(&folder.files).into_iter().filter(|(name, _)| !name.is_sql()) {
        let language = language(&name.ending);
        let mut entry = one_file::entry(&name, file);
        // These tools know a migration by its number, the others by its whole name.
        if !matches!(language, "go" | "rb" | "java") {
            entry.id = file.name.rsplit_once('.').map(|(stem, _)| stem.to_owned()).unwrap_or_default();
        }
        by_language.entry(language).or_default().push(entry);
    }
    for file in &folder.files {
        if let Some((language, entry)) = lettered(file) {
            by_language.entry(language).or_default().push(entry);
        }
    }
    let mut chains = Vec::new();
    for (language, entries) in by_language {
        let mut entries = dedup(entries);
        let first = entries.len().min(5);
        let says =
            |entry: &&Entry| if language == "ts" { exports(entry).is_some() } else { says(language, entry) };
        if entries.iter().take(first).filter(says).count() * 2 <= first {
            continue;
        }
        if language == "ts" {
            entries.iter_mut().for_each(read_exports);
        }
        chains.push(Chain { entries, ..Chain::new(&folder.path, Form::Code) });
    }
    chains
}

/// Whether code says something that migrations of its language say.
fn says(language: &str, entry: &Entry) -> bool {
    let signs = SIGNS.iter().find(|(of, _)| *of == language).map_or(&[][..], |(_, signs)| *signs);
    Text::read(&entry.file).is_ok_and(|text| signs.iter().any(|sign| text.text.contains(sign)))
}

/// What a migration in JavaScript or TypeScript exports; `None` where it is none. What was written is read rather than what a
/// compiler has made of it.
fn exports(entry: &Entry) -> Option<Exports> {
    let text = Text::read(entry.files.last().unwrap_or(&entry.file)).ok()?;
    Some(Exports::of(&text.text)).filter(|exports| exports.up.is_some() || exports.is_named)
}

/// Takes over what the code itself says about both ways.
fn read_exports(entry: &mut Entry) {
    let Some(exports) = exports(entry) else { return };
    entry.is_empty = exports.up == Some(Value::Nothing);
    entry.down = match exports.down {
        Some(Value::Code) => Down::Code,
        Some(Value::Nothing) => Down::Empty,
        Some(Value::Refusal) => Down::Irreversible,
        None if exports.may_have_down => Down::Unknown,
        None => Down::Missing,
    };
}

/// Histories of code whose folders are called after releases are one.
pub(crate) fn join_releases(chains: Vec<(usize, Chain)>) -> Vec<(usize, Chain)> {
    let mut of_folder: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    let release = |chain: &Chain| releases::release(&chain.folder.file_name()?.to_string_lossy());
    for (place, (_, chain)) in chains.iter().enumerate() {
        let above = chain.folder.parent().filter(|_| chain.form == Form::Code && release(chain).is_some());
        if let Some(above) = above {
            of_folder.entry(above.to_owned()).or_default().push(place);
        }
    }
    let folders: BTreeMap<usize, PathBuf> = of_folder
        .into_iter()
        .filter(|(_, places)| places.len() > 1)
        .flat_map(|(folder, places)| places.into_iter().map(move |place| (place, folder.clone())))
        .collect();
    let mut joined: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let mut kept: Vec<(usize, Chain)> = Vec::new();
    for (place, (folder, mut chain)) in chains.into_iter().enumerate() {
        let Some(above) = folders.get(&place) else {
            kept.push((folder, chain));
            continue;
        };
        let (release, name) =
            (release(&chain), chain.folder.file_name().map(|name| name.to_string_lossy().into_owned()));
        for entry in &mut chain.entries {
            entry.number = release.as_ref().zip(entry.number.take()).map(|(release, own)| release.with(&own));
            entry.id = format!("{}/{}", name.as_deref().unwrap_or_default(), entry.id);
        }
        match joined.get(above) {
            Some(first) => {
                let first: &mut Chain = &mut kept[*first].1;
                first.entries.extend(chain.entries);
                first.strays.extend(chain.strays);
                first.faults.extend(chain.faults);
            }
            None => {
                joined.insert(above.clone(), kept.len());
                kept.push((folder, Chain { folder: above.clone(), ..chain }));
            }
        }
    }
    kept
}

/// Languages that compile to one another are one.
fn language(ending: &str) -> &'static str {
    match ending {
        "go" => "go",
        "php" => "php",
        "rs" => "rs",
        "rb" => "rb",
        "py" => "py",
        "kt" | "cs" | "java" => "java",
        _ => "ts",
    }
}

/// Names with letters in front: `m20220101_000001_create_table.rs` of SeaORM, `Version20240101.php` of Doctrine,
/// `Migration20240101.ts` of MikroORM.
fn lettered(file: &Listed) -> Option<(&'static str, Entry)> {
    let (language, stem) = match file.name.rsplit_once('.')? {
        (stem, "rs") => ("rs", stem.strip_prefix('m')?),
        (stem, "php") => ("php", stem.strip_prefix("Version")?),
        (stem, "ts" | "js" | "mjs" | "cjs") => ("ts", stem.strip_prefix("Migration")?),
        _ => return None,
    };
    let time: String = stem.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '_').collect();
    let time = time.trim_end_matches('_');
    let number = Number::of_digits(time).filter(|number| number.is_time())?;
    Some((
        language,
        Entry {
            id: file.name.rsplit_once('.').map(|(stem, _)| stem.to_owned()).unwrap_or_default(),
            slug: stem[time.len()..].trim_start_matches('_').to_owned(),
            number: Some(number),
            file: file.path.clone(),
            files: vec![file.path.clone()],
            ..Entry::default()
        },
    ))
}

/// What a compiler has made of a file lies beside it, with the same name but for the ending.
fn dedup(entries: Vec<Entry>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match kept.last_mut().filter(|last| last.file.with_extension("") == entry.file.with_extension("")) {
            Some(last) => last.files.push(entry.file),
            None => kept.push(entry),
        }
    }
    kept
}
