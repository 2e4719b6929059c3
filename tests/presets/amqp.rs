//! The smallest AMQP 0-9-1 client: it logs in, opens the virtual host, and goes.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const START: (u16, u16) = (10, 10);
const TUNE: (u16, u16) = (10, 30);
const OPEN_OK: (u16, u16) = (10, 41);

/// Logs in with a URL of the form `scheme://user:password@host:port/vhost`; or tells what was answered instead.
pub fn login(url: &str) -> Result<(), String> {
    let (_, rest) = url.split_once("://").expect("a scheme");
    let (login, rest) = rest.split_once('@').expect("a login");
    let (user, password) = login.split_once(':').expect("a password");
    let (address, vhost) = rest.split_once('/').expect("a virtual host");
    converse(address, user, password, vhost).map_err(|error| error.to_string())
}

fn converse(address: &str, user: &str, password: &str, vhost: &str) -> io::Result<()> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.write_all(b"AMQP\x00\x00\x09\x01")?;
    expect(&mut connection, START)?;

    // start-ok: no properties, PLAIN, the login, the locale.
    let mut start_ok = vec![0, 10, 0, 11, 0, 0, 0, 0];
    short(&mut start_ok, "PLAIN");
    let response = format!("\0{user}\0{password}");
    start_ok.extend(u32::try_from(response.len()).expect("a short password").to_be_bytes());
    start_ok.extend(response.bytes());
    short(&mut start_ok, "en_US");
    send(&mut connection, &start_ok)?;
    let tune = expect(&mut connection, TUNE)?;

    // tune-ok, with what was proposed, and open.
    send(&mut connection, &[&[0, 10, 0, 31], &tune[..]].concat())?;
    let mut open = vec![0, 10, 0, 40];
    short(&mut open, vhost);
    open.extend([0, 0]);
    send(&mut connection, &open)?;
    expect(&mut connection, OPEN_OK).map(drop)
}

/// Adds a string of at most 255 bytes.
fn short(payload: &mut Vec<u8>, text: &str) {
    payload.push(u8::try_from(text.len()).expect("a short string"));
    payload.extend(text.bytes());
}

/// Sends a method on the connection's own channel.
fn send(connection: &mut TcpStream, payload: &[u8]) -> io::Result<()> {
    let size = u32::try_from(payload.len()).expect("a small frame").to_be_bytes();
    connection.write_all(&[&[1, 0, 0], &size[..], payload, &[0xce]].concat())
}

/// Reads one method and gives its arguments; an error where it is another one than that.
fn expect(connection: &mut TcpStream, method: (u16, u16)) -> io::Result<Vec<u8>> {
    let mut head = [0; 7];
    connection.read_exact(&mut head)?;
    let size = u32::from_be_bytes([head[3], head[4], head[5], head[6]]) as usize;
    let mut payload = vec![0; size + 1];
    connection.read_exact(&mut payload)?;
    payload.pop();
    let got = (u16::from_be_bytes([payload[0], payload[1]]), u16::from_be_bytes([payload[2], payload[3]]));
    if got == method {
        Ok(payload.split_off(4))
    } else {
        Err(io::Error::other(format!("{got:?}: {}", String::from_utf8_lossy(&payload[4..]))))
    }
}
