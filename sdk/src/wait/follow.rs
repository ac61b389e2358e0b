//! What becomes of one object, read and then watched for as long as somebody asks: watches that end, versions that
//! are too old and connections that are lost are gone on from.

use std::time::Duration;

use kubesdk_core::verbs::Get;
use kubesdk_core::{BoxFuture, Object, WatchEvent, WatchStream, walk};

use crate::{Error, Status, Str};

/// The object, or that there is none.
pub(crate) enum State<T> {
    Present(T),
    Absent,
}

/// The states of one object. One may come twice, and some may be passed over; the last one comes.
pub(crate) struct Follow<T> {
    object: Get<T>,
    watch: Option<WatchStream<T>>,
    /// From which version a watch goes on; nothing when the object must be read, or is not there.
    version: Option<Str>,
    read: bool,
    /// Nothing has come of the watch that is open.
    silent: bool,
    /// How often nothing came since the last time that something did.
    failures: u32,
}

/// Before another try: so long, twice as long each time, and at most [`LONGEST`]; as client-go's reflector.
const PAUSE: Duration = Duration::from_millis(800);
const LONGEST: Duration = Duration::from_secs(30);

impl<T: Object + Default + Send + 'static> Follow<T> {
    pub(crate) fn new(object: Get<T>) -> Self {
        Follow { object, watch: None, version: None, read: false, silent: true, failures: 0 }
    }

    /// The next state.
    ///
    /// # Errors
    ///
    /// What another try would not mend, and anything before the object was read once.
    pub(crate) async fn next(&mut self) -> Result<State<T>, Error> {
        loop {
            if !self.read {
                match self.read_it().await {
                    Ok(state) => return Ok(state),
                    Err(error) => self.again(error).await?,
                }
            } else if let Some(watch) = &mut self.watch {
                match watch.next().await {
                    Some(Ok(event)) => {
                        if let Some(state) = self.happened(event) {
                            return Ok(state);
                        }
                    }
                    Some(Err(error)) => self.again(error).await?,
                    None => {
                        self.watch = None;
                        // One that ends before anything has come would be asked for in a loop.
                        if self.silent {
                            self.pause(None).await;
                        }
                    }
                }
            } else {
                match self.open().await {
                    Ok(watch) => (self.watch, self.silent) = (Some(watch), true),
                    Err(error) => self.again(error).await?,
                }
            }
        }
    }

    async fn read_it(&mut self) -> Result<State<T>, Error> {
        let state = match self.object.clone().await {
            Ok(object) => {
                self.version = metadata(&object, "resourceVersion").map(Str::from);
                State::Present(object)
            }
            // A watch without a version then begins with the object if it has come meanwhile.
            Err(error) if error.is_not_found() => {
                self.version = None;
                State::Absent
            }
            Err(error) => return Err(error),
        };
        (self.read, self.failures) = (true, 0);
        Ok(state)
    }

    /// A future that borrows nothing: a stream is not `Sync`, and who waits wants to be moved between threads.
    fn open(&self) -> BoxFuture<'static, Result<WatchStream<T>, Error>> {
        let watch = self.object.watch();
        match &self.version {
            Some(version) => watch.resource_version(version).into_future(),
            None => watch.into_future(),
        }
    }

    fn happened(&mut self, event: WatchEvent<T>) -> Option<State<T>> {
        (self.silent, self.failures) = (false, 0);
        if let Some(version) = event.resource_version() {
            self.version = Some(version.into());
        }
        match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => Some(State::Present(object)),
            WatchEvent::Deleted(_) => Some(State::Absent),
            _ => None,
        }
    }

    /// Gets ready for another try after a pause, if one may help.
    async fn again(&mut self, error: Error) -> Result<(), Error> {
        self.watch = None;
        let expired = error.is_expired();
        // Before anything was seen there is nothing to go on from: the caller learns at once what is wrong.
        let begun = self.read || self.version.is_some() || self.failures > 0;
        if !begun || error.raw_item().is_some() || !(expired || error.is_retryable() || error.is_internal()) {
            return Err(error);
        }
        self.read &= !expired;
        self.pause(error.retry_after()).await;
        Ok(())
    }

    /// Waits before another try, as long as the server asks or longer each time.
    async fn pause(&mut self, asked: Option<Duration>) {
        let pause = PAUSE.saturating_mul(1 << self.failures.min(6)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        self.object.client().transport().sleep(asked.unwrap_or(pause)).await;
    }
}

/// A text of the object's `metadata`.
pub(crate) fn metadata<'a>(object: &'a dyn Object, name: &str) -> Option<&'a str> {
    let path = walk::Path::from(vec![walk::Step::Name("metadata".into()), walk::Step::Name(name.into())]);
    walk::get(object, &path).ok()?.as_str().filter(|it| !it.is_empty())
}

/// `pods/web`, of the path that it is read from.
pub(crate) fn name<T>(object: &Get<T>) -> String {
    let Ok(request) = object.clone().request() else { return "an object".to_owned() };
    let mut segments: Vec<_> = request.path().rsplit('/').take(2).collect();
    segments.reverse();
    segments.join("/")
}

/// The error for an object that is gone.
pub(crate) fn missing<T>(object: &Get<T>) -> Error {
    let message = format!("{} was not there, or was deleted, while it was waited for", name(object));
    let (code, reason) = (Some(404), Some("NotFound".into()));
    let status = Some("Failure".into());
    Error::from_status(
        Status { code, reason, status, message: Some(message.into()), ..Status::default() },
        None,
    )
}
