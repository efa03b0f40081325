//! Ports that are taken. A server is given one that is free, so somebody has to be faster between the look and the start:
//! that is a stand-in's part, everything else is real.

use super::super::site::{Server, Site};
use super::{MIGRATE, fails, is_cleared};

/// Takes the port that the server is about to listen on, as often as the file says, and starts the server then.
const POSTGRES: &str = r#"#!/bin/sh
left=$(cat "{left}")
port=$(printf '%s\n' "$@" | sed -n 's/^port=//p')
if [ -n "$port" ] && [ "$left" -gt 0 ]; then
    echo $((left - 1)) >"{left}"
    python3 -c 'import os, socket, sys, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
open(sys.argv[2], "w").close()
# Until the server has seen it, and has ended.
while os.path.exists("/proc/" + sys.argv[3] + "/exe"):
    time.sleep(0.01)' "$port" "{taken}.$port" $$ >/dev/null 2>&1 &
    while [ ! -e "{taken}.$port" ]; do sleep 0.01; done
fi
exec "{folder}/postgres" "$@"
"#;

/// A site in which ports are taken so many times. The project's URL asks for one.
fn site(times: u32) -> Option<Site> {
    let site = Site::new(Server::Local)?;
    let folder = site.run(&["doctor", "--format", "json", "-v"]).stdout;
    let folder = folder.split(&[' ', '"', ','][..]).find(|word| word.ends_with("/bin") && has_server(word));
    let folder = folder.expect("the doctor names the server's programs").to_owned();
    let outside = site.env.outside().display().to_string();
    let (left, taken) = (format!("{outside}/left"), format!("{outside}/taken"));
    std::fs::write(&left, times.to_string()).expect("a file");
    let programs = site.env.outside().join("programs");
    std::fs::create_dir(&programs).expect("a folder");
    std::os::unix::fs::symlink(format!("{folder}/initdb"), programs.join("initdb")).expect("a link");
    let script = POSTGRES.replace("{left}", &left).replace("{taken}", &taken).replace("{folder}", &folder);
    site.env.write("../programs/postgres", &script);
    make_open(&programs.join("postgres"), 0o755);
    // The server's own user writes there, too.
    make_open(site.env.outside(), 0o777);
    make_open(std::path::Path::new(&left), 0o666);
    let overlay = site.env.read("onramp.local.toml");
    let overlay = overlay.replace("path = [", &format!("path = [\"{}\", ", programs.display()));
    site.env.write("onramp.local.toml", &overlay);
    Some(site)
}

fn has_server(folder: &str) -> bool {
    std::path::Path::new(folder).join("postgres").exists()
}

fn make_open(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn a_port_that_somebody_takes_first_is_no_reason_to_fail() {
    let Some(site) = site(2) else { return };
    let before = site.snapshot();
    site.run(&MIGRATE).exits(0);
    assert_eq!(std::fs::read_to_string(site.env.outside().join("left")).expect("a file").trim(), "0");
    site.restore(&before);
    site.comes_to(&[], "at the end");
}

#[test]
fn ports_that_are_always_taken_are_told() {
    let Some(site) = site(5) else { return };
    let before = site.snapshot();
    let run = fails(&site, &before, site.start(&MIGRATE), "is taken by another process").exits(4);
    run.says("port ").says("hint: ss --listening --tcp --processes 'sport = :");
    is_cleared(&site);
}
