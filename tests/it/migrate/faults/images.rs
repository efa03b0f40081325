//! Images that are not there, or not what they should be, and no engine at all.

use super::super::site::{IMAGE, Server, Site};
use super::{MIGRATE, fails};

const UP: [&str; 3] = ["db", "up", "postgresql"];

/// A site with another image.
fn site(image: &str) -> Option<Site> {
    let site = Site::new(Server::Container)?;
    let configuration = site.env.read("onramp.toml").replace(IMAGE, image);
    site.env.write("onramp.toml", &configuration);
    Some(site)
}

#[test]
fn an_image_that_dies_at_its_start_is_told_with_its_last_lines() {
    let image = format!("onramp-test/dies-at-start:{}", std::process::id());
    let Some(site) = site(&image) else { return };
    let container = site.docker(&["create", IMAGE]).stdout;
    let container = container.trim();
    let entry = r#"ENTRYPOINT ["sh", "-c", "echo first words; echo the last words; exit 3"]"#;
    site.docker(&["commit", "--change", entry, container, &image]);
    site.docker(&["rm", container]);
    let before = site.snapshot();
    let saying = format!("`{image}`: the container ended with code 3");
    for command in [&MIGRATE[..], &UP] {
        let run = fails(&site, &before, site.start(command), &saying).exits(4);
        let run = run.says("    first words\n    the last words\n");
        run.says(&format!("hint: docker run --rm --env POSTGRES_PASSWORD=any {image}"));
        site.comes_to(&[], command[0]);
    }
    site.docker(&["rmi", &image]);
}

#[test]
fn an_absent_image_and_an_absent_engine_are_two_things() {
    let Some(mut site) = site("onramp-test/absent:1") else { return };
    let before = site.snapshot();
    for command in [&MIGRATE[..], &UP] {
        let run =
            fails(&site, &before, site.start(command), "pull the image `onramp-test/absent:1`").exits(4);
        run.says("hint: docker pull onramp-test/absent:1").never_says("no container engine");
        site.comes_to(&[], command[0]);
    }
    site.env.set_variable("DOCKER_HOST", "unix:///nowhere/engine.sock");
    for command in [&MIGRATE[..], &UP] {
        let run = fails(&site, &before, site.start(command), "no container engine answers").exits(4);
        let run = run.says("unix:///nowhere/engine.sock (from DOCKER_HOST): no socket");
        run.says("hint: unset DOCKER_HOST, or start the engine that it names").never_says("absent:1");
        site.comes_to(&[], command[0]);
    }
}
