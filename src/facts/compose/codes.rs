//! Why Compose would refuse a project, and what it would warn of.

use crate::diagnostic::codes;

codes! {
    /// There is no Compose file where Compose would look for one.
    NO_COMPOSE_FILE = Error "no-compose-file";
    /// A file that the project names does not exist: an included or extended file, an env-file.
    COMPOSE_FILE_MISSING = Error "compose-file-missing";
    /// A key or a value is not one that a Compose file can have there.
    COMPOSE_SCHEMA = Error "compose-schema";
    /// A value has the right kind but cannot be read: a port, a duration, a size.
    COMPOSE_VALUE = Error "compose-value";
    /// `${…}` is not written as Compose can read it.
    COMPOSE_INTERPOLATION = Error "compose-interpolation";
    /// A variable that is marked as required has no value.
    COMPOSE_REQUIRED_VARIABLE = Error "compose-required-variable";
    /// Something names a service, network, volume, secret or config that is not there.
    COMPOSE_REFERENCE = Error "compose-reference";
    /// Two settings contradict each other.
    COMPOSE_CONFLICT = Error "compose-conflict";
    /// Services, files or aliases refer to each other in a circle.
    COMPOSE_CYCLE = Error "compose-cycle";
    /// The project's name is not one that Compose takes.
    COMPOSE_PROJECT_NAME = Error "compose-project-name";
    /// A line of an env-file is not one.
    DOTENV_SYNTAX = Error "dotenv-syntax";
    /// A variable is not set, and is replaced by nothing.
    COMPOSE_BLANK_VARIABLE = Warning "compose-blank-variable";
    /// Compose takes it, with a warning.
    COMPOSE_WARNING = Warning "compose-warning";
}
