//! The grammar of references.

use super::reference::{Argument, Field, Reference, Target};
use super::{TemplateError, TemplatePiece};
use crate::diagnostic::{Invalid, nearest};
use crate::spec::names::{HostName, PortName, RESERVED, SecretName, ServiceName, SiteName, VarName};
use crate::spec::values::define::quoted;
use std::ops::Range;

/// What can be asked of any service, for "did you mean".
const FIELDS: [&str; 7] = ["host", "port", "url", "user", "password", "root_password", "database"];

/// The whole grammar for the schema. Its shape follows [`target`] line by line.
pub(super) fn pattern() -> String {
    let name = "(?![a-z0-9-]{64})[a-z](?:-?[a-z0-9])*";
    let variable = "(?![a-z0-9_-]{64})[a-z](?:[_-]?[a-z0-9])*";
    let free = format!(r"(?!(?:{})\.){name}", RESERVED.join("|"));
    let parameter = "[A-Za-z][A-Za-z0-9_.-]*=[A-Za-z0-9_.~:/@-]+";
    let scheme = "[a-z][a-z0-9+.-]*";
    let arguments = format!(r"\( *(?:{scheme}|{parameter})(?: *, *{parameter})* *\)");
    let target = [
        "project".to_owned(),
        "environment".to_owned(),
        format!(r"secrets\.{name}"),
        format!(r"vars\.{variable}"),
        format!(r"sites\.{free}\.url"),
        format!(r"hosts\.{name}\.address"),
        format!(r"{free}\.(?:{name}|root_password|url{arguments})"),
    ];
    format!(r"^(?:[^$\u0000]|\$\$|\$\{{(?:{})\}})*$", target.join("|"))
}

/// The parts of a text.
pub(super) fn pieces(text: &str) -> Result<Vec<TemplatePiece>, TemplateError> {
    if let Some(at) = text.find('\0') {
        let invalid = Invalid::new("this text contains the control character U+0000").help("leave it out");
        return Err(TemplateError { invalid, range: at..at + 1 });
    }
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|found| at + found) {
        literal.push_str(&text[at..dollar]);
        let rest = &text[dollar + 1..];
        if rest.starts_with('$') {
            literal.push('$');
            at = dollar + 2;
        } else if rest.starts_with('{') {
            let reference = reference(text, dollar)?;
            at = reference.range.end;
            if !literal.is_empty() {
                pieces.push(TemplatePiece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(TemplatePiece::Reference(Box::new(reference)));
        } else {
            return Err(lone_dollar(text, dollar));
        }
    }
    literal.push_str(&text[at..]);
    if !literal.is_empty() {
        pieces.push(TemplatePiece::Text(literal));
    }
    Ok(pieces)
}

pub(super) fn lone_dollar(text: &str, dollar: usize) -> TemplateError {
    let rest = &text[dollar + 1..];
    let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let shown = &text[dollar..=dollar + word];
    let help = if word == 0 {
        "write `$$` for a dollar".to_owned()
    } else {
        let lower = rest[..word].to_ascii_lowercase();
        format!("write `$${}` for a dollar, or a reference such as `${{vars.{lower}}}`", &rest[..word])
    };
    let invalid =
        Invalid::new(format!("`{shown}` is no reference: `{{` or `$` must follow the dollar")).help(help);
    TemplateError { invalid, range: dollar..dollar + 1 + word }
}

/// The reference that begins at the `$` at byte `start`.
pub(super) fn reference(text: &str, start: usize) -> Result<Reference, TemplateError> {
    let Some(length) = text[start..].find('}') else {
        let shown = quoted(&text[start..]);
        let invalid = Invalid::new(format!("{shown} is not closed"));
        let invalid = invalid.help("end the reference with `}`, or write `$$` for a dollar");
        return Err(TemplateError { invalid, range: start..text.len() });
    };
    let inner = start + 2..start + length;
    let range = start..inner.end + 1;
    let written = &text[range.clone()];
    let body = &text[inner.clone()];
    let (target, name) = target(text, inner).map_err(|trouble| {
        let invalid = match trouble {
            Trouble::Name(invalid) => {
                Invalid { message: format!("{} in {}", invalid.message, quoted(written)), ..invalid }
            }
            Trouble::Help(help) => Invalid::new(format!("{} refers to nothing", quoted(written))).help(help),
            Trouble::Unknown => {
                Invalid::new(format!("{} refers to nothing", quoted(written))).help(hint(body))
            }
        };
        TemplateError { invalid, range: range.clone() }
    })?;
    Ok(Reference { target, range, name })
}

/// What is wrong inside the braces.
enum Trouble {
    /// A name in it is wrong.
    Name(Invalid),
    /// It is known what to write instead.
    Help(String),
    /// It has no form that references have.
    Unknown,
}

impl From<Invalid> for Trouble {
    fn from(invalid: Invalid) -> Self {
        Self::Name(invalid)
    }
}

/// What the bytes `inner` of the text, those between the braces, refer to, and where the name in it stands.
fn target(text: &str, inner: Range<usize>) -> Result<(Target, Range<usize>), Trouble> {
    let body = &text[inner.clone()];
    if body.trim() != body {
        return Err(Trouble::Unknown);
    }
    let (root, rest) = match body.split_once('.') {
        Some((root, rest)) => (root, Some(rest)),
        None => (body, None),
    };
    let second = rest.map_or(inner.clone(), |rest| {
        let start = inner.end - rest.len();
        start..start + rest.find('.').unwrap_or(rest.len())
    });
    let field = |rest: &str, wanted: &str, root: &str| match rest.split_once('.') {
        Some((_, field)) if field == wanted => Ok(()),
        _ => {
            let name = rest.split('.').next().unwrap_or_default();
            Err(Trouble::Help(format!("write `${{{root}.{name}.{wanted}}}`")))
        }
    };
    match (root, rest) {
        ("project", None) => Ok((Target::Project, inner)),
        ("environment", None) => Ok((Target::Environment, inner)),
        ("project" | "environment", Some(_)) => Err(Trouble::Help(format!("write `${{{root}}}`"))),
        ("secrets" | "vars", Some(rest)) if rest.contains('.') => {
            let name = rest.split('.').next().unwrap_or_default();
            Err(Trouble::Help(format!("write `${{{root}.{name}}}`")))
        }
        ("secrets", Some(name)) => Ok((Target::Secret(SecretName::parse(name)?), second)),
        ("vars", Some(name)) => Ok((Target::Var(VarName::parse(name)?), second)),
        ("sites", Some(rest)) => {
            field(rest, "url", root)?;
            Ok((Target::SiteUrl(SiteName::parse(&text[second.clone()])?), second))
        }
        ("hosts", Some(rest)) => {
            field(rest, "address", root)?;
            Ok((Target::HostAddress(HostName::parse(&text[second.clone()])?), second))
        }
        (_, Some(rest)) if !body.contains([':', '?', '$', '{']) || rest.starts_with("url(") => {
            let service = ServiceName::parse(root)?;
            let name = inner.start..inner.start + root.len();
            Ok((Target::Service(service, asked(text, inner.end - rest.len()..inner.end)?), name))
        }
        _ => Err(Trouble::Unknown),
    }
}

/// What the bytes `range` of the text ask of a service.
fn asked(text: &str, range: Range<usize>) -> Result<Field, Trouble> {
    let word = &text[range.clone()];
    let field = match word {
        "host" => Field::Host,
        "port" => Field::Port,
        "user" => Field::User,
        "password" => Field::Password,
        "root_password" => Field::RootPassword,
        "database" => Field::Database,
        "url" => Field::Url { scheme: None, query: Vec::new() },
        _ => {
            if word.starts_with("url(") && !word.ends_with(')') {
                return Err(Trouble::Help("close the bracket: `url(scheme, name=value)`".to_owned()));
            }
            if let Some(arguments) = word.strip_prefix("url(").and_then(|rest| rest.strip_suffix(')')) {
                let start = range.start + "url(".len();
                return url(text, start..start + arguments.len());
            }
            let port =
                PortName::parse(word).map_err(|_| {
                    let near = nearest(word, FIELDS).map(|near| format!("did you mean `{near}`?"));
                    Trouble::Help(near.unwrap_or_else(|| {
                        format!("write one of `{}`, or a port's name", FIELDS.join("`, `"))
                    }))
                })?;
            Field::NamedPort(port)
        }
    };
    Ok(field)
}

fn url(text: &str, range: Range<usize>) -> Result<Field, Trouble> {
    if text[range.clone()].trim_matches(' ').is_empty() {
        return Err(Trouble::Help("leave out the empty brackets after `url`".to_owned()));
    }
    let (mut scheme, mut query) = (None, Vec::new());
    let mut start = range.start;
    for (index, written) in text[range].split(',').enumerate() {
        let word = written.trim_matches(' ');
        let at = start + written.len() - written.trim_start_matches(' ').len();
        let argument = Argument { text: word.to_owned(), range: at..at + word.len() };
        start += written.len() + 1;
        if is_parameter(word) {
            query.push(argument);
        } else if index == 0 && is_scheme(word) {
            scheme = Some(argument);
        } else {
            let help = if word.contains('&') {
                "separate parameters with commas: `url(scheme, name=value, name=value)`"
            } else if index == 0 {
                "write a scheme first, such as `postgresql+asyncpg`, and then parameters: `url(scheme, name=value)`"
            } else {
                "write parameters as `name=value`, of letters, digits and `_.~:/@-`"
            };
            return Err(Trouble::Help(help.to_owned()));
        }
    }
    Ok(Field::Url { scheme, query })
}

fn is_scheme(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+.-".contains(&b))
}

fn is_parameter(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, value)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
            && !value.is_empty()
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.~:/@-".contains(&b))
    })
}

/// What to write instead of something that is no reference.
fn hint(body: &str) -> String {
    let word: String = body.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let rest = body[word.len()..].chars().next();
    let variable = word.to_ascii_lowercase();
    match rest {
        _ if body.trim() != body => "leave out the spaces inside the braces".to_owned(),
        Some(':' | '-' | '+' | '?') if !word.is_empty() => {
            format!("declare a variable and write `${{vars.{variable}}}`: references have no defaults")
        }
        None if word == "secrets" || word == "vars" => format!("write `${{{word}.name}}`"),
        None if word == "sites" => "write `${sites.name.url}`".to_owned(),
        None if word == "hosts" => "write `${hosts.name.address}`".to_owned(),
        None if !word.is_empty() => match nearest(&word, ["project", "environment"]) {
            Some(near) => format!("did you mean `${{{near}}}`?"),
            None => {
                format!("write `${{vars.{variable}}}` for a variable, `$${{{word}}}` for these very letters")
            }
        },
        _ => "write `${secrets.name}`, `${vars.name}`, `${service.url}`, or `$$` for a dollar".to_owned(),
    }
}
