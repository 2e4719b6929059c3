//! Images: where they live, what they are for, and what they listen on.

/// What an image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Keeps records.
    Database,
    /// Keeps what can be made again.
    Cache,
    /// Passes messages on.
    Broker,
    /// Keeps files.
    ObjectStore,
    /// Finds text and documents.
    Search,
    /// Shows or changes the insides of another service.
    Admin,
    /// Stands in front of other services: the one kind that is meant to be reached from outside.
    Proxy,
}

impl Kind {
    /// The word that messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Broker => "broker",
            Self::ObjectStore => "object store",
            Self::Search => "search engine",
            Self::Admin => "admin tool",
            Self::Proxy => "proxy",
        }
    }

    /// Whether services of this kind have no business on a public address.
    pub fn is_internal(self) -> bool {
        self != Self::Proxy
    }
}

/// The protocol below a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A port that an image listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// What a spec calls it: `minio.console`.
    pub name: &'static str,
    /// Its number inside the container.
    pub number: u16,
    /// The protocol below.
    pub transport: Transport,
    /// Listened on only in images whose tag has this word.
    pub only: Option<&'static str>,
}

impl Port {
    /// A TCP port.
    pub const fn tcp(name: &'static str, number: u16) -> Self {
        Self { name, number, transport: Transport::Tcp, only: None }
    }

    /// A UDP port.
    pub const fn udp(name: &'static str, number: u16) -> Self {
        Self { name, number, transport: Transport::Udp, only: None }
    }

    /// The same, in images whose tag has this word.
    #[must_use]
    pub const fn only(self, word: &'static str) -> Self {
        Self { only: Some(word), ..self }
    }
}

/// A well-known image.
#[derive(Clone, Copy, Debug)]
pub struct Image {
    /// Where it is pulled from, without tag.
    pub repository: &'static str,
    /// What runs in it: two environments whose engines differ are not alike.
    pub engine: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// What it listens on, the main port first.
    pub ports: &'static [Port],
}

impl Image {
    const fn new(repository: &'static str, engine: &'static str, kind: Kind, ports: &'static [Port]) -> Self {
        Self { repository, engine, kind, ports }
    }
}

/// The repository without the names of Docker Hub and its mirrors: `docker.io/library/postgres` is `postgres`.
pub(super) fn short(repository: &str) -> &str {
    const HUB: &[&str] = &[
        "docker.io/",
        "index.docker.io/",
        "registry-1.docker.io/",
        "registry.hub.docker.com/",
        "mirror.gcr.io/",
        "public.ecr.aws/docker/",
    ];
    let hub = HUB.iter().find_map(|prefix| repository.strip_prefix(prefix)).unwrap_or(repository);
    hub.strip_prefix("library/").unwrap_or(hub)
}

/// Images without a preset, by their short repository.
pub(super) fn other(repository: &str) -> Option<&'static Image> {
    OTHERS.iter().find(|image| image.repository == repository)
}

/// Images that only lint needs to know. Repositories and ports: the `EXPOSE` lines and pages of the images,
/// as commonly documented, 2026-11; an image is listed only where its default port is beyond doubt.
static OTHERS: &[Image] = &[
    Image::new("nginx", "nginx", Kind::Proxy, &[Port::tcp("http", 80), Port::tcp("https", 443)]),
    Image::new("nginxinc/nginx-unprivileged", "nginx", Kind::Proxy, &[Port::tcp("http", 8080)]),
    Image::new(
        "caddy",
        "caddy",
        Kind::Proxy,
        // The admin API on 2019 listens on the container's loopback only.
        &[Port::tcp("http", 80), Port::tcp("https", 443), Port::udp("http3", 443)],
    ),
    Image::new("traefik", "traefik", Kind::Proxy, &[Port::tcp("http", 80), Port::tcp("https", 443)]),
    Image::new("cassandra", "cassandra", Kind::Database, &[Port::tcp("cql", 9042)]),
    Image::new("couchdb", "couchdb", Kind::Database, &[Port::tcp("http", 5984)]),
    Image::new(
        "clickhouse/clickhouse-server",
        "clickhouse",
        Kind::Database,
        &[Port::tcp("http", 8123), Port::tcp("native", 9000)],
    ),
    Image::new("influxdb", "influxdb", Kind::Database, &[Port::tcp("http", 8086)]),
    Image::new("neo4j", "neo4j", Kind::Database, &[Port::tcp("bolt", 7687), Port::tcp("http", 7474)]),
    Image::new(
        "qdrant/qdrant",
        "qdrant",
        Kind::Database,
        &[Port::tcp("http", 6333), Port::tcp("grpc", 6334)],
    ),
    Image::new("chromadb/chroma", "chroma", Kind::Database, &[Port::tcp("http", 8000)]),
    Image::new("ghcr.io/chroma-core/chroma", "chroma", Kind::Database, &[Port::tcp("http", 8000)]),
    Image::new(
        "semitechnologies/weaviate",
        "weaviate",
        Kind::Database,
        &[Port::tcp("http", 8080), Port::tcp("grpc", 50051)],
    ),
    Image::new(
        "cr.weaviate.io/semitechnologies/weaviate",
        "weaviate",
        Kind::Database,
        &[Port::tcp("http", 8080), Port::tcp("grpc", 50051)],
    ),
    Image::new(
        "milvusdb/milvus",
        "milvus",
        Kind::Database,
        &[Port::tcp("grpc", 19530), Port::tcp("metrics", 9091)],
    ),
    Image::new(
        "falkordb/falkordb",
        "falkordb",
        Kind::Database,
        &[Port::tcp("redis", 6379), Port::tcp("browser", 3000)],
    ),
    Image::new("falkordb/falkordb-server", "falkordb", Kind::Database, &[Port::tcp("redis", 6379)]),
    Image::new("memgraph/memgraph", "memgraph", Kind::Database, &[Port::tcp("bolt", 7687)]),
    Image::new("arangodb", "arangodb", Kind::Database, &[Port::tcp("http", 8529)]),
    Image::new("surrealdb/surrealdb", "surrealdb", Kind::Database, &[Port::tcp("http", 8000)]),
    Image::new(
        "rethinkdb",
        "rethinkdb",
        Kind::Database,
        &[Port::tcp("client", 28015), Port::tcp("http", 8080)],
    ),
    Image::new(
        "questdb/questdb",
        "questdb",
        Kind::Database,
        &[Port::tcp("http", 9000), Port::tcp("postgres", 8812)],
    ),
    Image::new(
        "cockroachdb/cockroach",
        "cockroach",
        Kind::Database,
        &[Port::tcp("sql", 26257), Port::tcp("http", 8080)],
    ),
    Image::new("quay.io/coreos/etcd", "etcd", Kind::Database, &[Port::tcp("client", 2379)]),
    Image::new(
        "clickhouse/clickhouse-keeper",
        "clickhouse-keeper",
        Kind::Database,
        &[Port::tcp("client", 9181)],
    ),
    Image::new("mcr.microsoft.com/mssql/server", "mssql", Kind::Database, &[Port::tcp("tds", 1433)]),
    Image::new("redis/redis-stack-server", "redis", Kind::Cache, &[Port::tcp("redis", 6379)]),
    Image::new(
        "redis/redis-stack",
        "redis",
        Kind::Cache,
        &[Port::tcp("redis", 6379), Port::tcp("insight", 8001)],
    ),
    Image::new("eqalpha/keydb", "keydb", Kind::Cache, &[Port::tcp("redis", 6379)]),
    Image::new(
        "docker.dragonflydb.io/dragonflydb/dragonfly",
        "dragonfly",
        Kind::Cache,
        &[Port::tcp("redis", 6379)],
    ),
    Image::new("nats", "nats", Kind::Broker, &[Port::tcp("client", 4222), Port::tcp("http", 8222)]),
    Image::new("apache/kafka", "kafka", Kind::Broker, &[Port::tcp("kafka", 9092)]),
    Image::new("confluentinc/cp-kafka", "kafka", Kind::Broker, &[Port::tcp("kafka", 9092)]),
    Image::new(
        "docker.redpanda.com/redpandadata/redpanda",
        "redpanda",
        Kind::Broker,
        &[Port::tcp("kafka", 9092), Port::tcp("admin", 9644)],
    ),
    Image::new(
        "redpandadata/redpanda",
        "redpanda",
        Kind::Broker,
        &[Port::tcp("kafka", 9092), Port::tcp("admin", 9644)],
    ),
    Image::new("zookeeper", "zookeeper", Kind::Broker, &[Port::tcp("client", 2181)]),
    Image::new("confluentinc/cp-zookeeper", "zookeeper", Kind::Broker, &[Port::tcp("client", 2181)]),
    Image::new("elasticsearch", "elasticsearch", Kind::Search, &[Port::tcp("http", 9200)]),
    Image::new(
        "docker.elastic.co/elasticsearch/elasticsearch",
        "elasticsearch",
        Kind::Search,
        &[Port::tcp("http", 9200)],
    ),
    Image::new("opensearchproject/opensearch", "opensearch", Kind::Search, &[Port::tcp("http", 9200)]),
    Image::new("getmeili/meilisearch", "meilisearch", Kind::Search, &[Port::tcp("http", 7700)]),
    Image::new("typesense/typesense", "typesense", Kind::Search, &[Port::tcp("http", 8108)]),
    Image::new("adminer", "adminer", Kind::Admin, &[Port::tcp("http", 8080)]),
    Image::new("phpmyadmin", "phpmyadmin", Kind::Admin, &[Port::tcp("http", 80)]),
    Image::new("phpmyadmin/phpmyadmin", "phpmyadmin", Kind::Admin, &[Port::tcp("http", 80)]),
    Image::new("dpage/pgadmin4", "pgadmin", Kind::Admin, &[Port::tcp("http", 80)]),
    Image::new("mongo-express", "mongo-express", Kind::Admin, &[Port::tcp("http", 8081)]),
    Image::new("rediscommander/redis-commander", "redis-commander", Kind::Admin, &[Port::tcp("http", 8081)]),
    Image::new("redis/redisinsight", "redisinsight", Kind::Admin, &[Port::tcp("http", 5540)]),
    Image::new("redislabs/redisinsight", "redisinsight", Kind::Admin, &[Port::tcp("http", 8001)]),
    Image::new("sosedoff/pgweb", "pgweb", Kind::Admin, &[Port::tcp("http", 8081)]),
    Image::new("provectuslabs/kafka-ui", "kafka-ui", Kind::Admin, &[Port::tcp("http", 8080)]),
    Image::new("ghcr.io/kafbat/kafka-ui", "kafka-ui", Kind::Admin, &[Port::tcp("http", 8080)]),
    Image::new("obsidiandynamics/kafdrop", "kafdrop", Kind::Admin, &[Port::tcp("http", 9000)]),
    Image::new("zilliz/attu", "attu", Kind::Admin, &[Port::tcp("http", 3000)]),
];
