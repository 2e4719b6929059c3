//! The names that scripts and workflows give to images.

use crate::facts::model::Repository;
use crate::facts::script::docker::{Docker, OtherCall, recognise};
use crate::facts::script::{Action, Script, Word};
use crate::facts::{HOLE, Unknown, Value};
use crate::source::Span;

/// An image that a script or workflow makes or sends under a name.
pub(in crate::rules) struct NamedImage {
    /// The name, with its tag.
    pub(in crate::rules) name: Value<String>,
    /// Where it is written.
    pub(in crate::rules) span: Span,
    /// What is done with it.
    pub(in crate::rules) purpose: Use,
}

/// What is done with an image under a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Use {
    /// It is made, or given that name.
    Made,
    /// It is sent to a registry.
    Pushed,
    /// It is saved to a file.
    Saved,
}

/// Every name that is given to an image.
pub(in crate::rules) fn named_images(facts: &Repository) -> Vec<NamedImage> {
    facts.scripts.iter().flat_map(of).collect()
}

/// The repository of an image, and its tag: `latest` where none is written.
pub(in crate::rules) fn split(image: &str) -> (&str, &str) {
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    match image[last..].find(':') {
        Some(colon) => (&image[..last + colon], &image[last + colon + 1..]),
        None => (image, "latest"),
    }
}

fn of(script: &Script) -> Vec<NamedImage> {
    let mut found = Vec::new();
    for command in &script.commands {
        if let Some(Docker::Other(call)) = recognise(command).map(|call| call.what) {
            let purpose = match call.subcommand.value.as_str() {
                "save" => Use::Saved,
                "push" => Use::Pushed,
                _ if call.has(&["--push"]) => Use::Pushed,
                _ => Use::Made,
            };
            let names = words(&call).into_iter();
            found.extend(names.map(|word| NamedImage {
                name: word.value_with_shape(),
                span: word.span,
                purpose,
            }));
        }
    }
    let builds = script.actions.iter().filter(|action| action.name.ends_with("build-push-action"));
    found.extend(builds.flat_map(built));
    let tagged = script.actions.iter().filter(|action| action.name.ends_with("/metadata-action"));
    found.extend(tagged.flat_map(described));
    found
}

/// The words of a call that name what it makes or sends.
fn words(call: &OtherCall) -> Vec<&Word> {
    match call.subcommand.value.as_str() {
        "build" => call.values(&["-t", "--tag"]).collect(),
        "tag" => call.operands.get(1).into_iter().collect(),
        "push" | "save" => call.operands.iter().collect(),
        _ => Vec::new(),
    }
}

/// The images that an action of a workflow makes up tags for, to be pushed under them: one a line, or separated by commas.
fn described(action: &Action) -> Vec<NamedImage> {
    let Some(word) = action.input("images") else { return Vec::new() };
    let text = word.shape();
    let images =
        text.split([',', '\n']).map(str::trim).filter(|image| !image.is_empty() && !image.contains('='));
    let name = |image: &str| {
        Unknown::at(word.span, "the workflow makes up the tags while it runs")
            .shaped(format!("{image}:{HOLE}"))
    };
    images
        .map(|image| NamedImage { name: Value::Unknown(name(image)), span: word.span, purpose: Use::Pushed })
        .collect()
}

/// The tags that an action of a workflow is given: one a line, or separated by commas.
fn built(action: &Action) -> Vec<NamedImage> {
    let Some(word) = action.input("tags") else { return Vec::new() };
    let stays = action.input("push").is_some_and(|push| push.is("false"));
    let purpose = if stays { Use::Made } else { Use::Pushed };
    let text = word.shape();
    let tags = text.split([',', '\n']).map(str::trim).filter(|tag| !tag.is_empty());
    let name = |tag: &str| {
        if tag.contains(HOLE) {
            Value::Unknown(Unknown::at(word.span, "the workflow says it while it runs").shaped(tag))
        } else {
            Value::Known(tag.to_owned())
        }
    };
    tags.map(|tag| NamedImage { name: name(tag), span: word.span, purpose }).collect()
}
