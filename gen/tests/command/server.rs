//! An API server of given answers, on loopback. It answers one request a connection.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

/// What is answered to a path, whatever its query: a code and a body. Any other path is 404.
pub(crate) type Answers = BTreeMap<String, (u16, String)>;

pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, seen) = (Arc::new(answers), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, seen) = (Arc::clone(&answers), Arc::clone(&seen));
                thread::spawn(move || serve(&stream, &answers, &seen));
            }
        });
        Server { address, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A kubeconfig that leads here.
    pub(crate) fn kubeconfig(&self) -> String {
        let config = json!({
            "clusters": [{"name": "here", "cluster": {"server": self.url()}}],
            "contexts": [{"name": "here", "context": {"cluster": "here"}}],
            "current-context": "here",
        });
        config.to_string()
    }

    /// The paths that were asked for, without queries, in the order of the alphabet.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort();
        asked
    }
}

/// A failure as an API server words it.
pub(crate) fn failure(code: u16, message: &str) -> (u16, String) {
    let status =
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code});
    (code, status.to_string())
}

fn serve(stream: &TcpStream, answers: &Answers, asked: &Mutex<Vec<String>>) {
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
    let path = request.split([' ', '?']).nth(1).unwrap_or_default();
    asked.lock().unwrap().push(path.to_owned());
    let absent = failure(404, "the server could not find the requested resource");
    let (code, body) = answers.get(path).unwrap_or(&absent);
    // Longer than anybody waits: so a refusal is final at once.
    let head = format!(
        "HTTP/1.1 {code} X\r\nretry-after: 3600\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // The other side may have given up.
    let _ = (&*stream).write_all(format!("{head}{body}").as_bytes());
}
