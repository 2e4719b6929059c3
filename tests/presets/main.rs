//! The presets against the real servers that Debian packages: started on loopback as the entrypoints of the images do,
//! then reached with the URL and the credentials that the preset emits, and asked by its probe, which has to pass
//! when the server is up and to fail when it is not.
//!
//! No package has a server of mysql, mongo, valkey or minio. valkey's commands run here with redis' programs, of which
//! it is a fork, and mysql's probe against mariadb; mongo and minio are not tried.
#![allow(unreachable_pub, reason = "each module is the test's own")]

mod amqp;
mod harness;
mod mariadb;
mod memcached;
mod postgres;
mod rabbitmq;
mod redis;
#[path = "../support/mod.rs"]
mod support;
