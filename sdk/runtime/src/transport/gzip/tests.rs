//! Members, cuts, junk and bombs (F7).

use std::collections::VecDeque;
use std::io::Write;
use std::task::Waker;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// Chunks that have come; then the end, or silence.
struct Chunks {
    chunks: VecDeque<Bytes>,
    ends: bool,
}

impl Stream for Chunks {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None if self.ends => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(1));
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(chunks: &[&[u8]], ends: bool) -> Gunzip<Chunks> {
    let chunks = chunks.iter().map(|it| Bytes::copy_from_slice(it)).collect();
    Gunzip::new(Chunks { chunks, ends })
}

/// All that can be read without waiting, and whether it ended, well or not.
fn read(mut stream: Gunzip<Chunks>) -> (Vec<u8>, Option<Result<(), String>>) {
    let mut out = Vec::new();
    loop {
        match Pin::new(&mut stream).poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => return (out, None),
            Poll::Ready(None) => return (out, Some(Ok(()))),
            Poll::Ready(Some(Ok(chunk))) => out.extend_from_slice(&chunk),
            Poll::Ready(Some(Err(error))) => return (out, Some(Err(error.to_string()))),
        }
    }
}

fn text(length: usize) -> Vec<u8> {
    (0..length).map(|it| b'a' + u8::try_from(it * it % 23).unwrap()).collect()
}

#[test]
fn one_member_cut_anywhere() {
    let (text, packed) = (text(300), gzip(&text(300)));
    for cut in 0..=packed.len() {
        let (head, tail) = packed.split_at(cut);
        assert_eq!(read(gunzip(&[head, tail], true)), (text.clone(), Some(Ok(()))), "{cut}");
    }
    let bytes: Vec<&[u8]> = packed.chunks(1).collect();
    assert_eq!(read(gunzip(&bytes, true)), (text, Some(Ok(()))));
}

#[test]
fn each_member_comes_without_waiting_for_the_next() {
    let events = [&b"{\"type\":\"ADDED\"}\n"[..], b"{\"type\":\"MODIFIED\"}\n", b"{}\n"];
    let members: Vec<Vec<u8>> = events.iter().map(|it| gzip(it)).collect();
    for count in 1..=3 {
        let chunks: Vec<&[u8]> = members[..count].iter().map(Vec::as_slice).collect();
        let expected = events[..count].concat();
        assert_eq!(read(gunzip(&chunks, false)), (expected.clone(), None));
        assert_eq!(read(gunzip(&[&chunks.concat()], true)), (expected, Some(Ok(()))));
    }
    // Cut anywhere, and empty members between.
    let whole = [members[0].clone(), gzip(b""), members[1].clone()].concat();
    for cut in 0..=whole.len() {
        let (head, tail) = whole.split_at(cut);
        assert_eq!(read(gunzip(&[head, tail], true)), (events[..2].concat(), Some(Ok(()))), "{cut}");
    }
}

#[test]
fn what_was_flushed_comes_before_its_member_ends() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(1));
    encoder.write_all(b"first\n").unwrap();
    encoder.flush().unwrap();
    let flushed = encoder.get_ref().clone();
    assert_eq!(read(gunzip(&[&flushed], false)), (b"first\n".to_vec(), None));
}

#[test]
fn cuts_and_junk_are_errors() {
    let packed = gzip(b"hello");
    let failed = |chunks: &[&[u8]]| read(gunzip(chunks, true)).1.unwrap().unwrap_err();
    for cut in 1..packed.len() {
        let error = failed(&[&packed[..cut]]);
        assert!(error.starts_with("the compressed answer breaks off; make the call again"), "{cut}: {error}");
    }
    let mut junk = packed.clone();
    junk.extend_from_slice(b"<html>");
    let mut wrong_sum = packed.clone();
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    for broken in
        [&b"plain text, no gzip at all"[..], &junk, &wrong_sum, &[packed.as_slice(), &[0; 16]].concat()]
    {
        assert!(failed(&[broken]).starts_with("the compressed answer is not valid"), "{broken:?}");
    }
    assert_eq!(read(gunzip(&[], true)), (Vec::new(), Some(Ok(()))));
}

#[test]
fn what_grows_a_thousandfold_comes_piece_by_piece() {
    let mut stream = gunzip(&[&gzip(&vec![0; 10 << 20])], true);
    let mut whole = 0;
    while let Poll::Ready(Some(chunk)) =
        Pin::new(&mut stream).poll_next(&mut Context::from_waker(Waker::noop()))
    {
        let length = chunk.unwrap().len();
        assert!(length <= 2 * MOST, "{length}");
        whole += length;
    }
    assert_eq!(whole, 10 << 20);
}
