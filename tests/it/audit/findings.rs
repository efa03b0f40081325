use super::audited;

#[test]
fn what_is_read_and_written_comes_as_lines_to_paste() {
    let Some(env) = audited("[task.t]\nrun = \"sh work.sh\"\ninputs = [\"declared\"]\n") else { return };
    let env = env
        .file("work.sh", "cat declared 'it is \"ä\" [1]' > out.txt\ncd sub\ncat ../other > x\nmv x moved\ncat moved\ncat absent; rm -f absent\n(cd deep; cat file)\n")
        .file("declared", "")
        .file("other", "")
        .file("it is \"ä\" [1]", "")
        .file("sub/deep/file", "");
    let run = env.onramp(["run", "--audit", "t"]).exits(1);
    let expected = "\
task:t reads 4 files without declaring them
    it is \"ä\" [1]
    other
    sub/deep/file
    work.sh
task:t writes 2 files without declaring them
    out.txt
    sub/moved

# in [task.t] of onramp.toml, in place of its inputs and outputs:
inputs = [\"declared\", \"it is \\\"ä\\\" [[]1]\", \"other\", \"sub/deep/file\", \"work.sh\"]
outputs = [\"out.txt\", \"sub/moved\"]

looked for, and not there: sub/absent
not seen: environment variables, which are read without the system's knowledge
";
    // What the machine has in the way of locales and the like is none of this test's business.
    let lines = run.stdout.lines().filter(|line| !line.starts_with("outside the workspace: "));
    assert_eq!(lines.map(|line| format!("{line}\n")).collect::<String>(), expected);
}

#[test]
fn the_lines_declare_everything_when_they_are_pasted() {
    let task = "[task.t]\nrun = \"sh work.sh\"\n";
    let Some(env) = audited(task) else { return };
    let env = env
        .file("work.sh", "cat src/a.txt src/b.txt src/deep/c.txt '[x]' > /dev/null; mkdir -p dist; touch dist/a dist/b '{y}'\n")
        .file("src/a.txt", "")
        .file("src/b.txt", "")
        .file("src/deep/c.txt", "")
        .file("[x]", "");
    let run = env.onramp(["run", "--audit", "t"]).exits(1);
    let pasted: Vec<&str> = run.stdout.lines().filter(|line| line.contains(" = [")).collect();
    assert!(pasted[0].contains("\"src/**/*.txt\"") && pasted[1].contains("\"dist/**\""), "{pasted:?}");
    env.write("onramp.toml", &crate::named(&format!("{task}{}\n", pasted.join("\n"))));
    env.onramp(["run", "--audit", "t"]).exits(0).says("task:t declares all files that it reads and writes");
}

#[test]
fn paths_are_written_as_the_tasks_folder_sees_them() {
    let Some(env) = audited("[task.t]\ndir = \"ui\"\nrun = \"cat a ../b\"\n") else { return };
    let env = env.file("ui/a", "").file("b", "");
    env.onramp(["run", "--audit", "t"]).exits(1).says("inputs = [\"../b\", \"a\"]");
}

#[test]
fn modules_of_python_are_found_also_when_they_are_compiled() {
    let Some(env) = audited("[task.t]\nrun = \"python3 -m pack\"\n") else { return };
    let env = env
        .file(".gitignore", "__pycache__/\n.env\n")
        .file(".env", "")
        .file("pack/__init__.py", "")
        .file("pack/__main__.py", "from . import a, b\nopen('.env').read()\n")
        .file("pack/a.py", "")
        .file("pack/b.py", "");
    let first = env.onramp(["run", "--audit", "t"]).exits(1);
    let first = first
        .says("inputs = [\"pack/*.py\", \".env\"]")
        .says("caches written to, ignored by git: __pycache__ (");
    let second = env.onramp(["run", "--audit", "t"]).exits(1).says("inputs = [\"pack/*.py\", \".env\"]");
    assert_ne!(first.stdout, second.stdout, "the second one writes no cache");
    second.never_says("outputs = ");
}

#[test]
fn threads_and_children_that_run_at_once_are_told_apart() {
    let script = "import os, subprocess, threading\n\
        def work(n):\n    subprocess.run(['cat', 'f'], cwd=f'd{n}')\n\
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]\n\
        [t.start() for t in threads]; [t.join() for t in threads]\n\
        folder = os.open('d0', os.O_RDONLY)\nos.open('g', os.O_RDONLY, dir_fd=folder)\n";
    let Some(mut env) = audited("[task.t]\nrun = \"python3 many.py\"\ninputs = [\"many.py\"]\n") else {
        return;
    };
    env = env.file("many.py", script).file("d0/g", "");
    for number in 0..8 {
        env.write(&format!("d{number}/f"), "");
    }
    let run = env.onramp(["run", "--audit", "t", "--format", "json"]).exits(1);
    let answer: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    let files = serde_json::json!(["d0/f", "d0/g", "d1/f", "d2/f", "d3/f", "d4/f", "d5/f", "d6/f", "d7/f"]);
    assert_eq!(answer["reads"], files);
    assert_eq!((&answer["task"], &answer["declared"]), (&"task:t".into(), &false.into()));
    assert_eq!(answer["writes"], serde_json::json!([]));
}
