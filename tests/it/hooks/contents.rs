//! Files whose content git changes on its way, and files that are more than their content.

use super::site::{FORMATTER, Site};

#[test]
fn line_ends_stay_as_they_are_on_either_side() {
    for (autocrlf, attributes) in [
        ("true", ""),
        ("input", ""),
        ("false", ""),
        ("false", "* text eol=crlf"),
        ("false", "* text=auto eol=lf"),
        ("true", "* -text"),
    ] {
        let site = Site::new();
        site.base(&[(".gitattributes", attributes)]);
        site.git(&["config", "core.autocrlf", autocrlf]);
        site.git(&["config", "core.safecrlf", "false"]);
        for ending in ["\n", "\r\n"] {
            let when = format!("autocrlf={autocrlf} `{attributes}` {ending:?}");
            let ended =
                |lines: &[&str]| lines.iter().map(|line| format!("{line}{ending}")).collect::<String>();
            let path = format!("{}.txt", ending.len());
            site.stage(&path, ended(&["unfixed", "2", "3", "4", "5"]));
            let is_crlf = site.staged(&path).contains('\r');
            site.commit(&[]).exits(0);
            assert_eq!(site.head(&path).contains('\r'), is_crlf, "{when}");
            assert!(site.head(&path).starts_with("FIXED"), "{when}");
            assert_eq!(site.tree(&path), ended(&["FIXED", "2", "3", "4", "5"]), "{when}");
            assert_eq!(site.status(), "", "{when}");

            site.stage(&path, ended(&["unfixed again", "2", "3", "4", "5"]));
            site.write(&path, ended(&["unfixed again", "2", "3", "4", "unfixed 5"]));
            site.commit(&[]).exits(0);
            assert_eq!(site.tree(&path), ended(&["FIXED again", "2", "3", "4", "unfixed 5"]), "{when}");
            assert_eq!(site.head(&path).contains('\r'), is_crlf, "{when}");
            site.git(&["add", "."]);
            site.commit(&[]).exits(0);
        }
        site.is_in_order();
    }
}

#[test]
fn a_file_that_no_tool_has_changed_is_not_normalised() {
    let site = Site::new();
    site.base(&[("a.txt", "1\r\n2\r\n")]);
    site.git(&["config", "core.autocrlf", "true"]);
    site.stage("a.txt", "1\r\n2\r\n3\r\n");
    assert_eq!(site.staged("a.txt"), "1\r\n2\r\n3\r\n");
    site.commit(&[]).exits(0).never_says("staged the changes");
    assert_eq!(site.head("a.txt"), "1\r\n2\r\n3\r\n");
    site.stage("a.txt", "1\r\n2\r\nunfixed\r\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), "1\r\n2\r\nFIXED\r\n");
    assert_eq!(site.status(), "");
}

#[test]
fn attributes_are_those_that_are_staged() {
    let site = Site::new();
    site.base(&[("a.txt", "1\n2\n")]);
    site.write(".gitattributes", "*.txt text eol=crlf\n");
    site.stage("a.txt", "unfixed\n2\n");
    site.commit(&[]).exits(0);
    assert_eq!((site.head("a.txt").as_str(), site.tree("a.txt").as_str()), ("FIXED\n2\n", "FIXED\n2\n"));
    site.git(&["add", ".gitattributes"]);
    site.stage("a.txt", "unfixed\r\n2\r\n");
    site.commit(&[]).exits(0);
    assert_eq!((site.head("a.txt").as_str(), site.tree("a.txt").as_str()), ("FIXED\n2\n", "FIXED\r\n2\r\n"));
}

#[test]
fn filters_and_encodings() {
    let site = Site::new();
    // Outside of the repository everything is in capitals' stead: a filter that both sides can undo.
    site.tool("swap", "exec tr 'a-mn-z' 'n-za-m'");
    site.git(&["config", "filter.swap.clean", "swap"]);
    site.git(&["config", "filter.swap.smudge", "swap"]);
    site.git(&["config", "filter.swap.required", "true"]);
    site.base(&[(".gitattributes", "swapped.txt filter=swap\nwide.txt working-tree-encoding=UTF-16LE\n")]);
    site.stage("swapped.txt", "unfixed\n2\n3\n4\n5\n");
    site.write("swapped.txt", "unfixed\n2\n3\n4\nfive\n");
    assert!(site.staged("swapped.txt").starts_with("hasvkrq\n"));
    site.commit(&[]).exits(0);
    assert_eq!(site.tree("swapped.txt"), "FIXED\n2\n3\n4\nfive\n");
    assert_eq!(site.head("swapped.txt"), "FIXED\n2\n3\n4\n5\n");

    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    site.tool(
        "fixer",
        "for file; do iconv -f UTF-16LE -t UTF-8 \"$file\" | sed s/unfixed/FIXED/ > fixed && \
                        iconv -f UTF-8 -t UTF-16LE fixed > \"$file\"; rm fixed; done",
    );
    site.stage("wide.txt", wide("unfixed\nä\n"));
    site.commit(&[]).exits(0);
    assert_eq!(site.head("wide.txt"), "FIXED\n\u{c3}\u{a4}\n");
    assert_eq!(std::fs::read(site.path("wide.txt")).unwrap(), wide("FIXED\nä\n"));
    site.stage("wide.txt", wide("unfixed\n"));
    site.write("wide.txt", wide("something else\n"));
    site.commit(&[]).exits(1);
    assert_eq!(std::fs::read(site.path("wide.txt")).unwrap(), wide("something else\n"));
    site.is_in_order();
}

#[test]
fn pointers_to_large_files() {
    let site = Site::new();
    let store = site.env.outside().join("store").display().to_string();
    site.tool(
        "large",
        &format!(
            "set -e\nmkdir -p '{store}'\ncase $1 in\nclean) cat > '{store}/new' && id=$(sha256sum < '{store}/new' | cut -c1-64) && \
             mv '{store}/new' '{store}'/$id && echo \"pointer $id\" ;;\nsmudge) read -r word id && if [ \"$word\" = pointer ]; then cat '{store}'/$id; else echo $word; fi ;;\nesac"
        ),
    );
    site.git(&["config", "filter.large.clean", "large clean"]);
    site.git(&["config", "filter.large.smudge", "large smudge"]);
    site.git(&["config", "filter.large.required", "true"]);
    site.base(&[(".gitattributes", "*.txt filter=large\n")]);
    site.stage("a.txt", "unfixed\n2\n3\n4\n5\n");
    site.write("a.txt", "unfixed\n2\n3\n4\nfive\n");
    site.commit(&[]).exits(0);
    assert!(site.head("a.txt").starts_with("pointer "));
    assert_eq!(site.tree("a.txt"), "FIXED\n2\n3\n4\nfive\n");
    site.git(&["stash", "-q"]);
    assert_eq!(site.tree("a.txt"), "FIXED\n2\n3\n4\n5\n");
    site.is_in_order();
}

#[test]
fn links_and_modes() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let site = Site::new();
    site.base(&[("file.txt", "file\n"), ("target.txt", "target\n")]);
    symlink("target.txt", site.path("link.txt")).unwrap();
    std::fs::set_permissions(site.path("file.txt"), PermissionsExt::from_mode(0o755)).unwrap();
    site.git(&["add", "."]);
    site.stage("file.txt", "unfixed\n");
    site.commit(&[]).exits(0);
    assert_eq!(
        site.git(&["ls-tree", "--format=%(objectmode) %(path)", "HEAD", "file.txt", "link.txt"]),
        "100755 file.txt\n120000 link.txt\n"
    );
    assert_eq!(std::fs::metadata(site.path("file.txt")).unwrap().permissions().mode() & 0o777, 0o755);

    // A link becomes a file and a file becomes a link, one staged and one not.
    std::fs::remove_file(site.path("link.txt")).unwrap();
    site.stage("link.txt", "unfixed, and a file\n");
    std::fs::remove_file(site.path("file.txt")).unwrap();
    symlink("target.txt", site.path("file.txt")).unwrap();
    site.commit(&[]).exits(0);
    assert_eq!(site.head("link.txt"), "FIXED, and a file\n");
    assert_eq!(site.status(), " T file.txt\n");
    site.git(&["add", "."]);
    std::fs::remove_file(site.path("link.txt")).unwrap();
    symlink("target.txt", site.path("link.txt")).unwrap();
    site.commit(&[]).exits(0);
    assert_eq!(site.status(), " T link.txt\n");
    // What is staged as a file is fixed, whatever lies in its place.
    std::fs::remove_file(site.path("link.txt")).unwrap();
    site.stage("link.txt", "unfixed\n");
    std::fs::remove_file(site.path("link.txt")).unwrap();
    symlink("target.txt", site.path("link.txt")).unwrap();
    site.commit(&[]).exits(0);
    assert_eq!((site.head("link.txt").as_str(), site.tree("target.txt").as_str()), ("FIXED\n", "target\n"));
    assert_eq!(site.status(), " T link.txt\n");
    site.is_in_order();
}

#[test]
fn renamed_deleted_and_meant_to_be_added() {
    let site = Site::new();
    site.base(&[("a.txt", "a\nunfixed\n"), ("b.txt", "b\n"), ("c.txt", "c\n"), ("d/e.txt", "unfixed e\n")]);
    site.git(&["mv", "a.txt", "renamed.txt"]);
    site.git(&["rm", "-q", "b.txt"]);
    site.git(&["rm", "-q", "--cached", "c.txt"]);
    site.git(&["rm", "-q", "-r", "d"]);
    site.write("b.txt", "unfixed, and made again\n");
    site.stage("d", "a file where a folder was\n");
    site.write("meant.txt", "unfixed, and only meant\n");
    site.git(&["add", "-N", "meant.txt"]);
    site.commit(&[]).exits(0);
    assert_eq!(site.head("renamed.txt"), "a\nFIXED\n");
    assert_eq!(site.tree("b.txt"), "unfixed, and made again\n");
    assert_eq!(site.tree("c.txt"), "c\n");
    assert_eq!(site.tree("meant.txt"), "unfixed, and only meant\n");
    assert_eq!(site.status(), " A meant.txt\n?? b.txt\n?? c.txt\n");
    site.git(&["add", "."]);
    site.git(&["rm", "-qf", "d"]);
    site.stage("d/e.txt", "unfixed, and a folder again\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("d/e.txt"), "FIXED, and a folder again\n");
    assert_eq!(site.status(), "");
    site.is_in_order();
}

#[test]
fn submodules_stay_as_they_are() {
    let site = Site::new();
    site.git(&["init", "-q", "../sub"]);
    site.write("../sub/a.txt", "unfixed\n");
    site.git_in("../sub", &["add", "."]);
    site.git_in("../sub", &["commit", "-qm", "sub"]);
    site.git(&["submodule", "--quiet", "add", "../sub", "sub"]);
    site.git(&["config", "submodule.recurse", "true"]);
    site.stage("a.txt", "unfixed\n");
    site.commit(&[]).exits(0);
    site.write("sub/a.txt", "edited in the submodule\n");
    site.write("sub/new.txt", "unfixed\n");
    site.stage("a.txt", "unfixed again\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), "FIXED again\n");
    assert_eq!(
        (site.tree("sub/a.txt").as_str(), site.tree("sub/new.txt").as_str()),
        ("edited in the submodule\n", "unfixed\n")
    );
    site.git_in("sub", &["add", "."]);
    site.git_in("sub", &["commit", "-qm", "in the submodule"]);
    site.git(&["add", "sub"]);
    site.stage("a.txt", "unfixed 3\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.status(), "");
    site.is_in_order();
}

#[test]
fn an_index_of_any_kind() {
    for (words, init) in [
        (&["update-index", "--split-index"][..], &[][..]),
        (&["update-index", "--index-version", "4"], &[]),
        (&["update-index", "--untracked-cache"], &[]),
        (&["config", "core.fsmonitor", "fsmonitor"], &[]),
        (&["config", "core.ignoreStat", "false"], &["--object-format=sha256"]),
        (&["config", "core.ignoreStat", "false"], &["--ref-format=reftable"]),
        (&["config", "core.ignoreStat", "false"], &["--separate-git-dir=../elsewhere"]),
    ] {
        let site = Site::unborn(FORMATTER, &[]);
        if !init.is_empty() {
            std::fs::remove_dir_all(site.path(".git")).unwrap();
            if site.try_git(&[&["init", "-q"], init].concat()).code != 0 {
                continue;
            }
            let hooks = site.git(&["rev-parse", "--git-path", "hooks"]);
            site.hook_in(hooks.trim());
        }
        site.tool("fsmonitor", "printf 'token\\0/\\0'");
        site.tool("fixer", "git status --short && sed -i s/unfixed/FIXED/ -- \"$@\" && git add -- \"$@\"");
        site.base(&[("a.txt", "1\n2\n3\n4\n5\n"), ("onramp.toml", &site.tree("onramp.toml"))]);
        site.git(words);
        site.status();
        for round in ["first", "second"] {
            site.stage("a.txt", format!("unfixed {round}\n2\n3\n4\n5\n"));
            site.write("a.txt", format!("unfixed {round}\n2\n3\n4\nfive {round}\n"));
            site.commit(&[]).exits(0).says("staged the changes of a.txt");
            assert_eq!(site.head("a.txt"), format!("FIXED {round}\n2\n3\n4\n5\n"), "{words:?} {init:?}");
            assert_eq!(
                site.tree("a.txt"),
                format!("FIXED {round}\n2\n3\n4\nfive {round}\n"),
                "{words:?} {init:?}"
            );
            assert_eq!(site.status(), " M a.txt\n", "{words:?} {init:?}");
        }
        site.is_in_order();
    }
}

#[test]
fn a_sparse_checkout() {
    for mode in ["--cone", "--no-cone"] {
        let site = Site::new();
        site.base(&[("in/a.txt", "a\n"), ("out/b.txt", "b\n"), ("top.txt", "top\n")]);
        let patterns = if mode == "--cone" { &["in"][..] } else { &["/in/", "/onramp.toml"] };
        site.git(&[&["sparse-checkout", "set", mode], patterns].concat());
        assert!(!site.path("out/b.txt").exists());
        site.stage("in/a.txt", "unfixed\n");
        site.commit(&[]).exits(0);
        assert_eq!(site.head("in/a.txt"), "FIXED\n", "{mode}");
        assert_eq!(site.head("out/b.txt"), "b\n", "{mode}");
        // What is staged without ever lying in the work tree.
        std::fs::write(site.env.outside().join("content"), "unfixed, and nowhere to be seen\n").unwrap();
        let id = site.git(&["hash-object", "-w", "../content"]);
        site.git(&["update-index", "--cacheinfo", &format!("100644,{},out/b.txt", id.trim())]);
        site.git(&["update-index", "--skip-worktree", "out/b.txt"]);
        site.commit(&[]).exits(0);
        assert_eq!(site.head("out/b.txt"), "FIXED, and nowhere to be seen\n", "{mode}");
        assert!(!site.path("out/b.txt").exists());
        assert_eq!(site.status(), "");
        site.is_in_order();
    }
}

#[test]
fn flags_of_the_index_stay() {
    let site = Site::new();
    site.base(&[("a.txt", "a\n"), ("b.txt", "b\n")]);
    site.stage("a.txt", "unfixed\n");
    site.git(&["update-index", "--assume-unchanged", "a.txt"]);
    site.git(&["update-index", "--skip-worktree", "b.txt"]);
    site.write("b.txt", "mine alone\n");
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), "FIXED\n");
    assert_eq!(site.tree("b.txt"), "mine alone\n");
    assert_eq!(site.git(&["ls-files", "-v", "a.txt", "b.txt"]), "h a.txt\nS b.txt\n");
}

#[test]
fn what_git_lfs_keeps_elsewhere_is_fixed_as_it_is() {
    let large = "[project]\nname = \"large\"\n\n[lint.large]\nbuiltin = [{ name = \"large-files\", max = \"1KiB\" }]\n";
    let hooks = FORMATTER.replace("pre-commit = [", "pre-commit = [\"lint:large\", ");
    let site = Site::with(&format!("{large}\n{hooks}"));
    if site.env.command("", ["git", "lfs", "version"]).code != 0 {
        return onramp_tests::skip("git-lfs is not installed");
    }
    site.git(&["lfs", "install", "--local", "--skip-smudge", "--force"]);
    site.git(&["config", "filter.lfs.smudge", "git-lfs smudge -- %f"]);
    site.git(&["config", "filter.lfs.process", "git-lfs filter-process"]);
    site.hook_in(".git/hooks");
    site.base(&[(".gitattributes", "large.txt filter=lfs diff=lfs merge=lfs -text\n")]);
    let lines = |first: &str, last: &str| format!("{first}\n{}{last}\n", "a line\n".repeat(2000));
    site.stage("large.txt", lines("unfixed", "last"));
    site.commit(&[]).exits(0);
    assert_eq!(site.tree("large.txt"), lines("FIXED", "last"));
    assert!(site.head("large.txt").starts_with("version https://git-lfs"), "{}", site.head("large.txt"));
    assert_eq!(site.status(), "");
    site.stage("large.txt", lines("unfixed again", "last"));
    site.write("large.txt", lines("unfixed again", "unfixed last"));
    site.commit(&[]).exits(0);
    assert_eq!(site.tree("large.txt"), lines("FIXED again", "unfixed last"));
    site.git(&["stash", "-q"]);
    assert_eq!(site.tree("large.txt"), lines("FIXED again", "last"));
    site.git(&["lfs", "fsck"]);
    site.is_in_order();
}
