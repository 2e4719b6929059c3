//! The official images of Docker Hub: the only ones with a name of one word.

/// Their names, those that are no longer made among them. Source: the directory `library/` of the repository
/// docker-library/official-images and its history, as commonly known, 2026-11. In order.
#[rustfmt::skip]
static OFFICIAL: &[&str] = &[
    "adminer", "aerospike", "almalinux", "alpine", "alt", "amazoncorretto", "amazonlinux", "api-firewall",
    "arangodb", "archlinux", "backdrop", "bash", "bonita", "buildpack-deps", "busybox", "caddy", "cassandra",
    "celery", "centos", "chronograf", "cirros", "clearlinux", "clefos", "clickhouse", "clojure", "composer",
    "consul", "convertigo", "couchbase", "couchdb", "crate", "crux", "dart", "debian", "django", "docker", "drupal",
    "eclipse-mosquitto", "eclipse-temurin", "eggdrop", "elasticsearch", "elixir", "emqx", "erlang", "euleros",
    "express-gateway", "fedora", "flink", "fluentd", "friendica", "fsharp", "gazebo", "gcc", "geonetwork", "ghost",
    "glassfish", "golang", "gradle", "groovy", "haproxy", "haskell", "haxe", "hello-world", "hipache", "hitch",
    "hylang", "ibm-semeru-runtimes", "ibmjava", "influxdb", "iojs", "irssi", "java", "jenkins", "jetty", "jobber",
    "joomla", "jruby", "julia", "kaazing-gateway", "kapacitor", "kibana", "known", "kong", "krakend",
    "lightstreamer", "liquibase", "logstash", "mageia", "mariadb", "matomo", "maven", "mediawiki", "memcached",
    "mongo", "mongo-express", "monica", "mono", "mysql", "nats", "nats-streaming", "neo4j", "neurodebian",
    "nextcloud", "nginx", "node", "notary", "nuxeo", "odoo", "open-liberty", "openjdk", "opensuse", "oraclelinux",
    "orientdb", "owncloud", "percona", "perl", "photon", "php", "php-zendserver", "phpmyadmin", "piwik", "plone",
    "postfixadmin", "postgres", "pypy", "python", "r-base", "rabbitmq", "rails", "rakudo-star", "rapidoid", "redis",
    "redmine", "registry", "rethinkdb", "rocket.chat", "rockylinux", "ros", "ruby", "rust", "sapmachine", "satosa",
    "scratch", "sentry", "silverpeas", "solr", "sonarqube", "sourcemage", "spark", "spiped", "storm", "swarm",
    "swift", "swipl", "teamspeak", "telegraf", "thrift", "tomcat", "tomee", "traefik", "ubuntu",
    "ubuntu-debootstrap", "unit", "varnish", "vault", "websphere-liberty", "wordpress", "xwiki", "yourls", "znc",
    "zookeeper",
];

/// Whether that is an image of Docker Hub's own library: `postgres`, `docker.io/library/postgres`.
pub fn is_official(repository: &str) -> bool {
    OFFICIAL.binary_search(&super::image::short(repository)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_found() {
        assert!(OFFICIAL.is_sorted());
        assert!(is_official("docker.io/library/postgres") && is_official("nginx"));
        assert!(!is_official("acme/nginx") && !is_official("shop-api"));
    }
}
