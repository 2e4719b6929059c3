//! What is known of well-known images: one table that presets and lint rules both read.
//!
//! A preset is one file and one line in [`PRESETS`]. Every fact says where it was read and when; nothing here
//! depends on the rest of the crate, and nothing here ever holds a secret's value.

mod account;
mod image;
mod mariadb;
mod memcached;
mod minio;
mod mongo;
mod mysql;
mod official;
mod postgres;
mod preset;
mod rabbitmq;
mod redis;
mod tag;
mod url;
mod valkey;

pub use account::{Account, Credentials, Fallback, Fault, Field, Need, Part, Setting};
pub use image::{Image, Kind, Port, Transport};
pub use official::is_official;
pub use preset::{DataPath, Persistence, Preset, Setup};
pub use tag::{is_alpine, major};
pub use url::{UrlForm, UrlPart};

/// Every preset, in the order in which they are listed to people.
pub static PRESETS: &[&Preset] = &[
    &postgres::PRESET,
    &mysql::PRESET,
    &mariadb::PRESET,
    &mongo::PRESET,
    &redis::PRESET,
    &valkey::PRESET,
    &memcached::PRESET,
    &minio::PRESET,
    &rabbitmq::PRESET,
];

/// The preset that a spec calls `name`.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().copied().find(|preset| preset.name == name)
}

/// What a spec may write after `preset:`.
pub fn names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.name)
}

/// The preset whose image, or an image that behaves like it, lives at `repository` (no tag, no digest).
pub fn by_image(repository: &str) -> Option<&'static Preset> {
    let repository = image::short(repository);
    PRESETS.iter().copied().find(|preset| {
        image::short(preset.image.repository) == repository || preset.aliases.contains(&repository)
    })
}

/// What is known of the image at `repository` (no tag, no digest), whether or not there is a preset for it.
pub fn image(repository: &str) -> Option<&'static Image> {
    by_image(repository).map(|preset| &preset.image).or_else(|| image::other(image::short(repository)))
}

#[cfg(test)]
mod tests;
