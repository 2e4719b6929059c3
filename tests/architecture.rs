//! The arrows between the folders of `src/`: who may use whom. The table is that of `src/lib.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each folder (or file) of `src/` and what it may import from the crate.
const MAY_USE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("syntax", &["source", "diagnostic"]),
    ("workspace", &["source", "syntax", "diagnostic"]),
    ("catalog", &[]),
    ("spec", &["source", "syntax", "diagnostic", "catalog"]),
    ("resolve", &["source", "spec", "catalog", "diagnostic"]),
    ("emit", &["source", "resolve", "diagnostic"]),
    ("facts", &["source", "diagnostic", "syntax", "workspace", "catalog", "spec", "resolve"]),
    ("rules", &["source", "syntax", "facts", "catalog", "diagnostic"]),
    ("lint", &["source", "syntax", "workspace", "spec", "facts", "rules", "diagnostic"]),
    ("report", &["source", "diagnostic", "syntax", "rules", "lint"]),
    (
        "cli",
        &[
            "source",
            "diagnostic",
            "syntax",
            "workspace",
            "catalog",
            "spec",
            "resolve",
            "emit",
            "facts",
            "rules",
            "lint",
            "report",
        ],
    ),
];

/// The files of one folder, with their text.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.expect("src can be walked");
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path()).expect("sources are text");
            found.push((entry.path().display().to_string(), text));
        }
    }
    found
}

/// The names that follow `crate::` in code, not in comments.
fn imports(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => group.split(',').map(str::to_owned).collect(),
            None => vec![rest.to_owned()],
        })
        .map(|name| name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

#[test]
fn imports_go_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(&src).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if name == "lib" || name == "main" {
            continue;
        }
        let Some(allowed) = table.get(name.as_str()) else {
            wrong.push(format!("{name}: a folder that the table does not know"));
            continue;
        };
        for (file, text) in files(&path) {
            for import in imports(&text) {
                if import != name
                    && table.contains_key(import.as_str())
                    && !allowed.contains(&import.as_str())
                {
                    wrong.push(format!("{file}: uses {import}"));
                }
            }
        }
        seen.insert(name);
    }
    let missing: Vec<_> = table.keys().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "the table names folders that are gone: {missing:?}");
    assert!(wrong.is_empty(), "arrows that the table forbids:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_lives_there() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let silent: Vec<_> =
        files(&src).into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(file, _)| file).collect();
    assert!(silent.is_empty(), "no first line that says what lives there:\n{}", silent.join("\n"));
}

/// Only these may touch the disk: everything else is a function of what they read.
#[test]
fn two_places_touch_the_disk() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let wrong: Vec<_> = files(&src)
        .into_iter()
        .filter(|(file, _)| !file.contains("/workspace/") && !file.contains("/emit/write"))
        .filter(|(_, text)| {
            text.lines().any(|line| line.contains("std::fs") && !line.trim_start().starts_with("//"))
        })
        .map(|(file, _)| file)
        .collect();
    assert!(
        wrong.is_empty(),
        "reads or writes disk outside workspace/ and emit/write:\n{}",
        wrong.join("\n")
    );
}
