//! The names that a spec gives to things: projects, environments, hosts, services, sites, secrets, variables.

use super::values::define::{quoted, refuse, text_types};
use crate::diagnostic::{Invalid, nearest};

/// The words that references begin with, which services and sites can therefore not be called.
pub const RESERVED: [&str; 6] = ["secrets", "vars", "sites", "hosts", "project", "environment"];

/// The length of a DNS label: names become host names on Docker's networks.
const LONGEST: usize = 63;

/// One grammar for nearly all names: letters, digits and single hyphens between them.
const NAME: &str = "^(?!.{64})[a-z](-?[a-z0-9])*$";

text_types! {
    /// A project's name: lower-case letters, digits and single hyphens, beginning with a letter; at most 63.
    ProjectName text "a project name", |text| name(text, "a project name"), NAME;
    /// An environment's name: lower-case letters, digits and single hyphens, beginning with a letter; at most 63.
    EnvironmentName text "an environment name", |text| name(text, "an environment name"), NAME;
    /// A host's name in the spec: lower-case letters, digits and single hyphens, beginning with a letter; at most 63.
    HostName text "a host name", |text| name(text, "a host name"), NAME;
    /// A service's name: lower-case letters, digits and single hyphens, beginning with a letter; at most 63. The words
    /// `secrets`, `vars`, `sites`, `hosts`, `project` and `environment` are taken.
    ServiceName text "a service name", |text| member(text, "a service name"), member_pattern();
    /// A site's name: lower-case letters, digits and single hyphens, beginning with a letter; at most 63. The words
    /// `secrets`, `vars`, `sites`, `hosts`, `project` and `environment` are taken.
    SiteName text "a site name", |text| member(text, "a site name"), member_pattern();
    /// A secret's name: lower-case letters, digits and single hyphens, beginning with a letter; at most 63.
    SecretName text "a secret's name", |text| name(text, "a secret's name"), NAME;
    /// A job's name: lower-case letters, digits and single hyphens, beginning with a letter; at most 63.
    JobName text "a job name", |text| name(text, "a job name"), NAME;
    /// A network's name in the spec: lower-case letters, digits and single hyphens, beginning with a letter; at most 63.
    NetworkName text "a network name", |text| name(text, "a network name"), NAME;
    /// The name of one of a service's ports: lower-case letters, digits and single hyphens, beginning with a letter;
    /// at most 63. The words `host`, `port`, `url`, `user`, `password` and `database` are taken.
    PortName text "a port name", port_name, port_pattern();
    /// A volume's name in the spec: lower-case letters, digits and single hyphens, beginning with a letter; 2 to 63.
    VolumeName text "a volume name", volume, "^(?!.{64})[a-z](-?[a-z0-9])+$";
    /// A variable of the spec: lower-case letters, digits, single hyphens and underscores, beginning with a letter; at
    /// most 63.
    VarName text "a variable name", variable, "^(?!.{64})[a-z]([_-]?[a-z0-9])*$";
    /// An environment variable: letters, digits and underscores, not beginning with a digit.
    VariableName text "an environment variable's name", environment_variable, "^(?!.{256})[A-Za-z_][A-Za-z0-9_]*$";
    /// The literal name of a container: letters, digits, `_`, `.` and `-`, beginning with a letter or digit; 2 to 128.
    ContainerName text "a container name", |text| docker_name(text, "a container name"), DOCKER_NAME;
    /// The literal name of a volume or network of the engine: letters, digits, `_`, `.` and `-`, beginning with a
    /// letter or digit; 2 to 128.
    DockerObjectName text "the name of a volume or network",
        |text| docker_name(text, "the name of a volume or network"), DOCKER_NAME;
}

/// The engine's own pattern, anchored as the engine anchors it and Compose's schema does not.
const DOCKER_NAME: &str = "^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}$";

/// What references ask of a service, which its ports can therefore not be called.
pub const FIELDS: [&str; 6] = ["host", "port", "url", "user", "password", "database"];

fn port_pattern() -> String {
    format!("^(?!(?:{})$)(?!.{{64}})[a-z](-?[a-z0-9])*$", FIELDS.join("|"))
}

fn port_name(text: &str) -> Result<String, Invalid> {
    if FIELDS.contains(&text) {
        let refusal = Invalid::new(format!(
            "`{text}` is not free as a port name: `${{service.{text}}}` means something else"
        ));
        return Err(refusal.help("choose another name, such as `api` or `console`"));
    }
    name(text, "a port name")
}

fn member_pattern() -> String {
    format!("^(?!(?:{})$)(?!.{{64}})[a-z](-?[a-z0-9])*$", RESERVED.join("|"))
}

/// Whether `text` is letters and digits, with single `joints` between them, beginning with a letter.
fn is_name(text: &str, joints: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.last().is_some_and(word)
        && bytes.iter().all(|byte| word(byte) || joints.contains(byte))
        && bytes.windows(2).all(|pair| pair.iter().any(word))
        && bytes.len() <= LONGEST
}

fn name(text: &str, what: &str) -> Result<String, Invalid> {
    if is_name(text, b"-") { Ok(text.to_owned()) } else { Err(bad_name(text, what, "-")) }
}

fn variable(text: &str) -> Result<String, Invalid> {
    if is_name(text, b"-_") { Ok(text.to_owned()) } else { Err(bad_name(text, "a variable name", "-_")) }
}

fn volume(text: &str) -> Result<String, Invalid> {
    if text.len() == 1 && is_name(text, b"-") {
        let refusal = Invalid::new(format!("`{text}` is too short for a volume name"));
        return Err(refusal.help("use at least two characters: Compose reads one letter as a Windows drive"));
    }
    name(text, "a volume name")
}

fn member(text: &str, what: &str) -> Result<String, Invalid> {
    if RESERVED.contains(&text) {
        let refusal = Invalid::new(format!(
            "`{text}` is not free as {what}: references such as `${{{text}…}}` begin with it"
        ));
        return Err(refusal.help(format!(
            "choose another name, such as `{}-{}`",
            text.trim_end_matches('s'),
            if what.contains("site") { "site" } else { "service" }
        )));
    }
    name(text, what)
}

fn bad_name(text: &str, what: &str, joints: &str) -> Invalid {
    let rule =
        if joints.contains('_') { "digits, hyphens and underscores" } else { "digits and single hyphens" };
    let refusal = if text.len() > LONGEST && is_name_of_any_length(text, joints) {
        Invalid::new(format!("{} is too long for {what}: {} characters", quoted(text), text.len()))
    } else {
        refuse(text, what)
    };
    let suggestion = suggested(text, joints);
    refusal.help(if suggestion.is_empty() {
        format!("use lower-case letters, {rule}, beginning with a letter, at most {LONGEST} characters")
    } else {
        format!("write `{suggestion}`: lower-case letters, {rule}, beginning with a letter")
    })
}

fn is_name_of_any_length(text: &str, joints: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || joints.as_bytes().contains(&b))
}

/// The nearest name to a text: `my-app` for `My_App` and for `myApp`; empty when nothing of it can be kept.
fn suggested(text: &str, joints: &str) -> String {
    let mut name = String::new();
    let mut joint = None;
    let mut after_lower = false;
    for c in text.chars() {
        let starts_word = c.is_ascii_uppercase() && after_lower;
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        if starts_word && joint.is_none() {
            joint = Some('-');
        }
        if c.is_ascii_alphanumeric() && (!name.is_empty() || c.is_ascii_alphabetic()) {
            name.extend(joint.take());
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() {
            joint = Some(if joints.contains(c) { c } else { '-' });
        }
    }
    name.truncate(LONGEST);
    name.trim_end_matches(['-', '_']).to_owned()
}

fn environment_variable(text: &str) -> Result<String, Invalid> {
    let what = "an environment variable's name";
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins && text.len() <= 255 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Ok(text.to_owned());
    }
    let kept: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let kept = kept.trim_matches('_').trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    Err(refuse(text, what).help(if kept.is_empty() || kept.len() > 255 {
        "use letters, digits and underscores, not beginning with a digit, at most 255 characters".to_owned()
    } else {
        format!("write `{kept}`: letters, digits and underscores, not beginning with a digit")
    }))
}

fn docker_name(text: &str, what: &str) -> Result<String, Invalid> {
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    if begins && rest && (2..=128).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(refuse(text, what)
        .help("use 2 to 128 letters, digits, `_`, `.` and `-`, beginning with a letter or digit, as the engine asks"))
}

/// "did you mean `x`?" over names of any kind.
pub fn meant<'a, N: AsRef<str> + 'a>(word: &str, names: impl IntoIterator<Item = &'a N>) -> Option<String> {
    nearest(word, names.into_iter().map(AsRef::as_ref)).map(|near| format!("did you mean `{near}`?"))
}
