//! A server that answers every request with the same watch over plain HTTP, so that what bounds a figure is the client.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use serde_json::value::RawValue;

/// What is sent, so many times each.
pub(super) struct Events {
    /// Chunks of HTTP/1.1, one for each event, as Go's server sends those of the API server.
    json: Vec<u8>,
    protobuf: Vec<u8>,
    pub(super) count: usize,
    repeats: usize,
}

#[derive(serde::Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

impl Events {
    /// The pods of a list, and the frames of the same in protobuf, each with its length in four bytes.
    pub(super) fn of(list: &str, frames: &[u8], repeats: usize) -> Result<Self> {
        let list: List<'_> = serde_json::from_str(list).context("the list of pods")?;
        let mut json = Vec::new();
        for pod in &list.items {
            // In a list a pod does not say what it is.
            let pod = pod.get().strip_prefix('{').context("no object")?;
            let line = format!(
                "{{\"type\":\"MODIFIED\",\"object\":{{\"kind\":\"Pod\",\"apiVersion\":\"v1\",{pod}}}\n"
            );
            chunk(&mut json, line.as_bytes());
        }
        let (mut protobuf, mut rest) = (Vec::new(), frames);
        while let Some((length, _)) = rest.split_first_chunk::<4>() {
            let (frame, others) =
                rest.split_at_checked(4 + u32::from_be_bytes(*length) as usize).context("a cut frame")?;
            chunk(&mut protobuf, frame);
            rest = others;
        }
        Ok(Events { json, protobuf, count: list.items.len() * repeats, repeats })
    }

    /// The size of an event as JSON.
    pub(super) fn size(&self) -> f64 {
        (self.json.len() * self.repeats) as f64 / self.count as f64
    }

    /// Serves on a thread as long as the process lives.
    pub(super) fn serve(self: Arc<Self>) -> Result<SocketAddr> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that has seen enough is its own affair: it says how many events came.
                let _ = self.answer(stream);
            }
        });
        Ok(address)
    }

    fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.extend_from_slice(&byte);
        }
        let wants_protobuf = String::from_utf8_lossy(&head).contains("protobuf");
        let (media_type, body) = match wants_protobuf {
            true => ("application/vnd.kubernetes.protobuf;stream=watch", &self.protobuf),
            false => ("application/json", &self.json),
        };
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        for _ in 0..self.repeats {
            stream.write_all(body)?;
        }
        stream.write_all(b"0\r\n\r\n")?;
        Ok(())
    }
}

fn chunk(out: &mut Vec<u8>, data: &[u8]) {
    out.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
    out.extend_from_slice(data);
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_chunk() {
        let frames = [0, 0, 0, 2, b'o', b'k'];
        let events = Events::of(r#"{"items":[{"metadata":{}}]}"#, &frames, 3).unwrap();
        let json = String::from_utf8(events.json).unwrap();
        let line = r#"{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{}}}"#;
        assert_eq!(json, format!("{:x}\r\n{line}\n\r\n", line.len() + 1));
        assert_eq!(events.protobuf, b"6\r\n\0\0\0\x02ok\r\n");
        assert_eq!(events.count, 3);
        assert!(Events::of(r#"{"items":[]}"#, &[0, 0, 0, 9], 1).is_err());
    }
}
