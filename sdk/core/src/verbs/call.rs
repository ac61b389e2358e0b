//! What all verbs share: a client, a request that may have a fault, and the setters of parameters.

use std::fmt;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderValue, Method};

use crate::{BoxFuture, Client, Error, Request};

/// A request on its way to being sent.
pub(super) struct Call {
    pub(super) client: Client,
    request: Result<Request, Error>,
}

impl Call {
    pub(super) fn new(client: &Client, method: Method, parts: &[&str]) -> Self {
        Call { client: client.clone(), request: Request::new(method, parts) }
    }

    pub(super) fn change(&mut self, change: impl FnOnce(Request) -> Request) {
        if let Ok(request) = &mut self.request {
            let empty = Request::clone(request);
            *request = change(empty);
        }
    }

    pub(super) fn try_change(&mut self, change: impl FnOnce(Request) -> Result<Request, Error>) {
        if let Ok(request) = &self.request {
            self.request = change(request.clone());
        }
    }

    pub(super) fn set(&mut self, name: &'static str, value: impl ToString) {
        self.change(|request| request.query(name, value.to_string()));
    }

    /// Asks for CBOR, or JSON where there is none.
    pub(super) fn accept_cbor(&mut self) {
        let both = HeaderValue::from_static("application/cbor, application/json;q=0.9");
        self.change(|request| request.header(ACCEPT, both));
    }

    /// The request, unless it has a fault.
    pub(super) fn request(&self) -> Option<&Request> {
        self.request.as_ref().ok()
    }

    pub(super) fn into_request(self) -> Result<Request, Error> {
        self.request
    }

    #[cfg(feature = "streams")]
    pub(super) fn parts(&self) -> Result<(Client, Request), Error> {
        let Call { client, request } = self.clone();
        Ok((client, request?))
    }

    /// Sends it and reads the whole answer: the one boxed path of all verbs that decode a whole answer.
    pub(super) fn bytes(self) -> BoxFuture<'static, Result<Bytes, Error>> {
        Box::pin(async move { self.client.bytes(self.request?).await })
    }
}

impl Clone for Call {
    fn clone(&self) -> Self {
        let request = match &self.request {
            Ok(request) => Ok(request.clone()),
            // A fault in what was given has a message and nothing else.
            Err(error) => Err(Error::new(error.kind(), error.to_string())),
        };
        Call { client: self.client.clone(), request }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            Ok(request) => request.fmt(f),
            Err(error) => write!(f, "invalid: {error}"),
        }
    }
}

/// Gives a verb over `self.call` its `query`, `request` and `Debug`, and the setters of its parameters.
macro_rules! verb {
    (
        $type:ident $(<$($generic:ident),+>)?;
        $($(#[$doc:meta])* $setter:ident $((  $value:ty  ))? $([$constant:expr])? => $name:literal;)*
    ) => {
        impl $(<$($generic),+>)? $type $(<$($generic),+>)? {
            $(verb! { @setter $(#[$doc])* $setter $((  $value  ))? $([$constant])? => $name })*

            /// Sets a query parameter by its name on the wire, one that a newer server has, say.
            #[must_use]
            pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
                let value = value.into();
                self.call.change(|request| request.query(name, value));
                self
            }

            /// How long the call may take: its answer must be whole by then, a watch or a followed log must have
            /// begun. [`Client::with_timeout`](crate::Client::with_timeout) by default.
            #[must_use]
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call.change(|request| request.timeout(timeout));
                self
            }

            /// What would be sent.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Request`](crate::ErrorKind::Request) when a name or another part of the path is not valid.
            pub fn request(self) -> Result<crate::Request, crate::Error> {
                self.call.into_request()
            }
        }

        impl $(<$($generic),+>)? std::fmt::Debug for $type $(<$($generic),+>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.call.fmt(f)
            }
        }
    };
    (@setter $(#[$doc:meta])* $setter:ident [$constant:expr] => $name:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $setter(mut self) -> Self {
            self.call.set($name, $constant);
            self
        }
    };
    (@setter $(#[$doc:meta])* $setter:ident ($value:ty) => $name:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $setter(mut self, value: $value) -> Self {
            self.call.set($name, value);
            self
        }
    };
}

pub(super) use verb;
