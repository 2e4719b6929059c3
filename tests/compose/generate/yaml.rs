//! YAML as it is generated: trees that can be spoilt, and their text.

use std::fmt;

/// A piece of a Compose file.
#[derive(Clone)]
pub enum Yaml {
    /// A scalar as it is written.
    Plain(String),
    /// A scalar in double quotes.
    Quoted(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
    /// `!reset` or `!override` before a value.
    Tagged(&'static str, Box<Yaml>),
}

impl Yaml {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Every node below this one and itself, in the order of the text.
    pub fn count(&self) -> usize {
        1 + match self {
            Self::Plain(_) | Self::Quoted(_) => 0,
            Self::List(items) => items.iter().map(Self::count).sum(),
            Self::Map(entries) => entries.iter().map(|(_, value)| value.count()).sum(),
            Self::Tagged(_, value) => value.count(),
        }
    }

    /// The node with this number, as `count` counts them.
    pub fn node(&mut self, number: &mut usize) -> Option<&mut Self> {
        if *number == 0 {
            return Some(self);
        }
        *number -= 1;
        match self {
            Self::Plain(_) | Self::Quoted(_) => None,
            Self::List(items) => items.iter_mut().find_map(|item| item.node(number)),
            Self::Map(entries) => entries.iter_mut().find_map(|(_, value)| value.node(number)),
            Self::Tagged(_, value) => value.node(number),
        }
    }

    /// Takes out the keys whose values are empty lists.
    pub fn drop_empty_lists(&mut self) {
        match self {
            Self::Plain(_) | Self::Quoted(_) => {}
            Self::List(items) => {
                for item in items {
                    item.drop_empty_lists();
                }
            }
            Self::Map(entries) => {
                entries.retain(|(_, value)| match value {
                    Self::List(items) => !items.is_empty(),
                    Self::Plain(text) => text != "[]",
                    _ => true,
                });
                for (_, value) in entries {
                    value.drop_empty_lists();
                }
            }
            Self::Tagged(_, value) => value.drop_empty_lists(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Plain(_) | Self::Quoted(_) => true,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::Tagged(_, value) => value.is_empty(),
        }
    }

    /// On one line.
    fn flow(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Plain(text) => f.write_str(text),
            Self::Quoted(text) => {
                f.write_str(&serde_json::to_string(text).expect("a text can be written as JSON"))
            }
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    item.flow(f)?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}: ", if index == 0 { "" } else { ", " })?;
                    value.flow(f)?;
                }
                f.write_str("}")
            }
            Self::Tagged(tag, value) => {
                write!(f, "{tag} ")?;
                value.flow(f)
            }
        }
    }

    /// On lines of their own, if there is anything to put there.
    fn block(&self, f: &mut fmt::Formatter, indent: usize) -> fmt::Result {
        match self {
            _ if self.is_empty() => {
                f.write_str(" ")?;
                self.flow(f)?;
                f.write_str("\n")
            }
            Self::List(items) => {
                f.write_str("\n")?;
                for item in items {
                    write!(f, "{:indent$}- ", "")?;
                    item.flow(f)?;
                    f.write_str("\n")?;
                }
                Ok(())
            }
            Self::Map(entries) => {
                f.write_str("\n")?;
                for (key, value) in entries {
                    write!(f, "{:indent$}{key}:", "")?;
                    value.block(f, indent + 2)?;
                }
                Ok(())
            }
            Self::Tagged(tag, value) => {
                write!(f, " {tag}")?;
                value.block(f, indent)
            }
            Self::Plain(_) | Self::Quoted(_) => Ok(()),
        }
    }
}

impl fmt::Display for Yaml {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.block(f, 0)
    }
}

impl fmt::Debug for Yaml {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.flow(f)
    }
}
