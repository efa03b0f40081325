//! Random graphs and random edits: what a run with a cache leaves behind is what a run without one does.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use onramp_tests::TestEnv;

use super::task;
use crate::named;

/// A sequence of numbers that looks random and is the same each time: the generator of Knuth's MMIX.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// A task of a random graph: what it reads, and which earlier ones it needs.
#[derive(Clone)]
struct Node {
    inputs: Vec<usize>,
    needs: Vec<usize>,
    /// A part of its command, to be changed.
    word: usize,
    /// Whether it keeps only half of what it reads, so that some changes end there.
    is_lossy: bool,
}

fn graph(numbers: &mut Numbers, size: usize, files: usize) -> Vec<Node> {
    let node = |numbers: &mut Numbers, place: usize| Node {
        inputs: (0..1 + numbers.below(3)).map(|_| numbers.below(files)).collect(),
        needs: (0..numbers.below(3).min(place)).map(|_| numbers.below(place)).collect(),
        word: 0,
        is_lossy: numbers.below(3) == 0,
    };
    (0..size).map(|place| node(numbers, place)).collect()
}

fn configuration(nodes: &[Node]) -> String {
    let tasks = nodes.iter().enumerate().map(|(place, node)| {
        let list = |prefix: &str, numbers: &[usize], end: &str| {
            let mut names: Vec<String> = numbers.iter().map(|n| format!("\"{prefix}{n}{end}\"")).collect();
            names.sort();
            names.dedup();
            names.join(", ")
        };
        let reads: Vec<String> = node
            .inputs
            .iter()
            .map(|n| format!("in/f{n}"))
            .chain(node.needs.iter().map(|n| format!("out/t{n}")))
            .collect();
        let filter = if node.is_lossy { "| cut -c1-2" } else { "" };
        let shell = format!(
            "mkdir -p out; ( echo {}; cat {} 2>/dev/null; true ) {filter} > out/t{place}",
            node.word,
            reads.join(" ")
        );
        let rest = format!(
            "inputs = [{}]\noutputs = [\"out/t{place}\"]\nneeds = [{}]",
            list("in/f", &node.inputs, ""),
            list("build:t", &node.needs, "")
        );
        task("build", &format!("t{place}"), &shell, &rest)
    });
    named(&tasks.collect::<String>())
}

/// Each output with its content.
fn outputs(env: &TestEnv) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(env.root().join("out")).into_iter().flatten().flatten();
    let content = |entry: &fs::DirEntry| fs::read(entry.path()).unwrap_or_default();
    files.map(|entry| (entry.file_name().into(), content(&entry))).collect()
}

#[test]
fn a_run_with_a_cache_is_a_clean_run() {
    const FILES: usize = 5;
    for seed in 1..=6 {
        let mut numbers = Numbers(seed);
        let size = 3 + numbers.below(7);
        let mut nodes = graph(&mut numbers, size, FILES);
        let (cached, clean) = (crate::folder(), crate::folder());
        let write = |path: &str, text: &str| {
            cached.write(path, text);
            clean.write(path, text);
        };
        (0..FILES).for_each(|n| write(&format!("in/f{n}"), "0\n"));
        write("onramp.toml", &configuration(&nodes));
        for step in 0..8 {
            match numbers.below(6) {
                0 => {
                    let place = numbers.below(size);
                    nodes[place].word += 1;
                    write("onramp.toml", &configuration(&nodes));
                }
                1 => {
                    // Only where the cache is: what a clean run makes is not touched.
                    let file = cached.root().join(format!("out/t{}", numbers.below(size)));
                    drop(fs::remove_file(file));
                }
                2 => {
                    let name = format!("out/t{}", numbers.below(size));
                    if cached.has(&name) {
                        cached.write(&name, "tampered");
                    }
                }
                3 => {
                    let name = format!("in/f{}", numbers.below(FILES));
                    for env in [&cached, &clean] {
                        drop(fs::remove_file(env.root().join(&name)));
                    }
                }
                _ => write(&format!("in/f{}", numbers.below(FILES)), &format!("{}\n", numbers.below(3))),
            }
            cached.onramp(["build", "-q"]).exits(0);
            for state in ["out", ".onramp"] {
                drop(fs::remove_dir_all(clean.root().join(state)));
            }
            clean.onramp(["build", "-q"]).exits(0);
            assert_eq!(outputs(&cached), outputs(&clean), "seed {seed}, step {step}");
        }
    }
}
