//! Files of which only a part is staged.

use super::site::{LINTER, Site};

const BASE: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
/// What is staged of it.
const STAGED: &str = "unfixed one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

/// A site with a file that is staged and then written anew.
fn site(unstaged: &str) -> Site {
    let site = Site::new();
    site.base(&[("a.txt", BASE), ("other.txt", "other\n")]);
    site.stage("a.txt", STAGED);
    site.write("a.txt", unstaged);
    site.write("other.txt", "unfixed, and not staged\n");
    site.write("new.txt", "unfixed, and not known\n");
    site
}

#[test]
fn a_fix_beside_what_is_not_staged_comes_into_both() {
    let site = site("unfixed one\ntwo\nthree\nfour\nfive\nsix\nunfixed seven\n");
    site.commit(&[]).exits(0).says("staged the changes of a.txt");
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.tree("a.txt"), "FIXED one\ntwo\nthree\nfour\nfive\nsix\nunfixed seven\n");
    assert_eq!(site.tree("other.txt"), "unfixed, and not staged\n");
    assert_eq!(site.tree("new.txt"), "unfixed, and not known\n");
    assert_eq!(site.status(), " M a.txt\n M other.txt\n?? new.txt\n");
    site.is_in_order();
}

#[test]
fn a_fix_of_what_is_changed_again_is_shown_and_taken_nowhere() {
    let site = site("unfixed, one and another\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    site.stage("good.txt", "unfixed\n");
    let before = site.tree("a.txt");
    site.commit(&[])
        .exits(1)
        .says("-unfixed one")
        .says("+FIXED one")
        .says("a.txt does not go together with what is not staged there")
        .says("hint: git diff -- a.txt");
    assert_eq!((site.tree("a.txt"), site.staged("a.txt")), (before, STAGED.to_owned()));
    assert_eq!(
        (site.tree("good.txt"), site.staged("good.txt")),
        ("FIXED\n".to_owned(), "FIXED\n".to_owned())
    );
    site.is_in_order();
    // What the hint leads to works.
    site.git(&["add", "a.txt"]);
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), "FIXED, one and another\ntwo\nthree\nfour\nfive\nsix\nseven\n");
}

#[test]
fn a_tool_that_stages_does_not_hide_what_does_not_go_together() {
    let site = site("unfixed, one and another\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    site.tool("fixer", "sed -i s/unfixed/FIXED/ -- \"$@\" && git add -- \"$@\"");
    let before = site.tree("a.txt");
    site.commit(&[]).exits(1).says("-unfixed one").says("+FIXED one");
    assert_eq!((site.tree("a.txt"), site.staged("a.txt")), (before, STAGED.to_owned()));
}

#[test]
fn a_binary_file_is_taken_whole_or_not_at_all() {
    let site = Site::new();
    site.tool("fixer", "for file; do printf 'fixed\\0\\n' > \"$file\"; done");
    site.stage("a.txt", b"\0staged\n");
    site.write("a.txt", b"\0written later\n");
    site.commit(&[]).exits(1).says("does not go together");
    assert_eq!(
        (site.tree("a.txt").as_str(), site.staged("a.txt").as_str()),
        ("\0written later\n", "\0staged\n")
    );
    site.git(&["add", "a.txt"]);
    site.commit(&[]).exits(0);
    assert_eq!((site.tree("a.txt"), site.head("a.txt")), ("fixed\0\n".to_owned(), "fixed\0\n".to_owned()));
}

#[test]
fn who_only_looks_sees_what_is_staged() {
    let site = Site::with(LINTER);
    site.tool("looker", "sed 's/^/looks: /' -- \"$@\"; exit 1");
    site.stage("a.txt", "staged\n");
    site.commit(&[]).exits(1).says("looks: staged").never_says("copy what is staged");
}

#[test]
fn who_only_looks_never_sees_what_is_not_staged() {
    let site = Site::with(LINTER);
    site.tool("looker", "sed 's/^/looks: /' -- \"$@\"; exit 1");
    site.stage("a.txt", "staged\n");
    site.write("a.txt", "written later\n");
    site.commit(&[]).exits(1).says("looks: staged").never_says("looks: written");
    assert_eq!((site.tree("a.txt").as_str(), site.staged("a.txt").as_str()), ("written later\n", "staged\n"));
}

#[test]
fn a_file_that_is_gone_from_the_work_tree_stays_gone() {
    let site = site(BASE);
    std::fs::remove_file(site.path("a.txt")).unwrap();
    site.commit(&[]).exits(0);
    assert_eq!(site.head("a.txt"), STAGED.replace("unfixed", "FIXED"));
    assert_eq!(site.status(), " D a.txt\n M other.txt\n?? new.txt\n");
}

#[test]
fn a_folder_that_has_become_a_link_leads_nowhere() {
    let site = Site::new();
    site.stage("folder/a.txt", "unfixed\n");
    std::fs::rename(site.path("folder"), site.env.outside().join("moved")).unwrap();
    std::os::unix::fs::symlink(site.env.outside().join("moved"), site.path("folder")).unwrap();
    site.commit(&[]).exits(0);
    assert_eq!(site.head("folder/a.txt"), "FIXED\n");
    assert_eq!(site.tree("folder/a.txt"), "unfixed\n");
}
