use onramp_core::TaskNode;

use super::*;

/// A task that declares some files by their full names.
#[derive(Clone, Debug, Default)]
struct Declared {
    whole: Vec<&'static str>,
    made: Vec<&'static str>,
    single: Vec<&'static str>,
    open: bool,
    out_of_sight: bool,
}

impl Declares for Declared {
    fn role(&self, path: &Path) -> Option<Role> {
        let has = |names: &[&str]| names.iter().any(|name| Path::new(name) == path);
        if has(&self.whole) {
            Some(Role::Whole)
        } else if has(&self.made) {
            Some(Role::Made)
        } else {
            has(&self.single).then_some(Role::Single)
        }
    }

    fn is_open(&self) -> bool {
        self.open
    }

    fn is_out_of_sight(&self) -> bool {
        self.out_of_sight
    }
}

fn id(name: impl ToString) -> TaskId {
    TaskId::new("task", name.to_string())
}

fn change(path: &str, concern: Concern) -> Change {
    Change { path: path.into(), aliases: Vec::new(), concern }
}

/// A graph of tasks, each with its needs and what it declares.
fn of(tasks: &[(&str, &[&str], Declared)]) -> (TaskGraph<()>, Vec<Declared>) {
    let node = |(name, needs, _): &(&str, &[&str], Declared)| TaskNode {
        id: id(name),
        needs: needs.iter().map(id).collect(),
        payload: (),
    };
    let declarations = tasks.iter().map(|(_, _, declared)| declared.clone()).collect();
    (TaskGraph::new(tasks.iter().map(node).collect()).unwrap(), declarations)
}

fn whole(names: &[&'static str]) -> Declared {
    Declared { whole: names.to_vec(), ..Declared::default() }
}

fn single(whole: &[&'static str], single: &[&'static str]) -> Declared {
    Declared { whole: whole.to_vec(), single: single.to_vec(), ..Declared::default() }
}

fn open() -> Declared {
    Declared { open: true, ..Declared::default() }
}

/// The causes as one reads them, `-` for none.
fn told(tasks: &[(&str, &[&str], Declared)], changes: &[Change]) -> Vec<String> {
    let (graph, declarations) = of(tasks);
    let causes = affected(&graph, &declarations, changes).causes;
    causes.iter().map(|cause| cause.as_ref().map_or("-".to_owned(), Cause::to_string)).collect()
}

#[test]
fn a_task_is_affected_by_its_files_and_by_what_it_needs() {
    let tasks = [
        ("top", &["middle"][..], whole(&[])),
        ("middle", &["bottom"], whole(&["m"])),
        ("bottom", &[], whole(&["b"])),
        ("other", &[], whole(&["o"])),
        ("open", &[], open()),
    ];
    let ordinary = |path| [change(path, Concern::Readers)];
    let told = |changes: &[Change]| told(&tasks, changes);
    assert_eq!(told(&[]), ["-"; 5]);
    assert_eq!(
        told(&ordinary("b")),
        ["it needs task:middle", "it needs task:bottom", "b changed", "-", "it declares no inputs"]
    );
    assert_eq!(
        told(&ordinary("m")),
        ["it needs task:middle", "m changed", "-", "-", "it declares no inputs"]
    );
    assert_eq!(told(&ordinary("o")), ["-", "-", "-", "o changed", "it declares no inputs"]);
}

#[test]
fn what_nobody_declares_affects_everything_unless_it_matters_to_nobody() {
    let tasks = [("a", &[][..], whole(&["a"])), ("b", &[], whole(&["b"])), ("open", &[], open())];
    let changes =
        [change("a", Concern::Readers), change("x", Concern::Readers), change("y", Concern::Readers)];
    let (graph, declarations) = of(&tasks);
    assert_eq!(affected(&graph, &declarations, &changes).undeclared, [Path::new("x"), Path::new("y")]);
    let undeclared = "x changed, which no task declares";
    assert_eq!(told(&tasks, &changes), ["a changed", undeclared, "it declares no inputs"]);
    assert_eq!(told(&tasks, &[change("x", Concern::Declared)]), ["-"; 3]);
    assert_eq!(told(&tasks, &[change("b", Concern::Declared)]), ["-", "b changed", "-"]);
    assert_eq!(
        told(&tasks, &[change("b", Concern::All)]),
        ["b changed", "b changed", "it declares no inputs"]
    );
}

#[test]
fn where_everything_is_affected_a_need_is_no_reason() {
    let tasks = [("top", &["bottom"][..], whole(&[])), ("bottom", &[], whole(&["b"]))];
    let undeclared = "x changed, which no task declares";
    assert_eq!(told(&tasks, &[change("x", Concern::Readers)]), [undeclared; 2]);
    let both = [change("x", Concern::Readers), change("b", Concern::Readers)];
    assert_eq!(told(&tasks, &both), ["it needs task:bottom", "b changed"]);
}

#[test]
fn what_a_task_makes_is_told_as_that_and_affects_it_as_a_whole() {
    let maker = Declared { made: vec!["out"], ..single(&[], &["one"]) };
    let tasks = [("maker", &[][..], maker), ("reader", &["maker"], whole(&["out"]))];
    let changes = [change("out", Concern::Readers)];
    assert_eq!(told(&tasks, &changes), ["out changed, which it makes", "out changed"]);
    let (graph, declarations) = of(&tasks);
    let changes = [change("one", Concern::Readers), change("out", Concern::Readers)];
    assert_eq!(affected(&graph, &declarations, &changes).files, [None, None]);
}

#[test]
fn another_name_of_a_file_is_as_good_as_its_own() {
    let linked = Change { aliases: vec!["link".into()], ..change("real", Concern::Readers) };
    let tasks = [("a", &[][..], whole(&["link"])), ("b", &[], whole(&["b"]))];
    assert_eq!(told(&tasks, &[linked]), ["link changed", "-"]);
}

#[test]
fn files_are_looked_at_one_by_one_only_if_nothing_else_is_new() {
    let files = |tasks: &[(&str, &[&str], Declared)], changes: &[&str]| {
        let (graph, declarations) = of(tasks);
        let changes: Vec<Change> = changes.iter().map(|path| change(path, Concern::Readers)).collect();
        affected(&graph, &declarations, &changes).files[0].clone().map(|files| files.len())
    };
    let need = ("need", &[][..], whole(&["need"]));
    let linter = ("linter", &["need"][..], single(&["settings"], &["one", "two", "three"]));
    let tasks = [linter, need];
    assert_eq!(files(&tasks, &["one", "two"]), Some(2));
    assert_eq!(files(&tasks, &["settings"]), None);
    assert_eq!(files(&tasks, &["one", "settings"]), None);
    assert_eq!(files(&tasks, &["one", "need"]), None);
    assert_eq!(files(&tasks, &["one", "undeclared"]), None);
    let mut away = single(&[], &["one"]);
    away.out_of_sight = true;
    assert_eq!(files(&[("away", &[], away)], &["one"]), None);
}

#[test]
fn what_cannot_be_seen_counts_as_changed() {
    let away = Declared { out_of_sight: true, ..whole(&["x"]) };
    let tasks = [("top", &["away"][..], whole(&[])), ("away", &[], away)];
    assert_eq!(told(&tasks, &[]), ["it needs task:away", "git does not look into its workspace"]);
}

/// Numbers that look random, the same each time: a linear congruential generator with Knuth's constants.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn some_of(&mut self, names: &[&'static str]) -> Vec<&'static str> {
        names.iter().copied().filter(|_| self.below(4) == 0).collect()
    }
}

#[test]
fn of_random_graphs_exactly_those_are_affected_that_stand_on_a_change() {
    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const TASKS: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
    let mut numbers = Numbers(20);
    for _ in 0..2000 {
        let count = 1 + numbers.below(TASKS.len());
        // Needs point to earlier tasks, so there is no circle; the order in the graph is another one.
        let needs: Vec<Vec<&str>> = (0..count)
            .map(|task| (0..task).filter(|_| numbers.below(4) == 0).map(|need| TASKS[need]).collect())
            .collect();
        let mut tasks: Vec<(&str, &[&str], Declared)> = Vec::new();
        for task in 0..count {
            let declared = match numbers.below(6) {
                0 => open(),
                1 => Declared { out_of_sight: numbers.below(4) == 0, ..Declared::default() },
                _ => single(&numbers.some_of(&NAMES), &numbers.some_of(&NAMES)),
            };
            tasks.insert(numbers.below(tasks.len() + 1), (TASKS[task], &needs[task], declared));
        }
        let concerns = [Concern::Readers, Concern::Readers, Concern::Declared, Concern::All];
        let concern = |numbers: &mut Numbers| {
            let kinds = if numbers.below(4) == 0 { 4 } else { 3 };
            concerns[numbers.below(kinds)]
        };
        let changed = numbers.some_of(&NAMES);
        let changes: Vec<Change> = changed.iter().map(|name| change(name, concern(&mut numbers))).collect();

        let (graph, declarations) = of(&tasks);
        let found = affected(&graph, &declarations, &changes);
        // The definition, word by word.
        let declares = |declared: &Declared, change: &Change| declared.role(&change.path).is_some();
        let everything = changes.iter().any(|change| match change.concern {
            Concern::All => true,
            Concern::Readers => !declarations.iter().any(|declared| declares(declared, change)),
            Concern::Declared => false,
        });
        let directly = |name: &str| {
            let (_, _, declared) = tasks.iter().find(|(task, _, _)| *task == name).unwrap();
            let by_file = changes.iter().any(|change| declares(declared, change));
            let by_any = declared.open && changes.iter().any(|change| change.concern != Concern::Declared);
            by_file || by_any || declared.out_of_sight
        };
        for (position, (name, _, _)) in tasks.iter().enumerate() {
            let mut stands_on = vec![*name];
            let mut next = 0;
            while next < stands_on.len() {
                let (_, needs, _) = tasks.iter().find(|(task, _, _)| *task == stands_on[next]).unwrap();
                stands_on.extend(needs.iter());
                next += 1;
            }
            let expected = everything || stands_on.iter().any(|task| directly(task));
            assert_eq!(found.causes[position].is_some(), expected, "{name} of {tasks:?} by {changes:?}");
            // A part of the files is enough only where no other reason is.
            if let Some(files) = &found.files[position] {
                let (_, _, declared) = &tasks[position];
                let reason = |change: &&Change| declared.role(&change.path) != Some(Role::Single);
                assert!(
                    !everything && !files.is_empty() && !stands_on[1..].iter().any(|task| directly(task))
                );
                assert!(
                    changes.iter().filter(|change| declares(declared, change)).filter(reason).count() == 0
                );
            }
        }
    }
}

#[test]
fn a_chain_of_100_000_tasks_is_followed() {
    let node = |number: usize| TaskNode {
        id: id(number),
        needs: if number == 0 { Vec::new() } else { vec![id(number - 1)] },
        payload: (),
    };
    let graph = TaskGraph::new((0..100_000).rev().map(node).collect()).unwrap();
    let mut declarations = vec![whole(&[]); 100_000];
    declarations[99_999] = whole(&["a"]);
    let found = affected(&graph, &declarations, &[change("a", Concern::Readers)]);
    assert!(found.causes.iter().all(Option::is_some));
}
