//! The order of the rooms: a room uses only rooms above it, in the program and in the entities.

use std::{collections::BTreeSet, fs, path::Path};

/// Nobody here knows a room.
const FRAME: [&str; 6] = ["app", "config", "db", "http", "jobs", "vault"];

/// The rooms in the only order in which one may use another.
const ROOMS: [&str; 18] = [
    "places",
    "media",
    "identity",
    "dossiers",
    "catalogue",
    "trace",
    "listings",
    "search",
    "payments",
    "market",
    "orders",
    "settlement",
    "recall",
    "scan",
    "federation",
    "insight",
    "site",
    "demo",
];

/// Codes of problems that look like ids of messages.
const CODES: [&str; 5] = [
    "wrong-code",
    "wrong-office",
    "wrong-passkey",
    "wrong-password",
    "wrong-second-factor",
];

/// Uses that the order forbids, as `place: what`.
fn forbidden(root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for file in rust_files(root) {
        let within = file.strip_prefix(root).unwrap();
        let user = within
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        let source = fs::read_to_string(&file).unwrap();
        for name in uses(&source) {
            // Tests beside the code may ask the whole site.
            let test = within
                .file_stem()
                .is_some_and(|name| name.to_string_lossy().starts_with("tests"));
            if !(allowed(&user, &name) || test && name == "routes") {
                faults.push(format!("{}: {user} uses {name}", within.display()));
            }
        }
    }
    faults
}

fn allowed(room: &str, used: &str) -> bool {
    let place = |name: &str| ROOMS.iter().position(|known| *known == name);
    match (place(room), place(used)) {
        // What knows all rooms is known by none, nor by the frame.
        _ if used == "routes" => place(room).is_none() && !FRAME.contains(&room),
        (_, None) => true,
        (Some(here), Some(there)) => there <= here,
        // The frame knows no room; the top (routes, main, lib) knows all.
        (None, Some(_)) => !FRAME.contains(&room),
    }
}

/// The first names behind `crate::` (and, at the head of a `use crate::{…}`, inside its braces).
fn uses(source: &str) -> BTreeSet<String> {
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            let mut fresh = true;
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => fresh = true,
                    c if depth == 1 && fresh && (c.is_alphanumeric() || c == '_') => word.push(c),
                    c if depth == 1 && c.is_whitespace() => {}
                    _ => fresh = false,
                }
                if (!fresh || c == ',' || depth == 0) && !word.is_empty() {
                    names.insert(std::mem::take(&mut word));
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            names.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

fn here(folder: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    assert_eq!(forbidden(&here("src")), Vec::<String>::new());
}

#[test]
fn a_rooms_tables_name_only_tables_of_rooms_above_it() {
    assert_eq!(forbidden(&here("entity/src")), Vec::<String>::new());
}

#[test]
fn the_test_finds_what_it_is_for() {
    let house = tempfile::tempdir().unwrap();
    let write = |path: &str, source: &str| {
        let file = house.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, source).unwrap();
    };
    write(
        "trace/mod.rs",
        "use crate::{app::App, catalogue::{Selling, category}, identity};\n",
    );
    write("listings/read.rs", "// use crate::scan;\nuse crate::trace::read;\n");
    assert_eq!(forbidden(house.path()), Vec::<String>::new());
    write(
        "trace/bad.rs",
        "use crate::{\n    app::App,\n    listings::publish,\n};\n",
    );
    write("places/bad.rs", "fn f() { crate::identity::sign_in(); }\n");
    write("http/bad.rs", "use crate::site::home;\n");
    write("scan/bad.rs", "use crate::routes;\n");
    write("scan/tests.rs", "use crate::routes;\n");
    assert_eq!(
        forbidden(house.path()).into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from([
            "http/bad.rs: http uses site".to_owned(),
            "places/bad.rs: places uses identity".to_owned(),
            "scan/bad.rs: scan uses routes".to_owned(),
            "trace/bad.rs: trace uses listings".to_owned(),
        ])
    );
}

#[test]
fn migrations_know_no_entity() {
    for file in rust_files(&here("migration/src")) {
        let source = fs::read_to_string(&file).unwrap();
        let mut words = source.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':')));
        assert!(!words.any(|word| word.starts_with("entity::")), "{}", file.display());
    }
}

#[test]
fn every_message_that_is_said_exists_in_both_languages() {
    let known = |language: &str| -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for entry in fs::read_dir(here("frontend/locales").join(language)).unwrap() {
            for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
                if let Some((id, _)) = line.split_once('=')
                    && line.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    // One id in two files brings down every answer that says anything.
                    assert!(ids.insert(id.trim().to_owned()), "{id} stands twice in {language}");
                }
            }
        }
        ids
    };
    let (vi, en) = (known("vi"), known("en"));
    assert_eq!(vi, en, "the two languages have the same ids");
    let said = [
        "wrong-",
        "problem-",
        "title-",
        "identity-say-",
        "listings-say-",
        "scan-say-",
        "catalogue-say-",
        "market-say-",
        "orders-say-",
    ];
    for file in rust_files(&here("src")) {
        for text in fs::read_to_string(&file).unwrap().split('"').skip(1).step_by(2) {
            let is_id = said
                .iter()
                .any(|start| text.starts_with(start) && text.len() > start.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(
                !is_id || vi.contains(text) || CODES.contains(&text),
                "{}: {text}",
                file.display()
            );
        }
    }
}
