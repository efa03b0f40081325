//! Revisions that say in their files what they follow.

use std::collections::{BTreeMap, BTreeSet};

use onramp_core::Failure;

use super::{Planned, RebasedDialect, RebasedRevision, in_order, text};
use crate::branches::{Side, Survey, Surveyed};
use crate::history::RevisionFile;
use crate::journal::FileChange;
use crate::{DialectSpec, History, MigrateSpec};

/// Revisions of the branch that follow one another and nothing else of it.
struct Chain<'a> {
    revisions: Vec<&'a Surveyed>,
    head: &'a Surveyed,
    /// Those that follow what the other branch has.
    roots: Vec<&'a Surveyed>,
}

pub(super) fn plan(
    dialect: &DialectSpec,
    survey: &Survey,
    tree: &Side,
    theirs: &Side,
    spec: &MigrateSpec,
    dates: &mut BTreeMap<String, String>,
) -> Result<Planned, Failure> {
    let Some(files) = tree.files.get(&dialect.dialect) else { return Ok(Planned::default()) };
    let their_survey = theirs.of(spec, dialect.dialect);
    let older: BTreeSet<&str> = their_survey.ids();
    for (place, one) in survey.revisions.iter().enumerate() {
        if let Some(other) = survey.revisions[place + 1..].iter().find(|other| other.id == one.id) {
            let (one_file, other_file) = (one.file.display(), other.file.display());
            let message = format!("{one_file} and {other_file} have the same revision id `{}`", one.id);
            return Err(
                Failure::task(message).hint("give one of them another id, and what follows it that id")
            );
        }
    }
    let own: Vec<&Surveyed> =
        survey.revisions.iter().filter(|revision| !older.contains(revision.id.as_str())).collect();
    let own_ids: BTreeMap<String, String> =
        own.iter().map(|revision| (revision.id.clone(), revision.id.clone())).collect();
    let heads = survey.heads();
    if heads.len() < 2 {
        return Ok(Planned { own: own_ids, ..Planned::default() });
    }
    let base = base_head(survey, &older, &theirs.name)?;
    if own.is_empty() {
        let message = format!("{} has all of the {} heads itself", theirs.name, heads.len());
        return Err(Failure::task(message)
            .hint("name the branch that these go on top of: onramp migrate rebase --onto REF"));
    }
    let parsed = |revision: &Surveyed| {
        let source = String::from_utf8_lossy(files.get(&revision.file).map_or(&[][..], Vec::as_slice));
        RevisionFile::parse(&source)
            .map_err(|reason| Failure::task(format!("{} {reason}", revision.file.display())))
    };
    let mut chains = Vec::new();
    for chain in chains_of(&own, &older)? {
        let root = parsed(chain.roots[0])?;
        let key = root.message.as_deref().map(crate::history::slug).unwrap_or_default();
        // What is paired has one order in all dialects: that of the first.
        let date = dates.entry(key).or_insert_with(|| root.created.unwrap_or_default()).clone();
        let is_on_top = chain.roots.iter().all(|root| root.down == [base.id.clone()]);
        chains.push((!is_on_top, date, chain.head.id.clone(), chain));
    }
    chains.sort_by(|left, right| (left.0, &left.1, &left.2).cmp(&(right.0, &right.1, &right.2)));
    let mut planned = Planned { own: own_ids, ..Planned::default() };
    let mut moved: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut pending = files.clone();
    let mut target = base.id.clone();
    for (.., chain) in &chains {
        for root in &chain.roots {
            if root.down == [target.clone()] {
                continue;
            }
            if root.down.is_empty() && !parsed(root)?.labels.is_empty() {
                let message = format!(
                    "revision `{}` begins a history of its own, with a label, and is meant to have a head of its own",
                    root.id
                );
                return Err(Failure::task(message).hint("onramp migrate heads"));
            }
            let content = files.get(&root.file).cloned().unwrap_or_default();
            let changed = text::with_down(&content, &root.down, &target)
                .map_err(|reason| Failure::task(format!("{} {reason}", root.file.display())))?;
            pending.insert(root.file.clone(), changed.clone());
            planned.changes.push(FileChange {
                file: root.file.clone(),
                before: Some(content),
                after: Some(changed),
                like: None,
            });
            moved.insert(&root.id, root.down.clone());
        }
        target.clone_from(&chain.head.id);
    }
    let history = History::of_files(&spec.engine, &pending)?;
    if history.heads().len() != 1 {
        let message = format!("there would still be {} heads", history.heads().len());
        return Err(Failure::task(message).hint("onramp migrate heads"));
    }
    let ids: BTreeSet<String> = own.iter().map(|revision| revision.id.clone()).collect();
    let revisions = in_order(&history, &ids).into_iter().filter_map(|id| {
        let revision = history.get(&id)?;
        Some(RebasedRevision {
            old_id: None,
            down: revision.down.clone(),
            old_down: moved.get(id.as_str()).cloned(),
            files: revision.files.clone(),
            id,
        })
    });
    planned.rebased = Some(RebasedDialect {
        dialect: dialect.dialect,
        onto: base.id.clone(),
        revisions: revisions.collect(),
    });
    Ok(planned)
}

/// The one head of what the other branch has.
fn base_head<'a>(survey: &'a Survey, older: &BTreeSet<&str>, name: &str) -> Result<&'a Surveyed, Failure> {
    let theirs = || survey.revisions.iter().filter(|revision| older.contains(revision.id.as_str()));
    let followed: BTreeSet<&str> = theirs().flat_map(|revision| &revision.down).map(String::as_str).collect();
    let heads: Vec<&Surveyed> =
        theirs().filter(|revision| !followed.contains(revision.id.as_str())).collect();
    match heads.as_slice() {
        [head] => Ok(head),
        [] => {
            let message = format!("{name} has none of these revisions, so nothing can go on top of it");
            Err(Failure::task(message).hint("onramp migrate rebase --onto REF"))
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|head| head.id.as_str()).collect();
            let message = format!("{name} has {} heads itself: {}", several.len(), ids.join(", "));
            Err(Failure::task(message)
                .hint("rebase there first, or name another branch: onramp migrate rebase --onto REF"))
        }
    }
}

/// The branch's own revisions, taken apart into those that have to do with one another.
fn chains_of<'a>(own: &[&'a Surveyed], older: &BTreeSet<&str>) -> Result<Vec<Chain<'a>>, Failure> {
    let is_own = |id: &str| own.iter().any(|revision| revision.id == id);
    for revision in own {
        let (mine, others): (Vec<&String>, Vec<&String>) =
            revision.down.iter().partition(|down| is_own(down));
        if let (Some(mine), Some(other)) = (mine.first(), others.first()) {
            let message = format!(
                "revision `{}` joins `{mine}` of this branch with `{other}` of the other one",
                revision.id
            );
            let hint = format!(
                "git rm {}\nand let what follows it follow `{mine}`; then: onramp migrate rebase",
                revision.file.display()
            );
            return Err(Failure::task(message).hint(hint));
        }
        if mine.is_empty() && others.len() > 1 {
            let message = format!("revision `{}` joins several revisions of the other branch", revision.id);
            let hint = format!(
                "git rm {}\nand let what follows it follow one of them; then: onramp migrate rebase",
                revision.file.display()
            );
            return Err(Failure::task(message).hint(hint));
        }
        if let Some(unknown) = others.iter().find(|id| !older.contains(id.as_str())) {
            let message = format!("revision `{}` follows `{unknown}`, which does not exist", revision.id);
            return Err(Failure::task(message));
        }
    }
    let mut left: Vec<&Surveyed> = own.to_vec();
    let mut chains = Vec::new();
    while let Some(first) = left.pop() {
        let mut revisions = vec![first];
        let touches =
            |one: &Surveyed, other: &Surveyed| one.down.contains(&other.id) || other.down.contains(&one.id);
        while let Some(place) = left.iter().position(|one| revisions.iter().any(|known| touches(one, known)))
        {
            revisions.push(left.remove(place));
        }
        let is_followed =
            |revision: &Surveyed| revisions.iter().any(|other| other.down.contains(&revision.id));
        let mut heads: Vec<&Surveyed> =
            revisions.iter().copied().filter(|revision| !is_followed(revision)).collect();
        heads.sort_by_key(|head| &head.id);
        let [head] = heads.as_slice() else {
            let ids: Vec<&str> = heads.iter().map(|head| head.id.as_str()).collect();
            let files: Vec<String> = heads.iter().map(|head| head.file.display().to_string()).collect();
            let message = format!("the branch has {} heads of its own: {}", ids.len(), ids.join(", "));
            let hint = format!(
                "let one of them follow the other first, by its down_revision: {}",
                files.join(" or ")
            );
            return Err(Failure::task(message).hint(hint));
        };
        let roots =
            revisions.iter().copied().filter(|one| !one.down.iter().any(|down| is_own(down))).collect();
        chains.push(Chain { head, roots, revisions });
    }
    debug_assert_eq!(chains.iter().map(|chain| chain.revisions.len()).sum::<usize>(), own.len());
    Ok(chains)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use expect_test::{Expect, expect};
    use onramp_core::Dialect;

    use super::*;
    use crate::ledger::faults::spec;

    /// The files of revisions `id down more text`, in which `down` is as Python writes it.
    fn side(name: &str, revisions: &[&str]) -> Side {
        let files = revisions.iter().map(|revision| {
            let mut words = revision.splitn(3, ' ');
            let (id, down) = (words.next().unwrap(), words.next().unwrap());
            let rest = words.next().unwrap_or_default();
            let text = format!(
                "'''T {id}\n\nCreate Date: {id}\n'''\nrevision = '{id}'\ndown_revision = {down}\n{rest}\n"
            );
            (PathBuf::from(format!("{id}.py")), text.into_bytes())
        });
        let mut side = Side { name: name.to_owned(), ..Side::default() };
        side.files.insert(Dialect::Sqlite, files.collect());
        side
    }

    fn check(theirs: &[&str], own: &[&str], expected: Expect) {
        let spec = spec("", None);
        let tree = side("", &[theirs, own].concat());
        let theirs = side("main", theirs);
        let survey = tree.of(&spec, Dialect::Sqlite);
        let planned = plan(&spec.dialects[0], &survey, &tree, &theirs, &spec, &mut BTreeMap::new());
        let shown = match planned {
            Err(failure) => format!("{}\nhint: {}", failure.message, failure.hint.unwrap_or_default()),
            Ok(Planned { rebased: None, .. }) => "nothing".to_owned(),
            Ok(Planned { rebased: Some(rebased), changes, .. }) => {
                let line = rebased.revisions.iter().map(|one| format!("{}<-{}", one.id, one.down.join("+")));
                format!("{}, {} changed", line.collect::<Vec<_>>().join(" "), changes.len())
            }
        };
        expected.assert_eq(&shown);
    }

    const MAIN: [&str; 3] = ["a None", "b 'a'", "c 'b'"];

    #[test]
    fn chains_go_on_top_one_after_the_other() {
        check(&MAIN, &[], expect!["nothing"]);
        check(&MAIN, &["x 'c'"], expect!["nothing"]);
        check(&MAIN, &["x 'a'", "y 'x'"], expect!["x<-c y<-x, 1 changed"]);
        check(&MAIN, &["x 'b'", "w 'a'"], expect!["w<-c x<-w, 2 changed"]);
        // What is on top already stays there.
        check(&MAIN, &["x 'c'", "w 'a'"], expect!["x<-c w<-x, 1 changed"]);
        // A fork that is joined again on the same side goes as a whole.
        check(&MAIN, &["x 'a'", "y 'a'", "z ('x', 'y')"], expect!["x<-c y<-c z<-x+y, 2 changed"]);
        check(&MAIN, &["x None"], expect!["x<-c, 1 changed"]);
    }

    #[test]
    fn what_has_no_one_order_is_refused() {
        check(
            &MAIN,
            &["x 'a'", "y 'x'", "z 'x'"],
            expect![[r#"
                the branch has 2 heads of its own: y, z
                hint: let one of them follow the other first, by its down_revision: y.py or z.py"#]],
        );
        check(
            &MAIN,
            &["x 'a'", "y ('x', 'b')"],
            expect![[r#"
                revision `y` joins `x` of this branch with `b` of the other one
                hint: git rm y.py
                and let what follows it follow `x`; then: onramp migrate rebase"#]],
        );
        check(
            &["a None", "b 'a'", "c 'a'"],
            &["x 'b'"],
            expect![[r#"
                main has 2 heads itself: b, c
                hint: rebase there first, or name another branch: onramp migrate rebase --onto REF"#]],
        );
        check(
            &MAIN,
            &["x None branch_labels = ('own',)"],
            expect![[r#"
                revision `x` begins a history of its own, with a label, and is meant to have a head of its own
                hint: onramp migrate heads"#]],
        );
        check(
            &[],
            &["x None", "y None"],
            expect![[r#"
                main has none of these revisions, so nothing can go on top of it
                hint: onramp migrate rebase --onto REF"#]],
        );
    }
}
