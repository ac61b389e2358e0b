//! From the path of one object to the collection that it is in.

use percent_encoding::percent_decode_str;

use super::Request;

impl Request {
    /// The same for the collection, of which a field selector leaves this object alone.
    pub(crate) fn in_collection(mut self) -> Self {
        if let Some((collection, name)) = self.path.rsplit_once('/') {
            let name = percent_decode_str(name).decode_utf8_lossy();
            let selector = format!("metadata.name={name}");
            self.path.truncate(collection.len());
            return self.query("fieldSelector", selector);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    #[test]
    fn one_object_of_its_collection() {
        let check = |name: &str, expected: &str| {
            let request = Request::new(Method::GET, &["/api/v1/namespaces/", "a", "/pods/", name]).unwrap();
            assert_eq!(request.in_collection().uri(), expected);
        };
        check("web", "/api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Dweb");
        check("system:x", "/api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Dsystem%3Ax");
    }
}
