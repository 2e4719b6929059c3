//! A whole project: files, env-files and the arguments of the call.

use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::values::{Values, list, map, plain, text, with};
use super::yaml::Yaml;
use super::{nested, resources, service};

/// What both programs are given.
#[derive(Clone)]
pub struct Project {
    /// The files by their paths.
    pub files: Vec<(&'static str, String)>,
    /// The arguments of the call.
    pub args: Vec<String>,
    /// The trees of the Compose files among them.
    pub trees: Vec<Yaml>,
}

impl Project {
    /// Writes the files below a directory.
    pub fn write(&self, directory: &Path) {
        for (path, text) in &self.files {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
    }
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (path, text) in &self.files {
            writeln!(f, "--- {path}\n{}", text.trim_matches('\n'))?;
        }
        write!(f, "--- args\n{}", self.args.join(" "))
    }
}

/// How a tree is spoilt, or made to depend on variables.
#[derive(Clone, Debug)]
enum Edit {
    /// The scalar is what a variable holds, by one of these forms.
    Variable(Index, Form),
    /// The value is another.
    Replace(Index, Yaml),
    /// The map has another key.
    Add(Index, &'static str, Yaml),
    /// The map loses a key, the list an item.
    Remove(Index, Index),
    /// The list has an item twice.
    Twice(Index, Index),
}

/// A text by way of a variable.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// In `.env`.
    Set,
    /// A default of the name.
    Default,
    /// In `.env`, and required.
    Required,
    /// Another text, if the name is set.
    Alternative,
    /// Required and missing.
    Missing,
}

/// Projects, mostly plausible.
pub fn project() -> BoxedStrategy<Project> {
    let edits = || proptest::collection::vec(edit(), 0..3);
    let base = (base().prop_map(with_own_names), edits(), option::weighted(0.25, spoil()));
    let over = option::weighted(
        0.4,
        (
            over().prop_map(with_own_names).prop_map(without_nothing),
            edits(),
            option::weighted(0.15, spoil()),
            option::of(tag()),
        ),
    );
    let env = (lines(DOTENV), lines(ENV_FILE), lines(ENV_FILE));
    let profile = select(&["", "", "--profile debug", "--profile *", "-p other"][..]);
    (base, over, part(), far(), env, profile)
        .prop_map(|((mut base, edits, spoil), over, mut part, mut far, (dotenv, one, two), profile)| {
            let mut dotenv = format!("SET=set\nEMPTY=\n{dotenv}");
            apply(&mut base, edits.into_iter().chain(spoil), &mut dotenv);
            part.drop_empty_lists();
            far.drop_empty_lists();
            if over.is_some() || base.get("include").is_some() {
                // Some of which Compose forgets, and refuses once another file is merged (fixtures/compose/merge).
                base.drop_empty_lists();
            }
            let mut args = vec!["-f".to_owned(), "compose.yaml".to_owned()];
            args.extend(profile.split_whitespace().map(str::to_owned));
            let mut files = vec![("compose.yaml", base.to_string())];
            let mut trees = vec![base];
            if let Some((mut over, edits, spoil, tag)) = over {
                apply(&mut over, edits.into_iter().chain(spoil), &mut dotenv);
                if let Some((index, tag)) = tag {
                    let mut number = index.index(over.count());
                    // Below the services: a tag at the top says nothing.
                    if number > 2
                        && let Some(node) = over.node(&mut number)
                    {
                        *node = Yaml::Tagged(tag, Box::new(node.clone()));
                    }
                }
                args.extend(["-f".to_owned(), "over.yaml".to_owned()]);
                files.push(("over.yaml", over.to_string()));
                trees.push(over);
            }
            files.extend([
                ("part.yaml", part.to_string()),
                ("other/more.yaml", far.to_string()),
                (".env", dotenv),
                ("a.env", one),
                ("b.env", two),
                ("a.labels", "a=1\nl.m=two\n".to_owned()),
                ("b.labels", "# c\na=2\n".to_owned()),
                ("other/a.env", "FROM=other\n".to_owned()),
                ("other/b.env", "X=$FROM\n".to_owned()),
                ("other/a.labels", String::new()),
                ("other/b.labels", String::new()),
            ]);
            Project { files, args, trees }
        })
        .boxed()
}

fn base() -> Values {
    let services = map(
        vec![
            ("base", service::service(&[])),
            ("db", service::service(&[])),
            ("web", service::service(&["db"])),
            ("job", service::service(&["db", "web"])),
        ],
        1.0,
    );
    let more = vec![
        ("name", text(&["shop", "shop-${SET}"])),
        ("version", text(&["3.8"])),
        ("include", list(nested::include(), 1)),
        ("x-top", plain(&["1", "{a: [1, 1.50, null], b: text}"])),
    ];
    let both = |one, other, values: &Values| map(vec![(one, values.clone()), (other, values.clone())], 1.0);
    with(
        vec![
            ("services", services),
            ("networks", both("front", "back", &resources::network())),
            ("volumes", both("data", "cache", &resources::volume())),
            ("secrets", both("token", "key", &resources::secret())),
            ("configs", both("conf", "motd", &resources::config())),
        ],
        more,
        0.25,
    )
}

fn over() -> Values {
    let changes = vec![
        ("db", service::change(&[])),
        ("web", service::change(&["db"])),
        ("job", service::change(&["db", "web"])),
        ("late", service::service(&["db"])),
    ];
    let rare = |name, values: Values| (name, map(vec![("back", values.clone()), ("data", values)], 0.5));
    with(
        vec![("services", map(changes, 0.6))],
        vec![
            ("name", text(&["later"])),
            rare("networks", resources::network()),
            rare("volumes", resources::volume()),
            ("secrets", map(vec![("token", resources::secret())], 1.0)),
            ("configs", map(vec![("conf", resources::config())], 1.0)),
        ],
        0.1,
    )
}

/// A file that is included.
fn part() -> Values {
    map(vec![("services", map(vec![("part", service::service(&[]))], 1.0))], 1.0)
        .prop_map(without_names)
        .boxed()
}

/// A file that is extended.
fn far() -> Values {
    map(vec![("services", map(vec![("far", service::service(&[]))], 1.0))], 1.0)
        .prop_map(without_names)
        .boxed()
}

/// The services without what their own file would have to define, and what only one service may have.
fn without_names(mut file: Yaml) -> Yaml {
    const NAMED: &[&str] = &[
        "extends",
        "networks",
        "volumes",
        "secrets",
        "configs",
        "credential_spec",
        "build",
        "container_name",
    ];
    for (_, keys) in services(&mut file) {
        keys.retain(|(key, _)| !NAMED.contains(&&**key));
        if !keys.iter().any(|(key, _)| key == "image") {
            keys.push(("image".to_owned(), Yaml::Plain("x".to_owned())));
        }
    }
    file
}

/// Gives each container a name of its own. What others extend gets none: they would have it, too.
fn with_own_names(mut file: Yaml) -> Yaml {
    for (service, keys) in services(&mut file) {
        keys.retain(|(key, _)| service != "base" || key != "container_name");
        for (_, value) in keys.iter_mut().filter(|(key, _)| key == "container_name") {
            if let Yaml::Quoted(name) = value {
                *name = format!("{service}-{name}");
            }
        }
    }
    file
}

/// The services without empty lists and mappings: Compose 2.26.1 makes null of two empty ones that meet, and then
/// refuses it (`merge/empty-list-in-the-first-file`).
fn without_nothing(mut file: Yaml) -> Yaml {
    for (_, keys) in services(&mut file) {
        tidy(keys);
    }
    file
}

fn tidy(entries: &mut Vec<(String, Yaml)>) {
    for (_, value) in entries.iter_mut() {
        if let Yaml::Map(inner) = value {
            tidy(inner);
        }
    }
    entries.retain(|(_, value)| match value {
        Yaml::Map(inner) => !inner.is_empty(),
        Yaml::List(items) => !items.is_empty(),
        _ => true,
    });
}

/// The services of a file, with their keys.
fn services(file: &mut Yaml) -> impl Iterator<Item = (&str, &mut Vec<(String, Yaml)>)> {
    let sections = if let Yaml::Map(sections) = file { sections.as_mut_slice() } else { &mut [] };
    let services = sections.iter_mut().find(|(section, _)| section == "services");
    let services =
        if let Some((_, Yaml::Map(services))) = services { services.as_mut_slice() } else { &mut [] };
    services.iter_mut().filter_map(|(name, service)| match service {
        Yaml::Map(keys) => Some((name.as_str(), keys)),
        _ => None,
    })
}

const DOTENV: &[&str] = &[
    "A=1",
    "B=\"two words\"",
    "C='$A'",
    "D=$A-${B:-x}",
    "export E=e # comment",
    "UNUSED",
    "F: colon",
    "G=a\\nb",
    "COMPOSE_PROJECT_NAME=fromenv",
    "COMPOSE_PROFILES=tools",
];
const ENV_FILE: &[&str] = &[
    "A=file",
    "Q=\"a\\tb\\\"\"",
    "S='single $A'",
    "SET",
    "EMPTY=",
    "  INDENTED = x  # c",
    "H=a#b",
    "M=\"one\ntwo\"",
    "D=${NOPE:-def}",
    "export X=1",
    "L='it\\'s'",
    "W=$$x",
    // Of a variable that no service sets: newer Composes look there, too.
    "NEW=$SET-$H",
];

fn lines(lines: &'static [&'static str]) -> impl Strategy<Value = String> {
    subsequence(lines, 0..4).prop_map(|lines| lines.iter().flat_map(|line| [*line, "\n"]).collect())
}

fn edit() -> BoxedStrategy<Edit> {
    let common = select(&[Form::Set, Form::Default, Form::Required, Form::Alternative][..]);
    (any::<Index>(), common).prop_map(|(index, form)| Edit::Variable(index, form)).boxed()
}

/// A deliberate mistake; it may turn out to be none.
fn spoil() -> BoxedStrategy<Edit> {
    let wrong = || {
        let scalars = plain(&["true", "12", "-1", "1.5", "null", "0440", "99999999999999999999", ".nan"]);
        let texts = text(&[
            "", "words", "-5", "a b", "${", "${X:?}", "$$", "é", "1h", "10x", "a:b:c", "=", "/", "http://x",
        ]);
        let others = plain(&["{}", "[a]", "[1]", "{a: b}", "{1: 2}", "[{a: b}]", "[null]", "[[a]]"]);
        proptest::strategy::Union::new([scalars, texts, others])
    };
    let unknown = select(&["unknown", "x-fine", "port", "\"\"", "1", "driver", "file", "name", "type"][..]);
    prop_oneof![
        4 => (any::<Index>(), wrong()).prop_map(|(index, value)| Edit::Replace(index, value)),
        1 => (any::<Index>(), unknown, wrong()).prop_map(|(index, key, value)| Edit::Add(index, key, value)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(index, child)| Edit::Remove(index, child)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(index, child)| Edit::Twice(index, child)),
        1 => any::<Index>().prop_map(|index| Edit::Variable(index, Form::Missing)),
    ]
    .boxed()
}

fn tag() -> impl Strategy<Value = (Index, &'static str)> {
    (any::<Index>(), select(&["!reset", "!override"][..]))
}

/// Makes the edits. Those that do not fit the node they meet are left out.
fn apply(tree: &mut Yaml, edits: impl Iterator<Item = Edit>, dotenv: &mut String) {
    let count = tree.count();
    for edit in edits {
        let (Edit::Variable(index, _)
        | Edit::Replace(index, _)
        | Edit::Add(index, ..)
        | Edit::Remove(index, _)
        | Edit::Twice(index, _)) = &edit;
        let Some(node) = tree.node(&mut index.index(count)) else { continue };
        if let (Edit::Variable(_, form), Yaml::Plain(text) | Yaml::Quoted(text)) = (&edit, &*node) {
            if is_simple(text) {
                let name = format!("V{}", dotenv.lines().count());
                let (written, set) = match form {
                    Form::Set => (format!("${{{name}}}"), Some(text.clone())),
                    Form::Default => (format!("${{{name}:-{text}}}"), None),
                    Form::Required => (format!("${{{name}:?say it}}"), Some(text.clone())),
                    Form::Alternative => (format!("${{SET:+{text}}}"), None),
                    Form::Missing => (format!("${{{name}:?say it}}"), None),
                };
                if let Some(set) = set {
                    let _ = writeln!(dotenv, "{name}='{set}'");
                }
                *node = Yaml::Quoted(written);
            }
            continue;
        }
        match (edit, node) {
            (Edit::Replace(_, value), node) => *node = value,
            (Edit::Add(_, key, value), Yaml::Map(entries)) => entries.push((key.to_owned(), value)),
            (Edit::Remove(_, child), Yaml::Map(entries)) if !entries.is_empty() => {
                entries.remove(child.index(entries.len()));
            }
            (Edit::Remove(_, child), Yaml::List(items)) if !items.is_empty() => {
                items.remove(child.index(items.len()));
            }
            (Edit::Twice(_, child), Yaml::List(items)) if !items.is_empty() => {
                items.push(items[child.index(items.len())].clone());
            }
            _ => {}
        }
    }
}

/// Whether a text can be the value of a variable, and a default, as it is.
fn is_simple(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "./:_ -".contains(c))
}
