//! Several files in one input: each after a line `=== its/path`, or `=== its/path -> what/it/leads/to`.

use std::fs;
use std::path::{Path, PathBuf};

/// How many files there may be.
const MOST: usize = 24;

/// A file of an input.
pub struct Framed<'a> {
    /// Its path, which leads nowhere outside.
    pub path: PathBuf,
    /// What it holds.
    pub bytes: &'a [u8],
    /// Where it leads to, if it is a link.
    pub link: Option<PathBuf>,
}

/// The files of an input. What stands before the first line of that kind is `compose.yaml`.
pub fn files(data: &[u8]) -> Vec<Framed<'_>> {
    let mut files = Vec::new();
    let mut head: &[u8] = b"compose.yaml";
    let (mut from, mut at) = (0, 0);
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        if let Some(next) = line.strip_prefix(b"=== ") {
            files.extend(file(head, &data[from..at]));
            head = next;
            from = at + line.len();
        }
        at += line.len();
    }
    files.extend(file(head, &data[from..]));
    files.truncate(MOST);
    files
}

fn file<'a>(head: &[u8], bytes: &'a [u8]) -> Option<Framed<'a>> {
    let head = String::from_utf8_lossy(head);
    let (path, link) = head.split_once(" -> ").map_or((&*head, None), |(path, link)| (path, Some(link)));
    Some(Framed { path: clean(path)?, bytes, link: link.and_then(clean) })
}

/// A path without what leads out, or nowhere.
fn clean(path: &str) -> Option<PathBuf> {
    let parts = path.trim().split('/').filter(|part| !matches!(*part, "" | "." | "..") && part.len() < 60);
    let path: PathBuf = parts.filter(|part| !part.contains('\0')).take(6).collect();
    (path != Path::new("")).then_some(path)
}

/// A directory with the files of an input, gone when it is dropped.
pub struct Folder {
    /// Where it is, absolute.
    pub root: PathBuf,
}

impl Folder {
    /// A directory with these files: in memory, where the system has a place for that. What cannot be written (a file
    /// below a file) is not there.
    pub fn of(files: &[Framed<'_>]) -> Self {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let thread = std::thread::current().id();
        let folder = Self { root: parent.join(format!("specc-fuzz-{}-{thread:?}", std::process::id())) };
        let _ = fs::remove_dir_all(&folder.root);
        fs::create_dir_all(&folder.root).expect("a directory can be made");
        for file in files {
            let path = folder.root.join(&file.path);
            let _ = path.parent().map(fs::create_dir_all);
            let _ = match &file.link {
                None => fs::write(&path, file.bytes),
                Some(link) => leads(&folder.root.join(link), &path),
            };
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

#[cfg(unix)]
fn leads(there: &Path, path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(there, path)
}

#[cfg(not(unix))]
fn leads(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
}
