//! What can be wrong with a spec whose every value is right: with what it refers to, and with what it would do on a host.

use crate::diagnostic::codes;

codes! {
    /// A name that is no service of this project.
    UNKNOWN_SERVICE = Error "unknown-service";
    /// A name that is no site of this project.
    UNKNOWN_SITE = Error "unknown-site";
    /// A name that is no host of this project.
    UNKNOWN_HOST = Error "unknown-host";
    /// A name that is no secret of this project.
    UNKNOWN_SECRET = Error "unknown-secret";
    /// A name that is no variable of this project.
    UNKNOWN_VARIABLE = Error "unknown-variable";
    /// A name that is no network of this project.
    UNKNOWN_NETWORK = Error "unknown-network";
    /// A name that is no volume of the service.
    UNKNOWN_VOLUME = Error "unknown-volume";
    /// A name that is no port of the service.
    UNKNOWN_PORT = Error "unknown-port";
    /// A port is needed of a service that has none.
    NO_PORT = Error "no-port";
    /// A port is needed of a service that has several, and none is named.
    AMBIGUOUS_PORT = Error "ambiguous-port";
    /// A name that is nothing that can be placed: no service, site or job.
    UNKNOWN_NAME = Error "unknown-name";
    /// A reference asks a service for something that it does not have, such as the password of a service without one.
    NO_SUCH_FIELD = Error "no-such-field";
    /// An environment gives a variable no value.
    MISSING_VARIABLE = Error "missing-variable";
    /// A secret that nothing uses.
    UNUSED_SECRET = Warning "unused-secret";
    /// A variable that nothing uses.
    UNUSED_VARIABLE = Warning "unused-variable";
    /// A password that is written out, or put together from parts.
    LITERAL_PASSWORD = Error "inline-secret";
    /// A secret where it would be shown: in a command line, a label, a build argument, a name.
    SECRET_SHOWN = Error "secret-shown";
    /// A secret that would cross from host to host unencrypted.
    SECRET_IN_CLEAR = Warning "secret-in-clear";
    /// A secret that is sent to a build, whose directory holds a secrets file that nothing excludes.
    SECRET_IN_BUILD_CONTEXT = Warning "secret-in-build-context";
    /// A build context or Dockerfile that does not exist.
    BUILD_CONTEXT_MISSING = Error "build-context-missing";
    /// A file of the repository that is to be mounted and does not exist: Docker would make a directory of it.
    MISSING_BIND_SOURCE = Error "missing-bind-source";
    /// A file of the repository that is to be run or packaged and does not exist.
    MISSING_FILE = Error "missing-file";
    /// A script that the crontab is to run and that may not be executed.
    NOT_EXECUTABLE = Error "not-executable";
    /// A pattern of names that can give two things one name.
    AMBIGUOUS_NAMES = Error "ambiguous-names";
    /// One name for two things: a service and a site, a replica and a service.
    DUPLICATE_NAME = Error "duplicate-name";
    /// A computed name that Docker or Compose would refuse.
    INVALID_NAME = Error "invalid-name";
    /// A service or site that an environment does not place on any host.
    UNPLACED = Error "unplaced";
    /// A service or site that an environment places twice.
    PLACED_TWICE = Error "placed-twice";
    /// An environment goes without something that the rest of it uses.
    ABSENT = Error "absent";
    /// A service that says neither what it runs nor where it is.
    NO_IMAGE = Error "no-image";
    /// Keys of a service that exclude each other.
    CONFLICTING_KEYS = Error "conflicting-keys";
    /// A key that means nothing beside the others: credentials of a service without a preset, and the like.
    MEANINGLESS_KEY = Error "meaningless-key";
    /// A key that is needed beside the others.
    INCOMPLETE = Error "incomplete";
    /// A credential that the preset's image would refuse.
    REFUSED_CREDENTIAL = Error "refused-credential";
    /// A tag that the preset's image cannot be used with.
    REFUSED_VERSION = Error "refused-version";
    /// An image without a tag, or with one that moves.
    UNPINNED_IMAGE = Error "unpinned-image";
    /// A preset with data that is asked to run several times.
    REPLICATED_STATE = Error "replicated-state";
    /// A service that cannot be reached from where it is referred to.
    UNREACHABLE_SERVICE = Error "unreachable-service";
    /// A service on another host that no site serves.
    NO_SITE_ACROSS_HOSTS = Error "no-site-across-hosts";
    /// A service waits for one on another host, which Compose cannot.
    NEEDS_ACROSS_HOSTS = Error "needs-across-hosts";
    /// Services or jobs that wait for each other.
    DEPENDENCY_CYCLE = Error "dependency-cycle";
    /// A reference in the value of a variable, which is plain text.
    REFERENCE_IN_VARIABLE = Error "reference-in-variable";
    /// One host port for two things.
    PORT_COLLISION = Error "port-collision";
    /// One container name for two containers of a host.
    CONTAINER_NAME_COLLISION = Error "container-name-collision";
    /// One Compose project name for two deployments of a host.
    PROJECT_NAME_COLLISION = Error "project-name-collision";
    /// One volume for two deployments of a host, not declared external.
    SHARED_VOLUME = Error "shared-volume";
    /// One network name for two deployments of a host, not declared external.
    SHARED_NETWORK = Error "shared-network";
    /// One domain for two sites of a host.
    DUPLICATE_SERVER_NAME = Error "duplicate-server-name";
    /// A published range that is not as long as there are replicas.
    PUBLISH_REPLICAS = Error "publish-replicas";
    /// A site on a host that has no web server.
    NO_PROXY = Error "no-proxy";
    /// A proxy that says too little, or things that exclude each other.
    INVALID_PROXY = Error "invalid-proxy";
    /// Something that the host's web server cannot do.
    UNSUPPORTED_BY_PROXY = Error "unsupported-by-proxy";
    /// Encryption for a site that has no domain.
    TLS_WITHOUT_DOMAIN = Error "tls-without-domain";
    /// A domain for which Let's Encrypt issues no certificate, or not by asking the web server.
    NO_CERTIFICATE = Error "no-certificate";
    /// A port at which a site cannot be served as it is meant.
    UNSERVABLE_PORT = Error "unservable-port";
    /// A site that serves nothing, or is asked at no address.
    INCOMPLETE_SITE = Error "incomplete-site";
    /// A domain that, its references followed, is none.
    INVALID_DOMAIN = Error "invalid-domain";
    /// The user of a container that, its references followed, is none.
    INVALID_USER = Error "invalid-user";
    /// A route to a service that the host's proxy cannot reach.
    UNROUTABLE = Error "unroutable";
    /// A reservation of processors, which Compose ignores outside Swarm.
    IGNORED_RESERVATION = Warning "ignored-reservation";
    /// A memory limit with which no container starts; mostly one without its unit.
    MEMORY_TOO_SMALL = Error "memory-too-small";
    /// A reservation that is greater than the limit.
    RESERVATION_ABOVE_LIMIT = Error "reservation-above-limit";
    /// A job that says too little, or things that exclude each other.
    INVALID_JOB = Error "invalid-job";
    /// A raw block that would undo what keeps environments apart.
    UNSAFE_RAW = Error "unsafe-raw";
    /// A neighbour's spec that has errors of its own, so that it could not be checked against.
    BROKEN_NEIGHBOUR = Warning "broken-neighbour";
}
