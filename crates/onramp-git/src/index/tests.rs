use super::*;

/// An index of version 2 with an entry for each name and stage, as git would write it.
fn index(names: &[(&str, u16)], extensions: &[u8]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02".to_vec();
    bytes.extend(u32::try_from(names.len()).unwrap().to_be_bytes());
    for (name, stage) in names {
        let begin = bytes.len();
        for number in [1, 2, 3, 4, 5, 6, 0o100644, 8, 9, 10u32] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend([7; 20]);
        bytes.extend((u16::try_from(name.len()).unwrap() | (stage << 12)).to_be_bytes());
        bytes.extend(name.as_bytes());
        bytes.push(0);
        while !(bytes.len() - begin).is_multiple_of(8) {
            bytes.push(0);
        }
    }
    bytes.extend(extensions);
    bytes.extend([0; 20]);
    bytes
}

fn error(bytes: &[u8]) -> String {
    parse::entries(bytes).unwrap_err().to_string()
}

#[test]
fn every_field_has_its_place() {
    let entries = parse::entries(&index(&[("a", 0), ("b/c", 1), ("b/c", 3)], b"TREE\0\0\0\x02xx")).unwrap();
    let paths: Vec<_> = entries.iter().map(|entry| (entry.path.to_str().unwrap(), entry.stage)).collect();
    assert_eq!(paths, [("a", 0), ("b/c", 1), ("b/c", 3)]);
    let Entry { changed, modified, inode, size, object, .. } = &entries[0];
    assert_eq!(*changed, Time { seconds: 1, nanoseconds: 2 });
    assert_eq!(*modified, Time { seconds: 3, nanoseconds: 4 });
    assert_eq!((*inode, *size, object.to_string()), (6, 10, "07".repeat(20)));
}

#[test]
fn what_cannot_be_relied_on_is_refused() {
    let good = [("a", 0), ("b", 0)];
    for (bytes, says) in [
        (b"PACK".to_vec(), "no index"),
        (index(&good, b"link\0\0\0\x01x"), "split"),
        (index(&good, b"sdir\0\0\0\0"), "sparse"),
        (index(&good, b"zzzz\0\0\0\0"), "must be understood"),
        (index(&good, b"TREE\xff\xff\xff\xff"), "ends too early"),
        (index(&good, b"TREE\0\0\0\x05"), "reaches into the digest"),
        (index(&[("b", 0), ("a", 0)], b""), "not sorted"),
        (index(&[("a", 0), ("a", 0)], b""), "not sorted"),
        (index(&[("a", 1), ("a", 0)], b""), "not sorted"),
        (index(&[("../a", 0)], b""), "leads out"),
        (index(&[("/a", 0)], b""), "leads out"),
        (index(&[("a/.GIT/config", 0)], b""), "leads out"),
        (index(&[("", 0)], b""), "split"),
    ] {
        let error = error(&bytes);
        assert!(error.contains(says), "{error}, not: {says}");
    }
    let mut newer = index(&good, b"");
    newer[7] = 5;
    assert!(error(&newer).contains("version"));
    let mut countless = index(&good, b"");
    countless[8..12].copy_from_slice(&u32::MAX.to_be_bytes());
    assert!(error(&countless).contains("more entries than bytes"));
}

#[test]
fn a_name_longer_than_its_flags_can_tell_is_read() {
    let long = "x".repeat(5000);
    let mut bytes = index(&[("short", 0)], b"");
    bytes[11] = 2;
    let end = bytes.len() - 20;
    let mut entry = index(&[(&long[..4095], 0)], b"")[12..].to_vec();
    // Put in by hand, because the length of the name does not fit.
    let name = 62..62 + 4095;
    entry.splice(name, long.bytes());
    entry.truncate(62 + 5000);
    entry.push(0);
    entry.resize(entry.len().next_multiple_of(8), 0);
    entry.extend([0; 20]);
    bytes.splice(end.., entry);
    let entries = parse::entries(&bytes).unwrap();
    assert_eq!(entries[1].path.to_str().unwrap(), long);
}

#[test]
fn a_file_is_found_among_those_that_sort_around_it() {
    // A byte below and one above the separator of folders.
    let names = [("a-b", 0), ("a/b", 0), ("a0b", 0), ("c", 2), ("c", 3)];
    let entries = parse::entries(&index(&names, b"")).unwrap();
    let index = Index { entries, modified: Time { seconds: 3, nanoseconds: 5 } };
    for (name, _) in &names[..3] {
        assert_eq!(index.get(Path::new(name)).unwrap().path, Path::new(name));
    }
    assert!(index.get(Path::new("a")).is_none());
    assert!(index.get(Path::new("c")).is_none(), "a conflict has no content");
    assert!(!index.is_racy(&index.entries[0]), "it was written a nanosecond later");
    let same = Index { modified: Time { seconds: 3, nanoseconds: 4 }, ..index };
    assert!(same.is_racy(&same.entries[0]));
}
