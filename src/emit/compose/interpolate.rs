//! Text as Compose interpolates it: literal dollars doubled, secrets and the release as guarded variables.

use crate::resolve::environment::{Image, Piece, Release, Value};

/// The directory, beside `compose.yaml`, of this deployment's env-files, as Compose is to find it. The one name that
/// Compose itself fills in guards against another project's: a `COMPOSE_PROJECT_NAME` from a shell, `-p` or `.env`
/// silently beats `name:`, and then names a directory that does not exist.
pub(super) const ENV_DIRECTORY: &str = "env/${COMPOSE_PROJECT_NAME}";

/// Text of which nothing is to be interpolated.
pub(super) fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// Text in which secrets stand as variables that Compose refuses to leave blank.
pub(super) fn value(value: &Value) -> String {
    value.0.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => literal(text),
        Piece::Secret(variable) => format!("${{{variable}:?set it in .env, see .env.example}}"),
    }
}

/// The image's reference. An image built here is never `latest`: its tag is the release.
pub(super) fn image(image: &Image, release: Option<&Release>) -> String {
    match (image, release) {
        (Image::Pulled(reference), _) => literal(reference),
        (Image::Built { repository, .. }, Some(Release { tag: Some(tag), .. })) => {
            format!("{}:{}", literal(repository), literal(tag))
        }
        (Image::Built { repository, .. }, Some(Release { variable, tag: None })) => {
            format!(
                "{}:${{{variable}:?set it in .env to the tag to run, see .env.example}}",
                literal(repository)
            )
        }
        // A valid model has a release wherever an image is built.
        (Image::Built { repository, .. }, None) => literal(repository),
    }
}
