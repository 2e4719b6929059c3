//! What can be wrong with a spec as it is written.

use crate::diagnostic::codes;

codes! {
    /// An environment runs another kind of server than the others and does not say that this is meant.
    PRESET_DIFFERS = Error "preset-differs";
    /// The spec is empty.
    EMPTY_SPEC = Error "empty-spec";
}
