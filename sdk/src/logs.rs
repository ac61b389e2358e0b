//! The logs of many containers as one stream, each line with the container that wrote it: `kubectl logs -l app=web
//! --all-containers --prefix`.
//!
//! ```no_run
//! use kubesdk::api::core::v1::Pod;
//! use kubesdk::{Client, Error, logs};
//!
//! async fn example(client: &Client) -> Result<(), Error> {
//!     let pods = Pod::in_namespace(client, "default").list().labels("app=web").all().await?;
//!     let sources = logs::all_containers(&pods.items);
//!     let mut lines = logs::at_once(client, sources, |logs| logs.follow().tail_lines(10));
//!     while let Some(line) = lines.next().await {
//!         match line {
//!             Ok(line) => println!("{line}"), // [pod/web-0/main] listening
//!             Err(error) => eprintln!("{error}"), // this container's log ends; the others go on
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! It is not for one container: that is `Pod::in_namespace(..).logs(..)`, whose `lines` and `bytes` need no more.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{self, BoxStream, SelectAll};
use futures_util::{Stream, StreamExt};
use kubesdk_api::core::v1::Pod;
use kubesdk_core::verbs::{LogLines, Logs};
use kubesdk_core::{Bytes, Client};

use crate::{Error, Str};

/// A container whose log is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The namespace of its pod.
    pub namespace: Str,
    /// Its pod.
    pub pod: Str,
    /// Its name.
    pub container: Str,
}

impl fmt::Display for Source {
    /// As kubectl's `--prefix`: `pod/web-0/main`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pod/{}/{}", self.pod, self.container)
    }
}

/// All containers of these pods: init containers, containers and ephemeral ones, in this order.
pub fn all_containers(pods: &[Pod]) -> Vec<Source> {
    let mut sources = Vec::new();
    for pod in pods {
        let spec = &pod.spec;
        let init = spec.init_containers.iter().map(|it| &it.name);
        let main = spec.containers.iter().map(|it| &it.name);
        let ephemeral = spec.ephemeral_containers.iter().map(|it| &it.name);
        sources.extend(init.chain(main).chain(ephemeral).map(|name| source(pod, name)));
    }
    sources
}

/// One container of each pod: the one that the annotation `kubectl.kubernetes.io/default-container` names, or the
/// first.
pub fn default_containers(pods: &[Pod]) -> Vec<Source> {
    let default = |pod: &Pod| {
        let named = pod.metadata.annotations.get("kubectl.kubernetes.io/default-container").cloned();
        let all = all_containers(std::slice::from_ref(pod));
        let found = named.filter(|name| all.iter().any(|it| it.container == *name));
        let name = found.or_else(|| pod.spec.containers.first().map(|it| it.name.clone()))?;
        Some(source(pod, &name))
    };
    pods.iter().filter_map(default).collect()
}

fn source(pod: &Pod, container: &Str) -> Source {
    let text = |it: &Option<Str>| it.clone().unwrap_or_default();
    let (namespace, pod) = (text(&pod.metadata.namespace), text(&pod.metadata.name));
    Source { namespace, pod, container: container.clone() }
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who wrote it.
    pub source: Arc<Source>,
    /// What was written, without the newline; not always UTF-8.
    pub text: Bytes,
}

impl fmt::Display for Line {
    /// As kubectl with `--prefix`: `[pod/web-0/main] text`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.source, String::from_utf8_lossy(&self.text))
    }
}

/// Why the log of a container ends; the others go on.
#[derive(Debug)]
pub struct SourceError {
    /// Whose log.
    pub source: Arc<Source>,
    /// Why.
    pub error: Error,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.source, self.error)
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        error.error
    }
}

/// Reads all logs at once: lines come as they are written, those of one container in their order. For logs that are
/// followed. `set` says how each is read.
pub fn at_once(client: &Client, sources: Vec<Source>, set: impl Fn(Logs) -> Logs) -> Lines {
    let all: SelectAll<_> = sources.into_iter().map(|it| lines(client, it, &set)).collect();
    Lines(all.boxed())
}

/// Reads one log after the other, in the order of the sources. For logs that end.
pub fn in_turn(client: &Client, sources: Vec<Source>, set: impl Fn(Logs) -> Logs) -> Lines {
    let all: Vec<_> = sources.into_iter().map(|it| lines(client, it, &set)).collect();
    Lines(stream::iter(all).flatten().boxed())
}

/// The lines of one container; nothing is sent before the first is asked for.
fn lines(
    client: &Client,
    source: Source,
    set: &impl Fn(Logs) -> Logs,
) -> BoxStream<'static, Result<Line, SourceError>> {
    let pods = Pod::in_namespace(client, source.namespace.clone());
    let open = set(pods.logs(&source.pod).container(&source.container)).lines();
    let source = Arc::new(source);
    let opened = stream::once(open).flat_map(|opened: Result<LogLines, Error>| match opened {
        Ok(lines) => lines.boxed(),
        Err(error) => stream::iter([Err(error)]).boxed(),
    });
    opened
        .map(move |line| match line {
            Ok(text) => Ok(Line { source: Arc::clone(&source), text }),
            Err(error) => Err(SourceError { source: Arc::clone(&source), error }),
        })
        .boxed()
}

/// The lines of several logs: a [`Stream`], or [`next`](Self::next) by hand.
pub struct Lines(BoxStream<'static, Result<Line, SourceError>>);

impl Lines {
    /// The next line; nothing when all logs have ended.
    pub async fn next(&mut self) -> Option<Result<Line, SourceError>> {
        StreamExt::next(&mut self.0).await
    }
}

impl Stream for Lines {
    type Item = Result<Line, SourceError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_logs() {
        let pod = |annotations: &str| -> Pod {
            let text = format!(
                r#"{{"metadata":{{"name":"a","namespace":"n","annotations":{{{annotations}}}}},"spec":{{
                "initContainers":[{{"name":"i"}}],"containers":[{{"name":"c"}},{{"name":"d"}}],
                "ephemeralContainers":[{{"name":"e"}}]}}}}"#
            );
            crate::json::from_slice(text.as_bytes()).unwrap()
        };
        let names = |sources: Vec<Source>| sources.iter().map(ToString::to_string).collect::<Vec<_>>();
        let pods = [pod(""), pod(r#""kubectl.kubernetes.io/default-container":"d""#)];
        let each = ["pod/a/i", "pod/a/c", "pod/a/d", "pod/a/e"];
        assert_eq!(names(all_containers(&pods)), [each, each].concat());
        assert_eq!(names(default_containers(&pods)), ["pod/a/c", "pod/a/d"]);
        let unknown = [pod(r#""kubectl.kubernetes.io/default-container":"x""#)];
        assert_eq!(names(default_containers(&unknown)), ["pod/a/c"]);
    }
}
