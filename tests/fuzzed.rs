//! What the fuzzer found, asked again: `fixtures/fuzzed/<target>/<what>` is an input that was once a crash, a hang or a
//! broken law of that target of `fuzz/`.

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::Path;
use std::time::Instant;

#[test]
fn nothing_is_found_twice() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzzed");
    let mut asked = 0;
    for target in fs::read_dir(root).expect("fixtures") {
        let folder = target.expect("a fixture").path();
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
        let (_, target) = fuzz::TARGETS.iter().find(|(target, _)| *target == name).expect("a target");
        for input in fs::read_dir(&folder).expect("inputs") {
            let path = input.expect("an input").path();
            println!("{}", path.display());
            let started = Instant::now();
            target(&fs::read(&path).expect("an input can be read"));
            assert!(started.elapsed().as_secs() < 20, "{} takes long", path.display());
            asked += 1;
        }
    }
    assert!(asked > 0);
}

#[test]
fn targets_are_listed() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut files: Vec<String> = fs::read_dir(targets)
        .expect("targets")
        .filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    files.sort_unstable();
    let names: Vec<&str> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(files, names, "the files of fuzz/fuzz_targets and the functions of fuzz/src");
}
