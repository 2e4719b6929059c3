//! Reading one file, with words for everything that can be in the way.

use super::codes;
use crate::diagnostic::{Diagnostic, words};
use crate::source::{SourceId, Sources};
use std::fs::{self, FileType};
use std::io::{self, Read};
use std::path::Path;

/// How many bytes a file may have. Spans count in 32 bits, and nothing that people write is near this.
pub const SIZE_LIMIT: u64 = 256 << 20;

/// Reads the text at `path`, which is also the path that is shown.
pub fn read(sources: &mut Sources, path: &Path) -> Result<SourceId, Diagnostic> {
    read_as(sources, path, path)
}

/// Reads the text at `path`, and shows it as `shown`.
pub(super) fn read_as(sources: &mut Sources, path: &Path, shown: &Path) -> Result<SourceId, Diagnostic> {
    text(path, shown).map(|text| sources.add(shown, text))
}

/// The text at `path`, which messages call `shown`.
pub(super) fn text(path: &Path, shown: &Path) -> Result<String, Diagnostic> {
    let about = fs::metadata(path).map_err(|error| unread(path, shown, &error))?;
    // Before it is opened: opening a pipe waits for somebody to write to it.
    if about.is_dir() {
        return Err(fault(&codes::FILE_IS_DIRECTORY, shown, "is a directory, not a file"));
    }
    if !about.is_file() {
        let kind = kind(about.file_type());
        return Err(fault(&codes::FILE_NOT_REGULAR, shown, &format!("is {kind}, not a file")));
    }
    if about.len() > SIZE_LIMIT {
        return Err(too_large(shown));
    }
    let bytes = fs::File::open(path)
        .and_then(|mut file| bytes(&mut file, about.len(), SIZE_LIMIT + 1))
        .map_err(|error| unread(path, shown, &error))?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large(shown));
    }
    String::from_utf8(bytes)
        .map_err(|error| not_utf8(shown, error.as_bytes(), error.utf8_error().valid_up_to()))
}

/// At most `limit` bytes of a file that has `size`, as far as is known: a file of /proc says 0, and one that is being written
/// grows.
pub(super) fn bytes(file: &mut fs::File, size: u64, limit: u64) -> io::Result<Vec<u8>> {
    let expected = usize::try_from(size.min(limit)).unwrap_or(0);
    // With room for one more byte, a first read that stops where it should has met the end.
    let mut bytes = vec![0; expected + 1];
    let read = file.read(&mut bytes)?;
    bytes.truncate(read);
    if read != expected || read == 0 {
        file.take(limit.saturating_sub(read as u64)).read_to_end(&mut bytes)?;
    }
    bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(bytes)
}

fn fault(code: &'static crate::diagnostic::Code, path: &Path, what: &str) -> Diagnostic {
    let help = "put a file with text there, or name another one";
    Diagnostic::new(code, format!("`{}` {what}", path.display())).in_file(path).help(help)
}

fn too_large(path: &Path) -> Diagnostic {
    let what = format!("is larger than {} MiB, the most that is read", SIZE_LIMIT >> 20);
    fault(&codes::FILE_TOO_LARGE, path, &what).help("see whether it is the right file")
}

fn not_utf8(path: &Path, bytes: &[u8], at: usize) -> Diagnostic {
    let line = bytes[..at].split(|byte| *byte == b'\n').count();
    let what = format!("is not UTF-8 text: byte {at} (line {line}) belongs to no character");
    let help = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "the file looks like UTF-16: save it as UTF-8"
    } else if bytes[..at].contains(&0) {
        "the file looks like a program or an archive, not like text: name another one"
    } else {
        "save the file as UTF-8"
    };
    fault(&codes::FILE_NOT_UTF8, path, &what).help(help)
}

fn unread(path: &Path, shown: &Path, error: &io::Error) -> Diagnostic {
    if error.kind() != io::ErrorKind::NotFound {
        let help = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                "give yourself the right to read it, and to enter the directories above it"
            }
            _ if fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink()) => {
                "it is a link that leads back to itself: replace it by the file"
            }
            _ => "see whether the file can be read by other programs",
        };
        return fault(&codes::FILE_UNREADABLE, shown, &format!("cannot be read: {}", words(error)))
            .help(help);
    }
    if fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink()) {
        let target = fs::read_link(path).unwrap_or_default();
        let what = format!("is a link to `{}`, which does not exist", target.display());
        return fault(&codes::FILE_MISSING, shown, &what)
            .help("create what it leads to, or replace the link by a file");
    }
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let missing = fault(&codes::FILE_MISSING, shown, "does not exist");
    let Ok(entries) = fs::read_dir(directory) else {
        let nearest =
            directory.ancestors().find(|above| above.is_dir()).filter(|near| *near != Path::new(""));
        let nearest = nearest.unwrap_or(Path::new(".")).display();
        return missing
            .help(format!("there is no directory `{}`; looked in `{nearest}`", directory.display()));
    };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.take(10_000).collect();
    names.sort_unstable();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let candidates: Vec<&str> = names.iter().map(String::as_str).collect();
    match similar::get_close_matches(wanted.as_str(), &candidates, 1, 0.7).first() {
        Some(name) => missing.help(format!("did you mean `{}`?", shown.with_file_name(name).display())),
        None if directory == Path::new(".") => {
            missing.help("create it, or correct the path: looked in the current directory")
        }
        None => missing.help(format!(
            "create it, or correct the path: nothing in `{}` has a similar name",
            directory.display()
        )),
    }
}

#[cfg(unix)]
fn kind(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_char_device() || kind.is_block_device() {
        "a device"
    } else {
        "something special"
    }
}

#[cfg(not(unix))]
fn kind(_: FileType) -> &'static str {
    "something special"
}
