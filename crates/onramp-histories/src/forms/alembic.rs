use super::{Promise, promise, read};
use crate::Code;
use crate::chain::{Chain, Down, Entry, Form};
use crate::python::RevisionFile;
use crate::walk::{Listed, Tree};

/// The Alembic history of a folder, if it has one. Parents may lie in other folders; that is looked after later.
pub(crate) fn read_folder(tree: &Tree, place: usize) -> Option<Chain> {
    let folder = &tree.folders[place];
    let is_revision = |file: &&Listed| {
        file.name.ends_with(".py") && !file.name.starts_with("__init__") && !file.name.starts_with(".#")
    };
    let files: Vec<&Listed> = folder.files.iter().filter(is_revision).collect();
    if files.is_empty() || promise(tree, place) == Promise::None {
        return None;
    }
    let mut chain = Chain::new(&folder.path, Form::Alembic);
    let mut others = Vec::new();
    for file in files {
        let Some(text) = read(&mut chain, file) else { continue };
        // Neither is a source read twice that has no revision in it, nor is anything of it told.
        if !text.text.contains("down_revision") {
            others.push((file, "has no top-level `revision`".to_owned()));
            continue;
        }
        match RevisionFile::parse(&text.text) {
            Ok(revision) => chain.entries.push(entry(revision, file)),
            Err(why) => others.push((file, why)),
        }
    }
    if chain.entries.len() < others.len() || chain.entries.is_empty() {
        return None;
    }
    check_names(&mut chain);
    for (file, why) in others {
        chain.strays.push((file.path.clone(), format!("Alembic loads it, and it {why}")));
    }
    for (other, what) in &folder.others {
        if other.name.ends_with(".py") {
            chain.fault(Code::Unreadable, &other.path, None, format!("cannot be read: it is {what}"));
        }
    }
    Some(chain)
}

fn entry(revision: RevisionFile, file: &Listed) -> Entry {
    let down = match (revision.downgrade_is_empty, revision.downgrade_raises) {
        (true, _) => Down::Empty,
        (_, true) => Down::Irreversible,
        _ => Down::Code,
    };
    Entry {
        slug: slug(&file.name, &revision.id),
        parents: revision.down,
        labels: revision.labels,
        file: file.path.clone(),
        files: vec![file.path.clone()],
        down,
        is_empty: revision.upgrade_is_empty,
        id: revision.id,
        ..Entry::default()
    }
}

/// What a file's name says beside the id and the time: names are made by a template that each project chooses.
fn slug(name: &str, id: &str) -> String {
    let stem = name.strip_suffix(".py").unwrap_or(name);
    let rest = match stem.find(id).filter(|_| !id.is_empty()) {
        Some(place) => {
            let (before, after) = (&stem[..place], &stem[place + id.len()..]);
            if after.trim_matches(['_', '-']).is_empty() { before } else { after }
        }
        None => stem,
    };
    let words = rest.split(['_', '-', '.']);
    let is_before =
        |word: &&str| word.is_empty() || is_id(word) || word.bytes().all(|byte| byte.is_ascii_digit());
    words.skip_while(is_before).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// Whether a word can be an id that Alembic has made up: it makes twelve hexadecimal digits.
fn is_id(word: &str) -> bool {
    let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (10..=12).contains(&word.len())
        && word.bytes().all(is_hexadecimal)
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Tells of files whose names have the id of another revision, where most have their own.
fn check_names(chain: &mut Chain) {
    let own = |entry: &Entry| {
        let name = entry.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let has_own = name.contains(&entry.id);
        let other = name.split(['_', '-', '.']).find(|word| is_id(word)).map(str::to_owned);
        (has_own, other.filter(|_| !has_own))
    };
    let told: Vec<(bool, Option<String>)> = chain.entries.iter().map(own).collect();
    if told.iter().filter(|(has_own, _)| *has_own).count() * 5 < told.len() * 4 {
        return;
    }
    for (place, (_, other)) in told.into_iter().enumerate() {
        if let Some(other) = other {
            let message = format!("is called after revision `{other}`, and is `{}`", chain.entries[place].id);
            let file = chain.entries[place].file.clone();
            chain.fault(Code::IdInName, &file, None, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_of_several_templates() {
        assert_eq!(
            slug("2022_04_25_135207_b75d279ba985_replace_version.py", "b75d279ba985"),
            "replace_version"
        );
        assert_eq!(slug("b75d279ba985_.py", "b75d279ba985"), "");
        assert_eq!(slug("0012_1_2_0_add_a_table.py", "ab12"), "add_a_table");
        assert_eq!(slug("add_a_ab12.py", "ab12"), "add_a");
        assert_eq!(slug("2023_09_25_121806_8167af8df781_remove.py", "05ea6f882b1d"), "remove");
    }
}
