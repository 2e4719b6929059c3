//! What an image build is given and what of it the Dockerfile keeps: whether a file of secrets ends in the image.

use super::dockerfile::{self, Copy};
use super::dockerignore::{Dockerignore, clean};
use super::read::SIZE_LIMIT;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A build context, as far as it can be seen on this disk.
#[derive(Clone, Debug)]
pub struct BuildContext {
    /// Whether the context is a directory here.
    pub exists: bool,
    /// Whether the Dockerfile is a file here.
    pub dockerfile_exists: bool,
    /// The Dockerfile, relative to the repository's root.
    pub dockerfile: PathBuf,
    /// Where the Dockerfile copies the whole context into the image (`COPY . .`), as its path and line.
    pub copies_whole_context: Option<(PathBuf, usize)>,
    /// The file that says what is left out of the context, relative to the repository's root: the one there is, or
    /// the one to write.
    pub ignore_file: PathBuf,
    context: String,
    copies: Vec<Copy>,
    ignore: Dockerignore,
}

impl BuildContext {
    /// Looks at the context `context` of the repository at `root`. `dockerfile` is relative to the context (`Dockerfile`
    /// when nothing is said); `target` is the stage that is built, the last one when nothing is said.
    pub fn read(root: &Path, context: &str, dockerfile: Option<&str>, target: Option<&str>) -> Self {
        let context = clean(context);
        let dockerfile = Path::new(&context).join(dockerfile.unwrap_or("Dockerfile"));
        let mut own_ignore = dockerfile.clone().into_os_string();
        own_ignore.push(".dockerignore");
        // BuildKit reads the Dockerfile's own list, and only where there is none that of the context.
        let own_ignore = PathBuf::from(own_ignore);
        let ignore_file = if root.join(&own_ignore).is_file() {
            own_ignore
        } else {
            Path::new(&context).join(".dockerignore")
        };
        let text = text(&root.join(&dockerfile));
        let copies = text.as_deref().map(|text| dockerfile::baked_copies(text, target)).unwrap_or_default();
        let whole = copies.iter().find(|copy| copy.takes_everything());
        Self {
            exists: root.join(&context).is_dir(),
            dockerfile_exists: text.is_some(),
            copies_whole_context: whole.map(|copy| (dockerfile.clone(), copy.line)),
            ignore: text_or_nothing(&root.join(&ignore_file)),
            ignore_file,
            dockerfile,
            context,
            copies,
        }
    }

    /// Whether `path`, relative to the repository's root, is sent to the engine as a part of this context. It need not
    /// exist yet.
    pub fn would_include(&self, path: &str) -> bool {
        self.inside(path).is_some_and(|path| !self.ignore.excludes(&path))
    }

    /// Whether `path`, relative to the repository's root, ends in the image: the line of the instruction that copies it.
    pub fn would_bake(&self, path: &str) -> Option<usize> {
        let inside = self.inside(path)?;
        let copy = self.copies.iter().find(|copy| copy.takes(&inside))?;
        (!self.ignore.excludes(&inside)).then_some(copy.line)
    }

    fn inside(&self, path: &str) -> Option<String> {
        let path = clean(path);
        if self.context.is_empty() {
            return Some(path);
        }
        path.strip_prefix(&self.context)?.strip_prefix('/').map(ToOwned::to_owned)
    }
}

fn text_or_nothing(path: &Path) -> Dockerignore {
    text(path).map(|text| Dockerignore::parse(&text)).unwrap_or_default()
}

/// The text of a file that is only looked at: nothing is reported where it cannot be read.
fn text(path: &Path) -> Option<String> {
    let file = path.is_file().then(|| std::fs::File::open(path).ok())??;
    let mut bytes = Vec::new();
    file.take(SIZE_LIMIT.min(1 << 20)).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENV: &str = "deploy/production/.env";

    fn baked(files: &[(&str, &str)], context: &str) -> Option<usize> {
        let root = tempfile::tempdir().expect("a directory");
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        BuildContext::read(root.path(), context, None, None).would_bake(ENV)
    }

    #[test]
    fn a_copy_of_everything_bakes_the_secrets_in() {
        for (dockerfile, line) in [
            ("FROM a\nCOPY . .\n", Some(2)),
            ("FROM a\nADD --chown=1:1 . /x\n", Some(2)),
            ("FROM a\nCOPY [\"./\", \"/x\"]\n", Some(2)),
            ("FROM a\ncopy \\\n# why\n  . \\\n /x\n", Some(2)),
            ("FROM a\nCOPY deploy /x\n", Some(2)),
            ("FROM a\nCOPY * /x\n", Some(2)),
            ("FROM a\nCOPY src /x\n", None),
            ("FROM a\nCOPY --exclude=**/.env . /x\n", None),
            ("# COPY . .\nFROM a\nRUN <<EOF\nCOPY . .\nEOF\n", None),
            ("FROM a AS b\nCOPY . .\nFROM c\nCOPY --from=b /app/dist /x\n", None),
            ("FROM a AS b\nWORKDIR /app\nCOPY . .\nFROM c\nCOPY --from=b /app /x\n", Some(3)),
            ("FROM a AS b\nCOPY . .\nFROM b\nRUN x\n", Some(2)),
            ("", None),
        ] {
            assert_eq!(baked(&[("Dockerfile", dockerfile)], "."), line, "{dockerfile}");
        }
    }

    #[test]
    fn an_ignore_file_keeps_them_out() {
        let dockerfile = ("Dockerfile", "FROM a\nCOPY . .\n");
        assert_eq!(baked(&[dockerfile, (".dockerignore", "**/.env")], "."), None);
        assert_eq!(
            baked(&[dockerfile, (".dockerignore", ".env")], "."),
            Some(2),
            "matches at the root alone"
        );
        let own = [dockerfile, (".dockerignore", "**/.env"), ("Dockerfile.dockerignore", "x")];
        assert_eq!(baked(&own, "."), Some(2), "the Dockerfile's own list replaces the context's");
        assert_eq!(baked(&[("app/Dockerfile", "FROM a\nCOPY . .\n")], "app"), None, "not in this context");
    }
}
