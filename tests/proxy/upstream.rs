//! A container, played by a thread: it says what it was asked, streams events, upgrades connections.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub struct Upstream {
    pub port: u16,
    /// Lets the next event go (`/events`), or the next slow answer (`/held`).
    pub go: Sender<()>,
    stopped: Arc<AtomicBool>,
}

/// What one connection needs.
#[derive(Clone)]
struct Shared {
    name: String,
    go: Arc<Mutex<Receiver<()>>>,
    stopped: Arc<AtomicBool>,
}

impl Upstream {
    pub fn start(name: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (go, receiver) = channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let go_on = Arc::new(Mutex::new(receiver));
        let shared = Shared { name: name.to_owned(), go: go_on, stopped: Arc::clone(&stopped) };
        let stop = Arc::clone(&stopped);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let shared = shared.clone();
                thread::spawn(move || serve(&stream, &shared));
            }
        });
        Self { port, go, stopped }
    }

    /// Stops: what asks from now on is refused, over connections that were kept too.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(stream: &TcpStream, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let mut reader = BufReader::new(stream);
    while let Some(head) = head(&mut reader) {
        if shared.stopped.load(Ordering::Relaxed) {
            return;
        }
        let length = head.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<u64>().ok())?
        });
        let _ = std::io::copy(&mut reader.by_ref().take(length.unwrap_or(0)), &mut std::io::sink());
        let target = head[0].split(' ').nth(1).unwrap_or_default().to_owned();
        let path = target.split('?').next().unwrap_or_default().to_owned();
        if respond(stream, &mut reader, shared, &head, &path).is_err() {
            return;
        }
    }
}

fn head(reader: &mut impl BufRead) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            return (!lines.is_empty()).then_some(lines);
        }
        lines.push(line);
    }
}

fn respond(
    mut stream: &TcpStream,
    reader: &mut impl BufRead,
    shared: &Shared,
    head: &[String],
    path: &str,
) -> std::io::Result<()> {
    if path.ends_with("/events") {
        return events(stream, shared);
    }
    if path.ends_with("/socket") {
        write!(
            stream,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        )?;
        let mut byte = [0];
        while reader.read(&mut byte)? == 1 {
            stream.write_all(&byte)?;
        }
        return Ok(());
    }
    if path.ends_with("/held") {
        write!(stream, "")?;
        wait(shared);
    }
    let status = path.rsplit_once("/status/").and_then(|(_, status)| status.parse().ok()).unwrap_or(200);
    // Its own ideas of some headers, which must not be seen beside the site's; and a text worth compressing.
    let mut body = format!("name: {}\n{}\n", shared.name, head.join("\n"));
    if path.ends_with("/long") {
        body.push_str(&"all work and no play\n".repeat(200));
    }
    write!(
        stream,
        "HTTP/1.1 {status} Because\r\nContent-Type: text/plain\r\nX-Frame-Options: ALLOWALL\r\n\
         Cache-Control: no-store\r\nX-Own: own\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Events of a kilobyte each, each after a word of the test.
fn events(mut stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )?;
    for number in 1..=3 {
        wait(shared);
        let event = format!("data: {number}{}\n\n", "-".repeat(1000));
        write!(stream, "{:x}\r\n{event}\r\n", event.len())?;
    }
    write!(stream, "0\r\n\r\n")
}

fn wait(shared: &Shared) {
    let go = shared.go.lock().expect("no other thread failed");
    let _ = go.recv_timeout(Duration::from_secs(30));
}
