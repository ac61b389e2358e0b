//! Lists in pieces: whatever the pieces are, what comes is what the whole document gives.

use kubesdk_api::core::v1::PodList;
use kubesdk_core::json::ListDecoder;
use kubesdk_core::{cbor, json};

/// Checks a document, JSON or CBOR, in pieces of a size that the first byte says, and in pieces of one byte.
pub fn check(bytes: &[u8]) {
    let Some((size, document)) = bytes.split_first() else { return };
    let pieces = decode(document, usize::from(*size) + 1);
    assert_eq!(pieces, decode(document, 1), "the size of the pieces made a difference");
    let whole = json::from_slice::<PodList>(document).or_else(|_| cbor::from_slice(document));
    match (pieces, whole) {
        (Some(pieces), Ok(whole)) => assert_eq!(pieces, whole, "pieces and the whole differ"),
        (Some(_), Err(error)) => panic!("pieces took for a list what is none: {error}"),
        (None, Ok(_)) => {
            let twice = |name: &[u8]| document.windows(name.len()).filter(|it| *it == name).count() > 1;
            // A second array of items is an error in pieces; a name may be written with escapes.
            assert!(twice(b"items") || document.contains(&b'\\'), "pieces refused a list");
        }
        (None, Err(_)) => {}
    }
}

/// The list, or nothing when something of it does not decode.
fn decode(document: &[u8], size: usize) -> Option<PodList> {
    let mut decoder = ListDecoder::<PodList>::new();
    let mut items = Vec::new();
    for mut piece in document.chunks(size) {
        while let Some(item) = decoder.next(&mut piece) {
            items.push(item.ok()?);
        }
    }
    let mut list = decoder.finish().ok()?;
    list.items = items;
    Some(list)
}
