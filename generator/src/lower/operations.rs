//! Operations to endpoint methods, one at a time: each path is taken apart once, each action becomes one verb of
//! core. What each step needs to know has a file of its own.

mod answers;
mod handles;
pub(crate) mod kinds;
mod naming;
pub(crate) mod path;
mod query;
mod verbs;

use std::collections::BTreeMap;

use kinds::Kinds;
use path::ResourcePath;

use super::docs;
use super::taken::Taken;
use crate::error::{Error, Place};
use crate::model::{Method, Module, ModulePath, Served, Verb};
use crate::read::{ReadOperation, Spec, extensions};
use crate::rules::{Query, Rules};

const WATCH_RULE: &str = "deprecated /watch/ path: `watch` on the list path";

/// Lowers every operation and says what serves each.
pub(super) fn lower(
    spec: &Spec,
    rules: &Rules,
    modules: &mut BTreeMap<ModulePath, Module>,
    taken: &mut Taken,
    reports: &mut Vec<Error>,
    errors: &mut Vec<Error>,
) -> BTreeMap<String, Served> {
    let kinds = kinds::find(spec, errors);
    let (ids, served) = (BTreeMap::new(), BTreeMap::new());
    let mut pass = Pass { spec, rules, modules, taken, reports, ids, kinds, served };
    for read in &spec.operations {
        if let Err(error) = pass.operation(read) {
            errors.push(error);
        }
    }
    let served = pass.served;
    for module in modules.values_mut() {
        module.handles.sort_by(|a, b| (&a.kind, a.scope).cmp(&(&b.kind, b.scope)));
        for handle in &mut module.handles {
            handle.methods.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
        }
    }
    served
}

struct Pass<'a> {
    spec: &'a Spec,
    rules: &'a Rules,
    modules: &'a mut BTreeMap<ModulePath, Module>,
    taken: &'a mut Taken,
    reports: &'a mut Vec<Error>,
    ids: BTreeMap<&'a str, &'a Place>,
    kinds: Kinds<'a>,
    served: BTreeMap<String, Served>,
}

impl<'a> Pass<'a> {
    fn operation(&mut self, read: &'a ReadOperation) -> Result<(), Error> {
        let id = self.id(read)?;
        path::check(read)?;
        let Some(action) = extensions::action(&read.place, &read.operation)? else {
            return self.function(read, id);
        };
        let path = path::resource(&read.path).ok_or_else(|| {
            Error::new(
                &read.place,
                format!(
                    "the path {} is not that of a resource, which its action {action} acts on",
                    read.path
                ),
                "resource paths are /api/V/... and /apis/G/V/...: teach the generator the new shape \
                 (generator/src/lower/operations/path.rs)",
            )
        })?;
        match action.as_str() {
            "watch" | "watchlist" => self.covered_watch(read, id, &path),
            action => self.resource(read, id, action, &path),
        }
    }

    /// The operation's id, which no other has.
    fn id(&mut self, read: &'a ReadOperation) -> Result<&'a str, Error> {
        let place = read.place.at("operationId");
        let Some(id) = read.operation.operation_id.as_deref() else {
            return Err(Error::new(
                &place,
                "the operation has no operationId",
                "every operation must have one",
            ));
        };
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)) {
            return Err(Error::new(
                &place,
                format!("the operationId {id:?} is not a word"),
                "it must be of ASCII letters, digits, hyphens, dots and underscores",
            ));
        }
        match self.ids.insert(id, &read.place) {
            None => Ok(id),
            Some(first) => Err(Error::new(
                &place,
                format!("the operationId {id} is also that of {}#{}", first.document, first.pointer),
                "ids must be unique over all documents; each document must be there once",
            )),
        }
    }

    fn covered_watch(
        &mut self,
        read: &ReadOperation,
        id: &str,
        path: &ResourcePath<'_>,
    ) -> Result<(), Error> {
        let handle = self.handle(read, path)?;
        self.serve(read, id, format!("{}::watch", handle.rust_path()), Some(WATCH_RULE));
        Ok(())
    }

    fn resource(
        &mut self,
        read: &ReadOperation,
        id: &str,
        action: &str,
        path: &ResourcePath<'_>,
    ) -> Result<(), Error> {
        let verb = self.verb(read, id, action, path)?;
        let name = naming::method(self.rules, id, action, path.subresource, &verb);
        let handle = self.handle(read, path)?;
        self.serve(read, id, format!("{}::{name}", handle.rust_path()), None);
        let method = self.method(read, id, name, verb);
        if let Some(item) = self.item_of(read, &method.verb)? {
            let watch = Method {
                name: "watch".to_owned(),
                doc: "Watches the objects: what is added, modified and deleted, as it happens.".to_owned(),
                verb: Verb::Watch(item),
                operations: Vec::new(),
                ..method.clone()
            };
            self.add(&handle, watch, &format!("watching by {id}"), read)?;
        }
        self.add(&handle, method, &format!("the operation {id}"), read)
    }

    /// An operation without a kind: a function of its group-version, or of the server.
    fn function(&mut self, read: &ReadOperation, id: &str) -> Result<(), Error> {
        verbs::must_be(read, "without an action", "get")?;
        self.query(read, &[Query::None])?;
        let (module, name) = naming::function(self.spec, self.rules, read, id);
        let verb = match self.answer(read)? {
            Some(ty) => Verb::Fetch(ty),
            None => Verb::FetchText,
        };
        let what = format!("the operation {id}");
        self.taken.take_method(&format!("the functions of {module}"), &name, &what, &read.place)?;
        let owner = module.to_string().replace('/', "::");
        self.serve(read, id, format!("{owner}::{name}"), None);
        let method = self.method(read, id, name, verb);
        self.modules.entry(module).or_default().functions.push(method);
        Ok(())
    }

    fn method(&self, read: &ReadOperation, id: &str, name: String, verb: Verb) -> Method {
        Method {
            operations: vec![(id.to_owned(), read.method)],
            name,
            http: read.method,
            path: read.path.clone(),
            doc: doc(read),
            verb,
        }
    }

    fn serve(&mut self, read: &ReadOperation, id: &str, by: String, rule: Option<&'static str>) {
        self.served.insert(id.to_owned(), Served { http: read.method, path: read.path.clone(), by, rule });
    }
}

/// What the document says, as a sentence.
fn doc(read: &ReadOperation) -> String {
    let text = read.operation.description.as_deref().unwrap_or_default();
    let mut sentence = text.trim().trim_end_matches('.').to_owned();
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
        sentence.push('.');
    }
    docs::rustdoc(Some(&sentence), "The documents do not describe this operation.")
}
