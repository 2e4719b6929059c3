//! Paths: on a host, in a container, in the repository, in a URL.
//!
//! They end up in shell scripts, crontabs, env-files and proxy configurations, so only characters that are plain in
//! all of those are taken.

use super::define::{quoted, refuse, stray, text_types};
use crate::diagnostic::Invalid;

/// One step of a path of files, which is neither `.` nor `..`.
const STEP: &str = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._@+=~-]+";
/// One step of a URL's path.
const URL_STEP: &str = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~@:+,=!&-]+";

text_types! {
    /// An absolute path on a host, without `.` and `..`: `/opt/app`. Letters, digits and `. _ - @ + = ~`.
    AbsolutePath text "an absolute path", absolute, format!("^(?!.{{1025}})/(?:{STEP}(?:/{STEP})*/?)?$");
    /// An absolute path in a container, other than `/`: `/var/lib/data`. Letters, digits and `. _ - @ + = ~`.
    MountTarget text "an absolute path in the container", target, format!("^(?!.{{1025}})/{STEP}(?:/{STEP})*/?$");
    /// A path in the repository, from the directory of this spec: `services/api`, or `.` for that directory. Letters,
    /// digits and `. _ - @ + = ~`.
    RelativePath text "a path in the repository", relative,
        format!(r"^(?!.{{1025}})(?:\./?|(?:\./)?{STEP}(?:/{STEP})*/?)$");
    /// The path of another spec, from the directory of this one: `../billing/specc.yaml`.
    SpecPath text "the path of a spec", spec_path,
        format!(r"^(?!.{{1025}})(?:\./)?(?:\.\./)*{STEP}(?:/{STEP})*$");
    /// The path of a URL: `/`, `/api/auth`. Letters, digits and `. _ ~ - @ : + , = ! &`; neither query nor escapes.
    UrlPath text "a path of a URL", url, format!("^(?!.{{1025}})/(?:{URL_STEP}(?:/{URL_STEP})*/?)?$");
}

const LONGEST: usize = 1024;

impl RelativePath {
    /// Whether it is the directory of the spec itself.
    pub fn is_root(&self) -> bool {
        self.as_str() == "."
    }
}

impl UrlPath {
    /// The path without a slash at its end, except `/` itself: as routes are compared.
    pub fn without_slash(&self) -> &str {
        match self.as_str().trim_end_matches('/') {
            "" => "/",
            path => path,
        }
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._@+=~-".contains(c)
}

/// The first thing wrong with the steps of a path of files, `text` without what it begins with.
fn wrong_step(steps: &str, text: &str, what: &str) -> Option<Invalid> {
    if let Some(refusal) = stray(text, what, |c| is_plain(c) || c == '/') {
        return Some(
            refusal.help(
                "use letters, digits and `.`, `_`, `-`, `@`, `+`, `=`, `~`, with `/` between the steps",
            ),
        );
    }
    if text.len() > LONGEST {
        return Some(
            Invalid::new(format!("{} is too long for {what}", quoted(text)))
                .help("write at most 1024 characters"),
        );
    }
    steps.split('/').find_map(|step| {
        let help = match step {
            "" => "write one `/` between two steps",
            "." => "leave out the `.` steps",
            ".." => "write the path without `..`",
            _ => return None,
        };
        Some(refuse(text, what).help(help))
    })
}

fn absolute(text: &str) -> Result<String, Invalid> {
    rooted(text, "an absolute path")
}

fn rooted(text: &str, what: &str) -> Result<String, Invalid> {
    let Some(steps) = text.strip_prefix('/') else {
        let example = text.trim_start_matches("./");
        let plain = wrong_step(example, example, what).is_none();
        let example = if plain { example } else { "opt/app" };
        return Err(refuse(text, what).help(format!("begin it with a slash: `/{example}`")));
    };
    let steps = steps.strip_suffix('/').unwrap_or(steps);
    let wrong = if text == "/" { None } else { wrong_step(steps, text, what) };
    wrong.map_or_else(|| Ok(format!("/{steps}")), Err)
}

fn target(text: &str) -> Result<String, Invalid> {
    let what = "an absolute path in the container";
    if text == "/" {
        return Err(
            Invalid::new("nothing can be mounted over `/`").help("write the directory that holds the data")
        );
    }
    rooted(text, what)
}

fn relative(text: &str) -> Result<String, Invalid> {
    let what = "a path in the repository";
    if text == "." || text == "./" {
        return Ok(".".to_owned());
    }
    if text.is_empty() {
        return Err(refuse(text, what).help("write `.` for the directory of this spec"));
    }
    if text.starts_with('/') {
        let help = "write it from the directory of this spec, without a slash at its beginning";
        return Err(Invalid::new(format!("{} is absolute, not {what}", quoted(text))).help(help));
    }
    let steps = text.strip_prefix("./").unwrap_or(text);
    let steps = steps.strip_suffix('/').unwrap_or(steps);
    if steps.split('/').any(|step| step == "..") {
        let refusal = Invalid::new(format!("{} goes up with `..`", quoted(text)));
        return Err(refusal
            .help("put the spec where everything it names is below it, and write the path without `..`"));
    }
    wrong_step(steps, text, what).map_or_else(|| Ok(steps.to_owned()), Err)
}

fn spec_path(text: &str) -> Result<String, Invalid> {
    let what = "the path of a spec";
    let mut steps = text.strip_prefix("./").unwrap_or(text);
    if steps.starts_with('/') {
        let refusal = Invalid::new(format!("{} is absolute", quoted(text)));
        return Err(refusal.help("write it from the directory of this spec: `../billing/specc.yaml`"));
    }
    let whole = steps;
    while let Some(rest) = steps.strip_prefix("../") {
        steps = rest;
    }
    if steps.is_empty() || steps == ".." || steps.ends_with('/') {
        return Err(refuse(text, what).help("name the file itself: `../billing/specc.yaml`"));
    }
    wrong_step(steps, text, what).map_or_else(|| Ok(whole.to_owned()), Err)
}

fn url(text: &str) -> Result<String, Invalid> {
    let what = "a path of a URL";
    let Some(steps) = text.strip_prefix('/') else {
        let refusal = refuse(text, what);
        return Err(match text.split_once("://") {
            Some((_, rest)) => {
                let path = rest.find('/').map_or("/", |at| &rest[at..]);
                refusal.help(format!("write the path alone: {}", quoted(path)))
            }
            None => refusal.help(format!("begin it with a slash: {}", quoted(&format!("/{text}")))),
        });
    };
    if let Some(at) = text.find(['?', '#']) {
        return Err(refuse(text, what).help(format!(
            "leave out `{}` and what follows it: {}",
            &text[at..=at],
            quoted(&text[..at])
        )));
    }
    if let Some(refusal) =
        stray(text, what, |c| c == '/' || c.is_ascii_alphanumeric() || "._~@:+,=!&-".contains(c))
    {
        return Err(
            refusal.help("use letters, digits and `.`, `_`, `~`, `-`, `@`, `:`, `+`, `,`, `=`, `!`, `&`")
        );
    }
    let steps = steps.strip_suffix('/').unwrap_or(steps);
    let wrong = text != "/" && steps.split('/').any(|step| matches!(step, "" | "." | ".."));
    if wrong || text.len() > LONGEST {
        return Err(refuse(text, what)
            .help("write at most 1024 characters, one `/` between two steps, and no `.` or `..` steps"));
    }
    Ok(text.to_owned())
}
