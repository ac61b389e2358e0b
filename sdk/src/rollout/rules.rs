//! When a rollout is done, for each kind (kubectl `polymorphichelpers/rollout_status.go`).

use kubesdk_api::apps::v1::{
    DaemonSet, DaemonSetUpdateStrategyType, Deployment, StatefulSet, StatefulSetUpdateStrategyType,
};

use super::{Progress, Rollout};
use crate::{Error, ErrorKind, Str};

/// The revision that runs, as the controller of Deployments notes it.
const REVISION: &str = "deployment.kubernetes.io/revision";

fn waiting(message: String) -> Result<Progress, Error> {
    Ok(Progress { message, done: false })
}

fn done(message: String) -> Result<Progress, Error> {
    Ok(Progress { message, done: true })
}

fn no_rollout() -> Error {
    Error::new(ErrorKind::Request, "rollout status is only available for RollingUpdate strategy type")
}

fn name(name: &Option<Str>) -> &str {
    name.as_deref().unwrap_or_default()
}

impl Rollout for Deployment {
    fn progress(&self) -> Result<Progress, Error> {
        let (name, status) = (name(&self.metadata.name), &self.status);
        if self.metadata.generation.unwrap_or(0) > status.observed_generation.unwrap_or(0) {
            return waiting("Waiting for deployment spec update to be observed...".into());
        }
        let mut conditions = status.conditions.iter();
        let progressing = conditions.find(|it| it.type_.as_deref() == Some("Progressing"));
        if progressing.is_some_and(|it| it.reason.as_deref() == Some("ProgressDeadlineExceeded")) {
            let message = format!("deployment {name:?} exceeded its progress deadline");
            return Err(Error::new(ErrorKind::Timeout, message));
        }
        let updated = status.updated_replicas.unwrap_or(0);
        let wait = format!("Waiting for deployment {name:?} rollout to finish:");
        if let Some(wanted) = self.spec.replicas
            && updated < wanted
        {
            return waiting(format!("{wait} {updated} out of {wanted} new replicas have been updated..."));
        }
        let old = status.replicas.unwrap_or(0).saturating_sub(updated);
        if old > 0 {
            return waiting(format!("{wait} {old} old replicas are pending termination..."));
        }
        let available = status.available_replicas.unwrap_or(0);
        if available < updated {
            return waiting(format!("{wait} {available} of {updated} updated replicas are available..."));
        }
        done(format!("deployment {name:?} successfully rolled out"))
    }

    fn revision(&self) -> Result<Option<u64>, Error> {
        let Some(text) = self.metadata.annotations.get(REVISION) else { return Ok(Some(0)) };
        let revision = text.parse().map_err(|error| {
            let message = format!(
                "cannot get the revision of deployment {:?}: {text:?} is no number: {error}",
                name(&self.metadata.name)
            );
            Error::new(ErrorKind::Request, message)
        })?;
        Ok(Some(revision))
    }
}

impl Rollout for DaemonSet {
    fn progress(&self) -> Result<Progress, Error> {
        let (name, status) = (name(&self.metadata.name), &self.status);
        if self.spec.update_strategy.type_ != Some(DaemonSetUpdateStrategyType::RollingUpdate) {
            return Err(no_rollout());
        }
        if self.metadata.generation.unwrap_or(0) > status.observed_generation.unwrap_or(0) {
            return waiting("Waiting for daemon set spec update to be observed...".into());
        }
        let wait = format!("Waiting for daemon set {name:?} rollout to finish:");
        let (wanted, updated) =
            (status.desired_number_scheduled, status.updated_number_scheduled.unwrap_or(0));
        if updated < wanted {
            return waiting(format!("{wait} {updated} out of {wanted} new pods have been updated..."));
        }
        let available = status.number_available.unwrap_or(0);
        if available < wanted {
            return waiting(format!("{wait} {available} of {wanted} updated pods are available..."));
        }
        done(format!("daemon set {name:?} successfully rolled out"))
    }
}

impl Rollout for StatefulSet {
    fn progress(&self) -> Result<Progress, Error> {
        let (spec, status) = (&self.spec, &self.status);
        if spec.update_strategy.type_ != Some(StatefulSetUpdateStrategyType::RollingUpdate) {
            return Err(no_rollout());
        }
        let observed = status.observed_generation.unwrap_or(0);
        if observed == 0 || self.metadata.generation.unwrap_or(0) > observed {
            return waiting("Waiting for statefulset spec update to be observed...".into());
        }
        let missing = spec.replicas.map_or(0, |it| it.saturating_sub(status.ready_replicas.unwrap_or(0)));
        if missing > 0 {
            return waiting(format!("Waiting for {missing} pods to be ready..."));
        }
        let updated = status.updated_replicas.unwrap_or(0);
        if let Some(rolling) = &spec.update_strategy.rolling_update {
            let wanted = spec.replicas.zip(rolling.partition).map(|(all, first)| all.saturating_sub(first));
            return match wanted.filter(|it| updated < *it) {
                Some(wanted) => waiting(format!(
                    "Waiting for partitioned roll out to finish: {updated} out of {wanted} new pods have been updated..."
                )),
                None => {
                    done(format!("partitioned roll out complete: {updated} new pods have been updated..."))
                }
            };
        }
        let revision = |it: &Option<Str>| it.as_deref().unwrap_or_default().to_owned();
        let (update, current) = (revision(&status.update_revision), revision(&status.current_revision));
        if update != current {
            return waiting(format!(
                "waiting for statefulset rolling update to complete {updated} pods at revision {update}..."
            ));
        }
        let pods = status.current_replicas.unwrap_or(0);
        done(format!("statefulset rolling update complete {pods} pods at revision {current}..."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_revision() {
        let check = |annotations: &str, expected: Option<u64>| {
            let object =
                format!(r#"{{"metadata":{{"name":"web","annotations":{annotations}}},"spec":{{}}}}"#);
            let object: Deployment = crate::json::from_slice(object.as_bytes()).unwrap();
            assert_eq!(object.revision().unwrap_or_default(), expected, "{annotations}");
        };
        check(r#"{"deployment.kubernetes.io/revision":"3"}"#, Some(3));
        check("{}", Some(0));
        check(r#"{"deployment.kubernetes.io/revision":"x"}"#, None);
        check(r#"{"deployment.kubernetes.io/revision":"-1"}"#, None);
    }

    #[test]
    fn how_far() {
        fn check<T: Rollout>(object: &str, expected: &str) {
            let object: T = crate::json::from_slice(object.as_bytes()).unwrap();
            let found = match object.progress() {
                Ok(it) => format!("{} {it}", if it.done { "done:" } else { "wait:" }),
                Err(error) => error.to_string(),
            };
            assert_eq!(found, expected);
        }
        let web = |generation: u32, replicas: u32, status: &str| {
            format!(
                r#"{{"metadata":{{"name":"web","generation":{generation}}},"spec":{{"replicas":{replicas},
                "selector":{{}},"template":{{}},"updateStrategy":{{"type":"RollingUpdate"}}}},"status":{{{status}}}}}"#
            )
        };
        let deployment =
            |replicas, status: &str, expected: &str| check::<Deployment>(&web(2, replicas, status), expected);
        deployment(2, "", "wait: Waiting for deployment spec update to be observed...");
        deployment(
            2,
            r#""observedGeneration":2,"updatedReplicas":1"#,
            "wait: Waiting for deployment \"web\" rollout to finish: 1 out of 2 new replicas have been updated...",
        );
        deployment(
            2,
            r#""observedGeneration":2,"updatedReplicas":2,"replicas":3"#,
            "wait: Waiting for deployment \"web\" rollout to finish: 1 old replicas are pending termination...",
        );
        deployment(
            2,
            r#""observedGeneration":2,"updatedReplicas":2,"replicas":2,"availableReplicas":1"#,
            "wait: Waiting for deployment \"web\" rollout to finish: 1 of 2 updated replicas are available...",
        );
        deployment(
            2,
            r#""observedGeneration":3,"updatedReplicas":2,"replicas":2,"availableReplicas":2"#,
            "done: deployment \"web\" successfully rolled out",
        );
        deployment(
            2,
            r#""observedGeneration":2,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]"#,
            "deployment \"web\" exceeded its progress deadline",
        );
        let daemon = |status: &str, expected: &str| check::<DaemonSet>(&web(1, 1, status), expected);
        daemon("", "wait: Waiting for daemon set spec update to be observed...");
        let scheduled = |more: &str| format!(r#""observedGeneration":1,"desiredNumberScheduled":3{more}"#);
        daemon(
            &scheduled(r#","updatedNumberScheduled":1"#),
            "wait: Waiting for daemon set \"web\" rollout to finish: 1 out of 3 new pods have been updated...",
        );
        daemon(
            &scheduled(r#","updatedNumberScheduled":3"#),
            "wait: Waiting for daemon set \"web\" rollout to finish: 0 of 3 updated pods are available...",
        );
        daemon(
            &scheduled(r#","updatedNumberScheduled":3,"numberAvailable":3"#),
            "done: daemon set \"web\" successfully rolled out",
        );
        let only = "rollout status is only available for RollingUpdate strategy type";
        check::<DaemonSet>(&web(1, 1, "").replace("RollingUpdate", "OnDelete"), only);
        check::<StatefulSet>(&web(1, 1, "").replace("RollingUpdate", "OnDelete"), only);
        let stateful = |status: &str, expected: &str| check::<StatefulSet>(&web(1, 3, status), expected);
        stateful("", "wait: Waiting for statefulset spec update to be observed...");
        stateful(r#""observedGeneration":1,"readyReplicas":1"#, "wait: Waiting for 2 pods to be ready...");
        let ready = r#""observedGeneration":1,"readyReplicas":3,"updatedReplicas":2,"currentReplicas":3,"currentRevision":"a""#;
        stateful(
            &format!(r#"{ready},"updateRevision":"b""#),
            "wait: waiting for statefulset rolling update to complete 2 pods at revision b...",
        );
        stateful(
            &format!(r#"{ready},"updateRevision":"a""#),
            "done: statefulset rolling update complete 3 pods at revision a...",
        );
        let partitioned = |partition: u32, expected: &str| {
            let rolling = format!(r#""RollingUpdate","rollingUpdate":{{"partition":{partition}}}"#);
            check::<StatefulSet>(&web(1, 3, ready).replace(r#""RollingUpdate""#, &rolling), expected);
        };
        partitioned(
            0,
            "wait: Waiting for partitioned roll out to finish: 2 out of 3 new pods have been updated...",
        );
        partitioned(1, "done: partitioned roll out complete: 2 new pods have been updated...");
    }
}
