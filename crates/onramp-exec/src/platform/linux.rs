use std::collections::HashSet;
use std::fs;

/// The fields of `/proc/PID/stat` that matter here.
struct Stat {
    pid: u32,
    state: char,
    parent: u32,
    session: u32,
    started: String,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        Some(Self {
            pid,
            state: fields.first()?.chars().next()?,
            parent: fields.get(1)?.parse().ok()?,
            session: fields.get(3)?.parse().ok()?,
            started: (*fields.get(19)?).to_owned(),
        })
    }

    /// A zombie has ended and only waits for its parent to notice.
    fn is_live(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }
}

pub(super) fn started(pid: u32) -> Option<String> {
    let stat = Stat::read(pid)?;
    stat.is_live().then_some(stat.started)
}

pub(super) fn members(leader: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let all: Vec<Stat> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(Stat::read)
        .collect();
    let mut family: HashSet<u32> =
        all.iter().filter(|stat| stat.session == leader || stat.pid == leader).map(|stat| stat.pid).collect();
    // A child may have a smaller number than its parent, so the search repeats until nothing is added.
    loop {
        let before = family.len();
        family.extend(
            all.iter().filter(|stat| family.contains(&stat.parent)).map(|stat| stat.pid).collect::<Vec<_>>(),
        );
        if family.len() == before {
            break;
        }
    }
    all.iter().filter(|stat| stat.is_live() && family.contains(&stat.pid)).map(|stat| stat.pid).collect()
}
