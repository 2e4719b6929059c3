//! Every kind of trouble that a text can be in.

use crate::diagnostic::codes;

codes! {
    /// The text is not YAML.
    YAML_SYNTAX = Error "yaml-syntax";
    /// A line is indented with a tab, which YAML forbids.
    TAB_INDENTATION = Error "tab-indentation";
    /// A reference `${…}` stands unquoted inside `{}` or `[]`, where YAML takes its braces for its own.
    UNQUOTED_REFERENCE = Error "unquoted-reference";
    /// The text holds more than one YAML document where one is expected.
    SEVERAL_DOCUMENTS = Error "several-documents";
    /// Mappings and lists are nested deeper than anybody means to.
    TOO_DEEP = Error "too-deep";
    /// Aliases repeat parts of the text so often that it would grow without bound.
    ALIAS_BOMB = Error "alias-bomb";
    /// An alias stands inside the very value it refers to.
    ALIAS_CYCLE = Error "alias-cycle";
    /// An alias refers to an anchor that is not defined before it.
    UNDEFINED_ALIAS = Error "undefined-alias";
    /// A mapping has the same key twice.
    DUPLICATE_KEY = Error "duplicate-key";
    /// A merge key `<<` has a value that cannot be merged.
    MERGE_VALUE = Error "merge-value";
    /// A value does not fit the tag that it is given, as in `!!int five`.
    WRONG_TAG = Error "wrong-tag";
    /// A mapping has a key that means nothing there.
    UNKNOWN_KEY = Error "unknown-key";
    /// A mapping lacks a key that it must have.
    MISSING_KEY = Error "missing-key";
    /// A value is of another kind than the one expected: a list for a mapping, a number for text.
    WRONG_TYPE = Error "wrong-type";
    /// A value is not one of the words that may stand there.
    UNKNOWN_VALUE = Error "unknown-value";
    /// A number is smaller or larger than it may be.
    OUT_OF_RANGE = Error "out-of-range";
    /// A value is of the right kind but breaks the rules for what it names.
    INVALID_VALUE = Error "invalid-value";
    /// A text has so many errors that the rest of them would help nobody.
    TOO_MANY_ERRORS = Error "too-many-errors";
}

/// Those after which nothing is known of the text: it is not read any further, and the job was not done.
pub static FAILURES: &[&crate::diagnostic::Code] = &[
    &YAML_SYNTAX,
    &TAB_INDENTATION,
    &UNQUOTED_REFERENCE,
    &SEVERAL_DOCUMENTS,
    &TOO_DEEP,
    &ALIAS_BOMB,
    &ALIAS_CYCLE,
    &UNDEFINED_ALIAS,
];
