use super::super::site::{Server, Site};
use super::{MIGRATE, fails, is_cleared, is_over, own_place};

const VERSIONS: &str = "src/flowline/migrations/versions/postgresql";

/// Whether a folder of the workspace can be written.
#[derive(Clone, Copy)]
enum Access {
    ReadOnly,
    Writable,
}

fn make(site: &Site, folder: &str, access: Access) {
    let script = match access {
        Access::ReadOnly => "cd / && mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"",
        Access::Writable => "cd / && umount \"$1\"",
    };
    let target = site.env.root().join(folder).display().to_string();
    site.start_command("", &["sh", "-c", script, "sh", target.trim_end_matches('/')]).finish().exits(0);
}

#[test]
fn a_tree_that_cannot_be_written_is_told_before_anything_is_started() {
    let Some(site) = own_place(Server::Local, "size=4g") else { return };
    std::fs::create_dir(site.root().join(".onramp")).expect("a folder");
    let before = site.snapshot();
    for (folder, saying) in [
        (VERSIONS, format!("Postgres: the versions folder [ROOT]/{VERSIONS} is on a read-only file system")),
        ("", "/versions/sqlite is on a read-only file system".to_owned()),
        (".onramp", "nothing can be written in [ROOT]/.onramp: ".to_owned()),
    ] {
        make(&site, folder, Access::ReadOnly);
        let run = site.run(&MIGRATE).exits(4);
        run.says(&saying).says("hint: findmnt --target '[ROOT]/").never_says("start database");
        make(&site, folder, Access::Writable);
        assert_eq!(site.snapshot(), before);
        site.comes_to(&[], folder);
    }
    is_over(&site, &before);
}

#[test]
fn a_history_that_becomes_read_only_in_the_middle_takes_the_other_one_back() {
    let Some(site) = own_place(Server::Local, "size=4g") else { return };
    let before = site.snapshot();
    let mut run = site.start(&MIGRATE);
    run.wait_for("migrate:postgresql > generate");
    make(&site, VERSIONS, Access::ReadOnly);
    let saying = format!("nothing can be written in [ROOT]/{VERSIONS}: nothing was published: ");
    fails(&site, &before, run, &saying).exits(4).says("hint: findmnt --target ");
    make(&site, VERSIONS, Access::Writable);
    is_cleared(&site);
}
