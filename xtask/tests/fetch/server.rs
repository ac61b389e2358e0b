//! An API server of documents alone, on loopback, that can be told to misbehave. It answers one request a connection.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use sha2::{Digest, Sha512};

/// What is answered to a path, whatever its query.
#[derive(Clone)]
pub(crate) struct Answer {
    code: u16,
    headers: String,
    body: String,
    /// Fewer bytes of the body than promised.
    short: bool,
}

pub(crate) fn answer(code: u16, body: &str) -> Answer {
    Answer { code, headers: String::new(), body: body.to_owned(), short: false }
}

/// A failure as an API server words it.
pub(crate) fn failure(code: u16, reason: &str, message: &str) -> Answer {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message, "code": code,
    });
    answer(code, &status.to_string())
}

impl Answer {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn broken_off(mut self) -> Self {
        self.short = true;
        self
    }
}

/// A document that says something.
pub(crate) fn document(title: &str) -> String {
    json!({"openapi": "3.0.0", "info": {"title": title}, "paths": {"/z": {}, "/a": {}}}).to_string()
}

#[derive(Default)]
struct State {
    documents: BTreeMap<String, String>,
    instead: BTreeMap<String, Answer>,
    asked: Vec<String>,
    /// A document that changes once the index has been read.
    next: Option<(String, String)>,
    without_hashes: bool,
    under_way: usize,
    most_under_way: usize,
    /// How many documents must be under way at a time before the first is answered.
    gate: usize,
}

pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Server {
    /// Serves these documents, named by their paths.
    pub(crate) fn start(paths: &[&str]) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let documents = paths.iter().map(|it| ((*it).to_owned(), document(it))).collect();
        let version =
            json!({"gitVersion": "v1.37.2", "major": "1", "minor": "37", "platform": "linux/amd64"});
        let instead = BTreeMap::from([("/version".to_owned(), answer(200, &version.to_string()))]);
        let state = State { documents, instead, ..State::default() };
        let state = Arc::new((Mutex::new(state), Condvar::new()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(&stream, &shared));
            }
        });
        Ok(Server { address, state })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut lock(&self.state.0))
    }

    /// Changes or adds a document.
    pub(crate) fn set(&self, path: &str, body: &str) {
        self.with(|it| it.documents.insert(path.to_owned(), body.to_owned()));
    }

    pub(crate) fn remove(&self, path: &str) {
        self.with(|it| it.documents.remove(path));
    }

    /// Changes a document as soon as the index has been read.
    pub(crate) fn set_after_the_index(&self, path: &str, body: &str) {
        self.with(|it| it.next = Some((path.to_owned(), body.to_owned())));
    }

    /// Answers this, whatever else there would be to say.
    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        self.with(|it| it.instead.insert(path.to_owned(), answer));
    }

    pub(crate) fn without_hashes(&self) {
        self.with(|it| it.without_hashes = true);
    }

    /// Holds the first documents back until so many are under way, or until no more seem to come.
    pub(crate) fn gate(&self, documents: usize) {
        self.with(|it| it.gate = documents);
    }

    pub(crate) fn most_under_way(&self) -> usize {
        self.with(|it| it.most_under_way)
    }

    /// What was asked for since the last time, without queries, in the order of the alphabet.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = self.with(|it| std::mem::take(&mut it.asked));
        asked.sort();
        asked
    }
}

/// A thread that panicked while it held the lock has failed its test already.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hash(body: &str) -> String {
    Sha512::digest(body).iter().map(|byte| format!("{byte:02X}")).collect()
}

fn serve(stream: &TcpStream, (state, changed): &(Mutex<State>, Condvar)) {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    // A connection that was opened and not used.
    if reader.read_line(&mut request).unwrap_or(0) == 0 {
        return;
    }
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|it| it > 2) {
        line.clear();
    }
    let uri = request.split(' ').nth(1).unwrap_or_default();
    let path = uri.split('?').next().unwrap_or_default();
    let is_document = path.starts_with("/openapi/v3/");
    let mut locked = lock(state);
    locked.asked.push(path.to_owned());
    if is_document {
        locked.under_way += 1;
        locked.most_under_way = locked.most_under_way.max(locked.under_way);
        changed.notify_all();
        let wait = Duration::from_secs(3);
        let held = changed.wait_timeout_while(locked, wait, |it| it.most_under_way < it.gate);
        locked = held.unwrap_or_else(PoisonError::into_inner).0;
        // Once is enough.
        locked.gate = 0;
    }
    let answer = respond(&mut locked, path, uri);
    drop(locked);
    let Answer { code, headers, body, short } = answer;
    let length = body.len() + usize::from(short);
    let head = format!("HTTP/1.1 {code} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    if is_document {
        // Before the answer: once it is here, the next may be asked for.
        lock(state).under_way -= 1;
    }
    // The other side may have given up.
    let _ = (&*stream).write_all(format!("{head}{body}").as_bytes());
}

fn respond(state: &mut State, path: &str, uri: &str) -> Answer {
    if let Some(answer) = state.instead.get(path) {
        return answer.clone();
    }
    if path == "/openapi/v3" {
        let url = |path: &str, body: &str| match state.without_hashes {
            true => json!({"serverRelativeURL": format!("/openapi/v3/{path}")}),
            false => json!({"serverRelativeURL": format!("/openapi/v3/{path}?hash={}", hash(body))}),
        };
        let paths: BTreeMap<_, _> =
            state.documents.iter().map(|(path, body)| (path, url(path, body))).collect();
        let index = json!({"paths": paths}).to_string();
        if let Some((path, body)) = state.next.take() {
            state.documents.insert(path, body);
        }
        return answer(200, &index);
    }
    let Some(body) = path.strip_prefix("/openapi/v3/").and_then(|it| state.documents.get(it)) else {
        return failure(404, "NotFound", "the server could not find the requested resource");
    };
    let current = hash(body);
    match uri.split_once("?hash=") {
        Some((_, hash)) if hash != current => {
            answer(301, "").header("location", &format!("{path}?hash={current}"))
        }
        _ => answer(200, body).header("etag", &format!("\"{current}\"")),
    }
}
