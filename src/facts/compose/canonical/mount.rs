//! The short form of a volume: `[source:]target[:options]`.

use super::super::node::{Data, HOLE, Node, Partial};
use super::piece;

/// What a short form says. Texts may hold [`HOLE`]s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// The volume or path; empty for a volume without a name.
    pub source: String,
    /// Where it is mounted.
    pub target: String,
    /// `ro`.
    pub read_only: bool,
    /// `nocopy`.
    pub nocopy: bool,
    /// `z` or `Z`.
    pub selinux: Option<String>,
    /// `rshared` and the like.
    pub propagation: Option<String>,
    /// Whether it is so short that Compose looks no further: one or two letters.
    pub tiny: bool,
}

/// How mounts reach into other mounts.
const PROPAGATIONS: &[&str] = &["rprivate", "private", "rshared", "shared", "rslave", "slave"];

/// Reads a short form.
pub fn parse_mount(text: &str) -> Result<Mount, String> {
    let mut mount = Mount::default();
    match text.len() {
        0 => return Err("it is empty".to_owned()),
        1 | 2 if !text.contains(HOLE) => {
            return Ok(Mount { target: text.to_owned(), tiny: true, ..mount });
        }
        _ => {}
    }
    let mut start = 0;
    for (at, letter) in text.char_indices().chain([(text.len(), ':')]) {
        let part = &text[start..at];
        let drive = part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
        let end = at == text.len();
        // A letter before a colon is a drive of Windows, wherever it stands.
        if letter != ':' || (drive && !end) {
            continue;
        }
        mount.part(part, end)?;
        start = at + 1;
    }
    Ok(mount)
}

impl Mount {
    fn part(&mut self, part: &str, end: bool) -> Result<(), String> {
        if part.is_empty() {
            return Err("nothing stands between two colons".to_owned());
        }
        if self.source.is_empty() && !end {
            part.clone_into(&mut self.source);
        } else if self.target.is_empty() {
            part.clone_into(&mut self.target);
        } else if !end {
            return Err("it has too many colons".to_owned());
        } else {
            for option in part.split(',') {
                match option {
                    "ro" => self.read_only = true,
                    "rw" => self.read_only = false,
                    "nocopy" => self.nocopy = true,
                    "z" | "Z" => self.selinux = Some(option.to_owned()),
                    other if PROPAGATIONS.contains(&other) => self.propagation = Some(option.to_owned()),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Whether the source is a path of the host; none where that is unknown.
    pub fn is_bind(&self) -> Option<bool> {
        let mut letters = self.source.chars();
        match (letters.next(), letters.next()) {
            (Some(HOLE), _) => None,
            (Some('.' | '/' | '~'), _) | (Some('\\'), Some('\\')) => Some(true),
            (Some(letter), Some(':')) if letter.is_alphabetic() => Some(true),
            _ => Some(false),
        }
    }

    pub(super) fn node(&self, whole: &Node) -> Node {
        let place = |data| Node { data, span: whole.span, interpolated: whole.interpolated };
        let mut mount = place(Data::Map(super::super::map::Map::default()));
        let bind = self.is_bind();
        mount.insert(
            "type",
            match (bind, &whole.data) {
                (None, Data::Unknown(partial)) => {
                    let unknown = partial.unknown.clone();
                    place(Data::Unknown(Box::new(Partial { unknown, text: HOLE.to_string() })))
                }
                (Some(true), _) => place(Data::Text("bind".to_owned())),
                _ => place(Data::Text("volume".to_owned())),
            },
        );
        if !self.source.is_empty() {
            mount.insert("source", piece(&self.source, whole));
        }
        mount.insert("target", piece(&self.target, whole));
        if self.read_only {
            mount.insert("read_only", place(Data::Bool(true)));
        }
        if bind == Some(true) || self.selinux.is_some() || self.propagation.is_some() {
            let mut options = Node::map(whole.span);
            if let Some(selinux) = &self.selinux {
                options.insert("selinux", place(Data::Text(selinux.clone())));
            }
            if let Some(propagation) = &self.propagation {
                options.insert("propagation", place(Data::Text(propagation.clone())));
            }
            if bind == Some(true) {
                options.insert("create_host_path", place(Data::Bool(true)));
            }
            mount.insert("bind", options);
        }
        if (bind == Some(false) && !self.tiny) || self.nocopy {
            let mut options = Node::map(whole.span);
            if self.nocopy {
                options.insert("nocopy", place(Data::Bool(true)));
            }
            mount.insert("volume", options);
        }
        mount
    }
}
