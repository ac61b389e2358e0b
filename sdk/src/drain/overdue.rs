//! Pods that are deleted and do not go: kubectl's `--skip-wait-for-delete-timeout`.

use std::time::{Duration, SystemTime};

use kubesdk_api::core::v1::Pod;
use kubesdk_core::verbs::Get;

use crate::wait::{Follow, State, within};
use crate::{Error, Str};

/// From when a pod is not waited for any more: when its time to end has been over for that long. kubectl counts whole
/// seconds, and asks for more than so many (`drain/filters.go`, `shouldSkipPod`).
pub(super) fn skipped_from(pod: &Pod, after: Option<Duration>) -> Option<SystemTime> {
    let end = SystemTime::from(pod.metadata.deletion_timestamp?);
    end.checked_add(after?)?.checked_add(Duration::from_secs(1))
}

/// Waits until the pod of a UID is gone, or until it is not waited for any more: then it gives `false`.
pub(super) async fn gone(
    object: Get<Pod>,
    uid: Option<&Str>,
    after: Option<Duration>,
) -> Result<bool, Error> {
    let client = object.client().clone();
    let mut states = Follow::new(object);
    let mut from: Option<SystemTime> = None;
    loop {
        let left = from.map(|it| it.duration_since(SystemTime::now()).unwrap_or_default());
        match within(&client, left, states.next()).await.transpose()? {
            Some(State::Present(pod)) if pod.metadata.uid.as_ref() == uid => from = skipped_from(&pod, after),
            Some(_) => return Ok(true),
            None => return Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_when_a_pod_is_passed_over() {
        let check = |metadata: &str, after: Option<u64>, expected: Option<&str>| {
            let text = format!(r#"{{"metadata":{metadata},"spec":{{"containers":[]}}}}"#);
            let pod: Pod = crate::json::from_slice(text.as_bytes()).unwrap();
            let from = skipped_from(&pod, after.map(Duration::from_secs));
            assert_eq!(from.map(|it| crate::Time::from(it).to_string()).as_deref(), expected, "{metadata}");
        };
        let deleted = r#"{"deletionTimestamp":"2026-11-25T01:00:00Z"}"#;
        check(deleted, Some(10), Some("2026-11-25T01:00:11Z"));
        check(deleted, None, None);
        check("{}", Some(10), None);
        check(deleted, Some(u64::MAX), None);
    }
}
