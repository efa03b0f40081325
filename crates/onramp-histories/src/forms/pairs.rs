use std::collections::BTreeMap;

use super::read_sql;
use crate::Code;
use crate::chain::{Chain, Down, Entry, Script};
use crate::name::{Direction, Name};
use crate::sql;
use crate::walk::Listed;

/// Adds entries of which each has a file per direction. Files of one number belong together.
pub(super) fn add(chain: &mut Chain, files: &[(Name, &Listed)]) {
    // Where nothing says `up`, what does not say `down` leads up.
    let says_up = files.iter().any(|(name, _)| name.direction == Some(Direction::Up));
    let mut groups: BTreeMap<String, Vec<&(Name, &Listed)>> = BTreeMap::new();
    for file in files {
        if file.0.is_sql() && file.0.direction.is_none() && says_up {
            let why = "leads neither up nor down, unlike the others of this folder";
            chain.strays.push((file.1.path.clone(), why.to_owned()));
            continue;
        }
        groups.entry(file.0.number.key()).or_default().push(file);
    }
    for group in groups.into_values() {
        let (downs, ups): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|(name, _)| name.direction == Some(Direction::Down));
        let mut downs: Vec<Option<&(Name, &Listed)>> = downs.into_iter().map(Some).collect();
        let is_one = ups.len() == 1 && downs.len() == 1;
        for up in ups {
            let same = |down: &&mut Option<&(Name, &Listed)>| {
                down.is_some_and(|(name, _)| name.slug == up.0.slug || is_one)
            };
            let down = downs.iter_mut().find(same).and_then(Option::take);
            add_entry(chain, up, down);
        }
        for (name, file) in downs.into_iter().flatten() {
            let message = format!("nothing leads up that {} leads back from", name.number.text);
            chain.fault(Code::MissingUp, &file.path, None, message);
        }
    }
}

fn add_entry(chain: &mut Chain, up: &(Name, &Listed), down: Option<&(Name, &Listed)>) {
    let (name, file) = up;
    let mut entry = Entry {
        id: name.number.text.clone(),
        slug: name.slug.clone(),
        number: Some(name.number.clone()),
        separator: Some(name.separator.clone()),
        file: file.path.clone(),
        files: vec![file.path.clone()],
        down: if name.is_sql() { Down::Missing } else { Down::Unknown },
        ..Entry::default()
    };
    if name.is_sql() {
        let (script, is_empty) = script(chain, name, file);
        entry.is_empty = is_empty;
        entry.up.push(script);
    }
    if let Some((of_down, file)) = down {
        if of_down.slug != name.slug {
            let message = format!("is called `{}`, and what leads up `{}`", of_down.slug, name.slug);
            chain.fault(Code::PairNames, &file.path, None, message);
        }
        let (script, is_empty) = script(chain, of_down, file);
        entry.files.push(file.path.clone());
        entry.down = if is_empty { Down::Empty } else { Down::Present(script) };
    }
    chain.entries.push(entry);
}

/// The script of a file, and whether it does nothing.
pub(super) fn script(chain: &mut Chain, name: &Name, file: &Listed) -> (Script, bool) {
    let text = read_sql(chain, file);
    let by_text = text.as_ref().is_some_and(|text| crate::sections::begins_without_transaction(&text.text));
    let is_empty = text.is_some_and(|text| !text.is_cut && sql::is_empty(&text.text));
    (Script::whole(&file.path, name.no_transaction || by_text), is_empty)
}
