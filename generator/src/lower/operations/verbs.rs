//! Actions to verbs of core.

use super::Pass;
use super::path::ResourcePath;
use crate::error::Error;
use crate::lower::types;
use crate::model::{CoreType, Type, Verb};
use crate::read::ReadOperation;
use crate::rules::Query;

const DELETE_OPTIONS: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

/// An operation of this kind must have this HTTP method: core's verb sends no other.
pub(super) fn must_be(read: &ReadOperation, what: &str, method: &str) -> Result<(), Error> {
    if read.method == method {
        return Ok(());
    }
    Err(Error::new(
        &read.place,
        format!(
            "an operation {what} is a {}, expected {}",
            read.method.to_uppercase(),
            method.to_uppercase()
        ),
        "core's verbs send what Kubernetes serves; a new kind of operation needs a new verb",
    ))
}

fn unknown(read: &ReadOperation, action: &str) -> Error {
    Error::new(
        &read.place.at("x-kubernetes-action"),
        format!(
            "the action {action} is unknown; known are connect, delete, deletecollection, get, list, patch, post, \
             put, watch and watchlist"
        ),
        "teach the generator which verb of core it is (generator/src/lower/operations/verbs.rs)",
    )
}

impl Pass<'_> {
    /// The verb of an action, with the types that it needs.
    pub(super) fn verb(
        &mut self,
        read: &ReadOperation,
        id: &str,
        action: &str,
        path: &ResourcePath<'_>,
    ) -> Result<Verb, Error> {
        if action == "connect" {
            return self.connect(read);
        }
        if read.path.ends_with("{path}") {
            return Err(Error::new(
                &read.place,
                format!("an operation with the action {action} has {{path}} in its path"),
                "only what is proxied goes on by a path: expected the action connect",
            ));
        }
        let method = match action {
            "get" | "list" => "get",
            "delete" | "deletecollection" => "delete",
            "patch" | "post" | "put" => action,
            _ => return Err(unknown(read, action)),
        };
        must_be(read, &format!("with the action {action}"), method)?;
        match action {
            "get" => match self.query(read, &[Query::Get, Query::Logs])? {
                Query::Logs => Ok(Verb::Logs),
                _ => Ok(Verb::Get(self.typed_answer(read)?)),
            },
            "list" => {
                self.query(read, &[Query::List])?;
                Ok(Verb::List(self.typed_answer(read)?))
            }
            "post" => self.create(read, id),
            "put" => {
                self.query(read, &[Query::Write])?;
                Ok(Verb::Replace { body: self.body(read)?, answer: self.typed_answer(read)? })
            }
            "patch" => {
                self.query(read, &[Query::Patch])?;
                Ok(Verb::Patch(self.typed_answer(read)?))
            }
            "delete" => {
                self.query(read, &[Query::Delete])?;
                let options = self.delete_options(read)?;
                Ok(Verb::Delete { answer: self.deleted(read, path, false)?, options })
            }
            "deletecollection" => {
                // Those of custom resources are documented to take what a list takes.
                self.query(read, &[Query::DeleteCollection, Query::List])?;
                let options = self.delete_options(read)?;
                Ok(Verb::DeleteCollection { answer: self.deleted(read, path, true)?, options })
            }
            _ => Err(unknown(read, action)),
        }
    }

    fn connect(&mut self, read: &ReadOperation) -> Result<Verb, Error> {
        if read.path.ends_with("{path}") {
            self.query(read, &[Query::Proxy])?;
            return Ok(Verb::Proxy(true));
        }
        let all = [Query::Exec, Query::Attach, Query::PortForward, Query::Proxy];
        Ok(match self.query(read, &all)? {
            Query::Exec => Verb::Exec,
            Query::Attach => Verb::Attach,
            Query::PortForward => Verb::PortForward,
            _ => Verb::Proxy(false),
        })
    }

    fn create(&mut self, read: &ReadOperation, id: &str) -> Result<Verb, Error> {
        self.query(read, &[Query::Write])?;
        let (body, answer) = (self.body(read)?, self.typed_answer(read)?);
        let says_status = answer == Type::Core(CoreType::Status);
        if !says_status && self.rules.is_answered_by_status(id) {
            return Ok(Verb::CreateOrStatus { body, answer });
        }
        Ok(Verb::Create { body, answer })
    }

    fn delete_options(&self, read: &ReadOperation) -> Result<Type, Error> {
        let place = read.place.at("requestBody");
        let options = types::definition(self.spec, self.rules, &place, DELETE_OPTIONS)?;
        if read.operation.request_body.is_some() && self.body(read)? != options {
            return Err(Error::new(
                &place,
                "the body of a deletion is not DeleteOptions",
                "core's verbs send DeleteOptions; a new kind of body needs a new verb",
            ));
        }
        Ok(options)
    }
}
