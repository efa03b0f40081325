use super::super::site::{Server, Site, kill};
use super::{MIGRATE, fails, is_over};

/// The steps of PostgreSQL at which something dies.
const STEPS: [&str; 2] = ["load models", "generate again"];

#[test]
fn a_server_that_dies() {
    for (server, saying) in [
        (Server::Local, "the server has ended: it was killed by signal 9 (SIGKILL)"),
        (Server::Warm, "does not answer any more"),
    ] {
        let Some(site) = Site::new(server) else { return };
        let before = site.snapshot();
        for step in STEPS {
            let mut run = site.start(&MIGRATE);
            run.wait_for(&format!("migrate:postgresql > {step}"));
            kill(&site.env, site.process(&["postgres -D "]));
            fails(&site, &before, run, saying).exits(4);
        }
        is_over(&site, &before);
    }
}

#[test]
fn a_container_that_is_killed() {
    for server in [Server::Container, Server::WarmContainer] {
        let Some(site) = Site::new(server) else { return };
        let before = site.snapshot();
        for step in STEPS {
            let mut run = site.start(&MIGRATE);
            run.wait_for(&format!("migrate:postgresql > {step}"));
            let [container] = site.containers().try_into().expect("one container");
            site.env.command("", ["docker", "kill", &container]).exits(0);
            fails(&site, &before, run, "Postgres: PostgreSQL: the ").exits(4);
        }
        is_over(&site, &before);
    }
}

#[test]
fn a_keeper_that_dies() {
    let Some(site) = Site::new(Server::Warm) else { return };
    let before = site.snapshot();
    for step in STEPS {
        let mut run = site.start(&MIGRATE);
        run.wait_for(&format!("migrate:postgresql > {step}"));
        kill(&site.env, site.process(&["keep-server"]));
        // The server goes on until another command finds that nobody keeps it.
        site.run(&["tasks"]).exits(0);
        fails(&site, &before, run, "does not answer any more").exits(4);
    }
    is_over(&site, &before);
}

#[test]
fn a_process_of_the_project_that_dies_is_started_again_and_not_for_ever() {
    let Some(site) = Site::new(Server::Warm) else { return };
    let before = site.snapshot();
    for dialect in ["sqlite", "postgresql"] {
        let alembic = ["bin/alembic", dialect];
        // The one that waits has the same command line, where one does by now.
        let waits = site.found(&alembic).unwrap_or(0);
        let mut run = site.start(&MIGRATE);
        run.wait_for(&format!("migrate:{dialect} > generate again"));
        kill(&site.env, site.process_but(&alembic, waits));
        run.wait_for(&format!("migrate:{dialect} > start over with a process for each step"));
        run.finish().exits(0);
        site.restore(&before);

        let mut run = site.start(&MIGRATE);
        run.wait_for(&format!("migrate:{dialect} > generate again"));
        kill(&site.env, site.process_but(&alembic, waits));
        run.wait_for(&format!("migrate:{dialect} > start over with a process for each step"));
        kill(&site.env, site.process_but(&alembic, waits));
        let run = run.finish().exits(1);
        assert!(run.stderr.contains(&format!("migrate:{dialect} failed: ")), "{}", run.stderr);
        assert_eq!(site.snapshot(), before);
    }
    is_over(&site, &before);
}
