//! A server for a pod that answers with what it was sent: the request line and the headers, as they arrived.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use crate::Outcome;

/// One connection after the other, until it is killed.
pub(crate) async fn serve(port: u16) -> Outcome {
    let listener = TcpListener::bind(("0.0.0.0", port))?;
    for connection in listener.incoming() {
        // Whoever leaves early has no need of an answer.
        if let Err(error) = connection.and_then(answer) {
            eprintln!("{error}");
        }
    }
    Ok(0)
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = String::new();
    for line in BufReader::new(&stream).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        head.push_str(&line);
        head.push('\n');
    }
    let length = head.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{head}"
    )
}
