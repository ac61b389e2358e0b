//! Names to resources, with a copy of what the server serves that is kept and asked for again when it must be.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kubesdk_core::Client;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Discovery;
use super::index::ResourceIndex;
use super::mapping_error::MappingError;
use super::names::{GroupVersionKind, GroupVersionResource};
use super::resources::Resource;
use crate::Error;

/// How many refreshes misses may cause at once...
const BURST: u32 = 5;
/// ... and after how long another: what somebody mistypes in a loop must not become a load for the server.
const REFILL: Duration = Duration::from_secs(5);

/// Finds resources by their names, as [`ResourceIndex`] does, in a copy of what the server serves.
///
/// The server is asked when the first name is looked up, and again when a name is not in the copy: a resource definition
/// may have been created since. However many miss at once, it is asked once, and once more for all who came meanwhile;
/// misses make it be asked five times at once and then every five seconds at most. What the server does not serve any more stays in the copy until then.
///
/// Clones share the copy. It is made for a whole program: one for each server.
///
/// # Example
///
/// ```no_run
/// use kubesdk::Client;
/// use kubesdk::discovery::{GroupVersion, RestMapper};
///
/// # async fn example() -> Result<(), kubesdk::Error> {
/// let client = Client::infer().await?;
/// let mapper = RestMapper::new(&client);
/// let kind = GroupVersion::of("apps/v1").kind("Deployment");
/// let deployments = mapper.of_object(&kind).await?;
/// assert!(deployments.namespaced);
/// for resource in mapper.resources("all").await? {
///     println!("{}", resource.qualified_name());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RestMapper {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    discovery: Discovery,
    /// The last copy that could be made.
    current: RwLock<Option<Arc<ResourceIndex>>>,
    /// The number of the last attempt that has begun, and of the last that has ended.
    begun: AtomicU64,
    ended: AtomicU64,
    /// Held while the server is asked.
    flight: Mutex<Flight>,
}

/// The last attempt, and how many more misses may cause.
#[derive(Debug)]
struct Flight {
    /// Its number; 0 when there was none.
    number: u64,
    outcome: Option<Outcome>,
    spare: u32,
    counted: Option<Instant>,
}

type Outcome = Result<Arc<ResourceIndex>, Arc<Error>>;

impl RestMapper {
    /// A mapper for this client's server. Nothing is asked yet.
    pub fn new(client: &Client) -> Self {
        RestMapper::of(Discovery::new(client))
    }

    /// A mapper over a [`Discovery`] of one's own making.
    pub fn of(discovery: Discovery) -> Self {
        let flight = Flight { number: 0, outcome: None, spare: BURST, counted: None };
        let shared = Shared {
            discovery,
            current: RwLock::new(None),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            flight: Mutex::new(flight),
        };
        RestMapper { shared: Arc::new(shared) }
    }

    /// The resource that a name means: see [`ResourceIndex::resource`].
    ///
    /// # Errors
    ///
    /// As there, and [`MappingError::Discovery`] when the server cannot be asked.
    pub async fn resource(&self, name: &str) -> Result<Arc<Resource>, MappingError> {
        self.find(|index| index.resource(name).cloned()).await
    }

    /// All resources of a list of names and categories, `all,cm`: see [`ResourceIndex::resources`].
    ///
    /// # Errors
    ///
    /// As [`RestMapper::resource`].
    pub async fn resources(&self, names: &str) -> Result<Vec<Arc<Resource>>, MappingError> {
        self.find(|index| Ok(index.resources(names)?.into_iter().cloned().collect())).await
    }

    /// Where objects of a kind are served: see [`ResourceIndex::of_object`].
    ///
    /// # Errors
    ///
    /// As [`RestMapper::resource`].
    pub async fn of_object(&self, kind: &GroupVersionKind) -> Result<Arc<Resource>, MappingError> {
        self.find(|index| index.of_object(kind).cloned()).await
    }

    /// The resource of a group and version, with the kind of its objects.
    ///
    /// # Errors
    ///
    /// As [`RestMapper::resource`].
    pub async fn get(&self, resource: &GroupVersionResource) -> Result<Arc<Resource>, MappingError> {
        let name = format!("{}.{}.{}", resource.resource, resource.version, resource.group);
        self.find(|index| match index.get(resource) {
            Some(found) => Ok(Arc::clone(found)),
            None => {
                Err(MappingError::NoMatch { name: name.clone(), failed: index.server().failed().to_vec() })
            }
        })
        .await
    }

    /// All that is kept; the server is asked if that is nothing yet.
    ///
    /// # Errors
    ///
    /// [`MappingError::Discovery`] when the server cannot be asked.
    pub async fn index(&self) -> Result<Arc<ResourceIndex>, MappingError> {
        let ended = self.shared.ended.load(Ordering::SeqCst);
        match self.current() {
            Some(index) => Ok(index),
            // One that is under way will do.
            None => self.ask(ended + 1, false).await.map_err(MappingError::Discovery),
        }
    }

    /// Asks the server now. When others do that already, theirs does not count: what was created before this call is in
    /// what it gives.
    ///
    /// # Errors
    ///
    /// As [`RestMapper::index`]; what was kept stays.
    pub async fn refresh(&self) -> Result<Arc<ResourceIndex>, MappingError> {
        let begun = self.shared.begun.load(Ordering::SeqCst);
        self.ask(begun + 1, false).await.map_err(MappingError::Discovery)
    }

    async fn find<T>(
        &self,
        look: impl Fn(&ResourceIndex) -> Result<T, MappingError>,
    ) -> Result<T, MappingError> {
        let begun = self.shared.begun.load(Ordering::SeqCst);
        let index = self.index().await?;
        match look(&index) {
            // Unless the copy is the first: then it was made for this very call.
            Err(MappingError::NoMatch { .. }) if begun > 0 => {
                look(&*self.ask(begun + 1, true).await.map_err(MappingError::Discovery)?)
            }
            found => found,
        }
    }

    fn current(&self) -> Option<Arc<ResourceIndex>> {
        // The copy is replaced whole, so a panic elsewhere has left nothing half done.
        self.shared.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The outcome of an attempt of this number or a later one: that of somebody else, or of our own. When misses have
    /// caused too many already, what is kept.
    async fn ask(&self, number: u64, is_miss: bool) -> Outcome {
        let mut flight = self.shared.flight.lock().await;
        if flight.number >= number
            && let Some(outcome) = &flight.outcome
        {
            return outcome.clone();
        }
        if is_miss
            && !flight.may()
            && let Some(index) = self.current()
        {
            return Ok(index);
        }
        // A future that is dropped leaves a number that never ends, which nobody waits for.
        let number = self.shared.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let outcome = self.shared.discovery.resources().await;
        let outcome = outcome.map(|it| Arc::new(ResourceIndex::new(it))).map_err(Arc::new);
        if let Ok(index) = &outcome {
            *self.shared.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(index));
        }
        flight.number = number;
        flight.outcome = Some(outcome.clone());
        self.shared.ended.store(number, Ordering::SeqCst);
        outcome
    }
}

impl Flight {
    /// Whether a miss may cause another attempt, which it then does.
    fn may(&mut self) -> bool {
        let now = Instant::now();
        let since = self.counted.map_or(Duration::MAX, |it| now.duration_since(it));
        let refilled = since.as_secs() / REFILL.as_secs();
        if refilled > 0 {
            let spare = u64::from(self.spare).saturating_add(refilled).min(u64::from(BURST));
            self.spare = u32::try_from(spare).unwrap_or(BURST);
            self.counted = Some(now);
        }
        let may = self.spare > 0;
        self.spare = self.spare.saturating_sub(1);
        may
    }
}
