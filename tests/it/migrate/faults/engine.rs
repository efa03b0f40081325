//! A container engine that stops or hangs in the middle of a migrate.

use onramp_exec::Signal;
use onramp_tests::Line;

use super::super::site::{Server, Site, wait_until};
use super::{MIGRATE, fails, is_over};

/// A site whose commands reach the engine over a line.
fn site_with_line() -> Option<(Site, Line)> {
    let mut site = Site::new(Server::Container)?;
    let address = format!("unix://{}", site.env.outside().join("engine.sock").display());
    site.env.set_variable("DOCKER_HOST", &address);
    let line = line(&site);
    Some((site, line))
}

fn line(site: &Site) -> Line {
    let engine = site.engine.as_deref().expect("a container engine");
    Line::new(&site.env.outside().join("engine.sock"), engine)
}

/// Whether it is written that an engine was asked for a container.
fn asks_an_engine(site: &Site) -> bool {
    let leases = site.entries(".onramp/leases").into_iter();
    let mut texts = leases.map(|name| site.env.read(&format!(".onramp/leases/{name}")));
    texts.any(|text| text.contains("\nengine unix://"))
}

#[test]
fn an_engine_that_stops() {
    let Some((site, mut line)) = site_with_line() else { return };
    let before = site.snapshot();
    for step in ["start server", "generate"] {
        let mut run = site.start(&MIGRATE);
        run.wait_for(&format!("migrate:postgresql > {step}"));
        run.wait_until(|| asks_an_engine(&site));
        line.cut();
        // An engine that stops takes its containers with it, also one that does not run yet.
        for container in site.containers() {
            site.try_docker(&["kill", &container]);
        }
        let saying = if step == "start server" { "engine.sock" } else { "does not answer any more" };
        fails(&site, &before, run, saying).exits(4);
        // As long as it is away, nothing is forgotten of what it may still have.
        site.run(&["tasks"]).exits(0);
        assert!(asks_an_engine(&site), "{step}");
        let refused = site.run(&MIGRATE).exits(4).says("no container engine answers");
        refused
            .says("engine.sock (from DOCKER_HOST): no socket")
            .says("hint: unset DOCKER_HOST, or start the engine");
        assert_eq!(site.snapshot(), before);
        line = self::line(&site);
        // What it was still making when it stopped may come a moment later.
        wait_until(|| site.run(&["tasks"]).code == 0 && site.sight().is_empty());
    }
    is_over(&site, &before);
}

#[test]
fn an_engine_that_hangs() {
    let Some((site, mut line)) = site_with_line() else { return };
    let before = site.snapshot();
    // A run that has its answer already gives everything back; the next one may be caught in time.
    for _ in 0..5 {
        let mut run = site.start(&MIGRATE);
        run.wait_for("migrate:postgresql > start server");
        run.wait_until(|| asks_an_engine(&site));
        line.hold();
        // Nobody has to wait for it.
        run.signal(Signal::INT);
        run.finish().exits(130);
        assert_eq!(site.snapshot(), before);
        if asks_an_engine(&site) {
            break;
        }
        line.cut();
        line = self::line(&site);
    }
    assert!(asks_an_engine(&site), "it may have a container");
    let refused = site.run(&MIGRATE).exits(4).says("engine.sock (from DOCKER_HOST): no answer");
    refused.says("hint: sudo systemctl restart docker");
    assert_eq!(site.snapshot(), before);
    line.cut();
    let _line = self::line(&site);
    // What it was still making while it hung may come a moment later.
    wait_until(|| site.run(&["db", "down"]).code == 0 && site.sight().is_empty());
    is_over(&site, &before);
}
