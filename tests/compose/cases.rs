//! The hand-made cases, found by their names.
//!
//! - `fixtures/compose/<group>/<case>.yaml` is a case of one file: `-f <case>.yaml`, run in the group's directory.
//! - `fixtures/compose/<group>/<case>/` is a case of several. It is run in that directory or in the one named by its file
//!   `cwd`, with the arguments in its file `args`, if there is one.
//!
//! `<case>.exception`, or `exception` in the directory, says why the two programs do not agree on it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::project::fixtures;

/// One call of both programs.
pub struct Case {
    /// `<group>/<case>`.
    pub name: String,
    /// Where the programs are run.
    pub directory: PathBuf,
    /// The arguments of both.
    pub args: Vec<String>,
    /// Why the two do not agree.
    pub exception: Option<String>,
}

/// Every case, by name.
pub fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = entries(&fixtures().join("compose"))
        .into_iter()
        .filter(|group| group.is_dir())
        .flat_map(|group| entries(&group))
        .filter_map(|path| case(&path))
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn case(path: &Path) -> Option<Case> {
    let group = path.parent().expect("a case is in a group");
    let stem = path.file_stem()?.to_str()?;
    let name = format!("{}/{stem}", group.file_name()?.to_str()?);
    if path.is_dir() {
        return Some(Case {
            name,
            directory: path.join(words(&path.join("cwd")).unwrap_or_default()),
            args: words(&path.join("args"))
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            exception: words(&path.join("exception")),
        });
    }
    (path.extension()? == "yaml").then(|| Case {
        name,
        directory: group.to_path_buf(),
        args: vec!["-f".to_owned(), format!("{stem}.yaml")],
        exception: words(&path.with_extension("exception")),
    })
}

/// What stands in a small file, if it is there.
fn words(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    entries.map(|entry| entry.expect("fixtures can be read").path()).collect()
}
