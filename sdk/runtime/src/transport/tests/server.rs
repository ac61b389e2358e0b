//! A scripted server of HTTP/1.1: for each request that arrives, on whatever connection, the next step.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is done with a request. Texts are written as they are.
#[derive(Clone)]
pub(super) enum Step {
    /// An answer, and the connection stays.
    Answer(Vec<u8>),
    /// An answer, or a part of one, and the end of the connection.
    Close(Vec<u8>),
    /// The same, and the connection is reset.
    Reset(Vec<u8>),
    /// The same, and nothing ever after.
    Silence(Vec<u8>),
    /// The same, and what comes then is lost on the way: nothing acknowledges it.
    #[cfg(target_os = "linux")]
    Blackhole(Vec<u8>),
    /// An answer, and what comes then is sent back.
    Echo(Vec<u8>),
}

impl Step {
    /// An answer with a body of known length.
    pub(super) fn status(code: u16, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 {code} X\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
        Step::Answer([head.as_bytes(), body].concat())
    }

    pub(super) fn ok(body: &str) -> Self {
        Step::status(200, "", body)
    }
}

pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) async fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let steps = Arc::new(Mutex::new(steps.into_iter().collect::<VecDeque<_>>()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (steps, log) = (Arc::clone(&steps), Arc::clone(&log));
                tokio::spawn(async move { connection(stream, &steps, &log).await });
            }
        });
        Server { url, asked }
    }

    /// The heads of the requests that came, in lower case.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Method and path of the requests that came.
    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(|it| it.split(" http/").next().unwrap_or_default().to_owned()).collect()
    }
}

async fn connection(mut stream: TcpStream, steps: &Mutex<VecDeque<Step>>, log: &Mutex<Vec<String>>) {
    while let Some(head) = head(&mut stream).await {
        log.lock().unwrap().push(head);
        let step = steps.lock().unwrap().pop_front().expect("no more steps in the script");
        match step {
            Step::Answer(bytes) => stream.write_all(&bytes).await.unwrap(),
            Step::Close(bytes) => return stream.write_all(&bytes).await.unwrap(),
            Step::Reset(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                return stream.set_zero_linger().unwrap();
            }
            Step::Silence(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                std::future::pending().await
            }
            #[cfg(target_os = "linux")]
            Step::Blackhole(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                // BPF_RET with 0: the kernel drops each segment before TCP sees it.
                let nothing = socket2::SockFilter::new(6, 0, 0, 0);
                socket2::SockRef::from(&stream).attach_filter(&[nothing]).unwrap();
                std::future::pending().await
            }
            Step::Echo(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                let (mut read, mut write) = stream.split();
                tokio::io::copy(&mut read, &mut write).await.unwrap();
                return write.shutdown().await.unwrap();
            }
        }
    }
}

/// The head of the next request, its body read; nothing when the connection ends.
pub(super) async fn head(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") && !bytes.starts_with(&[0x16]) {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length = head.lines().find_map(|it| it.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(head)
}
