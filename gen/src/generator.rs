//! What is generated from what: sources, choices, and the three ways to have the result.

use std::path::{Path, PathBuf};

use kubesdk_generator::{
    Builtin, Document, Extension, Form, Origins, Published, Wanted, generate_extension, read_crds,
    read_swagger,
};

use crate::sources::{self, Holds};
use crate::{Error, folder, report};

/// Generates code beside kubesdk from any number of sources.
///
/// # Example
///
/// ```no_run
/// use kubesdk_gen::Generator;
///
/// let made = Generator::new().crds("crds").groups(["*.example.com"]).write("src/api")?;
/// println!("{}", made.report());
/// # Ok::<(), kubesdk_gen::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Generator {
    sources: Vec<Source>,
    wanted: Wanted,
    builtin: Option<Builtin>,
}

#[derive(Clone, Debug)]
enum Source {
    /// A file, a folder or standard input; what it holds, unless it says so itself.
    Path(PathBuf, Option<Holds>),
    Published(Published),
    SwaggerDocument(Document),
}

/// What was generated, and whether the folder had it already.
#[derive(Clone, Debug)]
pub struct Made {
    /// What was generated.
    pub extension: Extension,
    /// Where it stands.
    pub folder: PathBuf,
    /// How many files were added, changed or removed.
    pub changed: usize,
    /// What was passed over in the sources, in words.
    pub notes: Vec<String>,
}

impl Made {
    /// What was made, what comes from kubesdk and which of its features that needs, as lines for people.
    pub fn report(&self) -> String {
        report::text(self)
    }
}

impl Generator {
    /// A generator without sources.
    pub fn new() -> Self {
        Generator::default()
    }

    /// Adds a file or a folder that says itself what it is: an OpenAPI v2 document (JSON with a member `swagger`), a folder
    /// of `/openapi/v3` documents (files as `apis__apps__v1.json`), or else `CustomResourceDefinition`s.
    #[must_use]
    pub fn source(mut self, path: impl Into<PathBuf>) -> Self {
        self.sources.push(Source::Path(path.into(), None));
        self
    }

    /// Adds a folder of `/openapi/v3` documents (`*.json`), as `cargo xtask fetch` makes one.
    #[must_use]
    pub fn openapi(mut self, folder: impl Into<PathBuf>) -> Self {
        self.sources.push(Source::Path(folder.into(), Some(Holds::OpenApi)));
        self
    }

    /// Adds a file of `CustomResourceDefinition`s, YAML or JSON, any number of them, or a folder of such files
    /// (`*.yaml`, `*.yml`, `*.json`), or standard input (`-`). Objects of other kinds are passed over.
    #[must_use]
    pub fn crds(mut self, path: impl Into<PathBuf>) -> Self {
        self.sources.push(Source::Path(path.into(), Some(Holds::Crds)));
        self
    }

    /// Adds a file of an OpenAPI v2 document (`swagger: "2.0"`), what `/openapi/v2` of old servers gives.
    #[must_use]
    pub fn swagger(mut self, file: impl Into<PathBuf>) -> Self {
        self.sources.push(Source::Path(file.into(), Some(Holds::Swagger)));
        self
    }

    /// Adds `/openapi/v3` documents that are here already.
    #[must_use]
    pub fn documents(self, documents: Vec<Document>) -> Self {
        self.published(Published { documents, origins: Origins::default() })
    }

    /// The same with where they come from.
    #[must_use]
    pub fn published(mut self, published: Published) -> Self {
        self.sources.push(Source::Published(published));
        self
    }

    /// Adds OpenAPI v2 documents that are here already.
    #[must_use]
    pub fn swagger_documents(mut self, documents: impl IntoIterator<Item = Document>) -> Self {
        self.sources.extend(documents.into_iter().map(Source::SwaggerDocument));
        self
    }

    /// Adds patterns of groups, `shop.example.com`, or of group-versions, `shop.example.com/v1`, in which `*` stands for
    /// any text. With none, all that kubesdk does not have are made.
    #[must_use]
    pub fn groups<I: IntoIterator<Item: Into<String>>>(mut self, patterns: I) -> Self {
        self.wanted.groups.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Adds patterns of kinds, `Widget`, `*Route`. With none, all are made.
    #[must_use]
    pub fn kinds<I: IntoIterator<Item: Into<String>>>(mut self, patterns: I) -> Self {
        self.wanted.kinds.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// What the files are; by default a module.
    #[must_use]
    pub fn form(mut self, form: Form) -> Self {
        self.wanted.form = form;
        self
    }

    /// Generates the structures, too, that a custom resource writes out and that kubesdk has.
    #[must_use]
    pub fn own_structures(mut self) -> Self {
        self.wanted.own_structures = true;
        self
    }

    /// What kubesdk has, if it is not the one that the feature `builtin` brings.
    #[must_use]
    pub fn builtin(mut self, builtin: Builtin) -> Self {
        self.builtin = Some(builtin);
        self
    }

    /// Generates, and writes nothing.
    ///
    /// # Errors
    ///
    /// When a source cannot be read, or is faulty: every fault with its file, document and JSON pointer.
    pub fn generate(&self) -> Result<Extension, Error> {
        self.run().map(|(extension, _)| extension)
    }

    /// Generates into a folder, which is replaced as a whole or not touched. One that has all of it is left as it is.
    ///
    /// # Errors
    ///
    /// As [`Generator::generate`]; when the folder holds what was not generated, or cannot be written.
    pub fn write(&self, folder: impl Into<PathBuf>) -> Result<Made, Error> {
        let (folder, (extension, notes)) = (folder.into(), self.run()?);
        let changed = folder::replace(&folder, &extension.files)?;
        Ok(Made { extension, folder, changed, notes })
    }

    /// Generates, and compares with a folder.
    ///
    /// # Errors
    ///
    /// As [`Generator::generate`]; [`Error::is_stale`] when the folder holds anything else than what was generated.
    pub fn check(&self, folder: impl Into<PathBuf>) -> Result<Made, Error> {
        let (folder, (extension, notes)) = (folder.into(), self.run()?);
        let differences = folder::differences(&folder, &extension.files)?;
        match differences.is_empty() {
            true => Ok(Made { extension, folder, changed: 0, notes }),
            false => Err(Error::stale(&folder, differences)),
        }
    }

    /// For build scripts: generates into the folder `name` of `OUT_DIR`, for
    /// `include!(concat!(env!("OUT_DIR"), "/NAME/mod.rs"))`, and has cargo run the script again when a source changes.
    ///
    /// # Errors
    ///
    /// As [`Generator::write`], and outside of a build script.
    pub fn build(self, name: &str) -> Result<Made, Error> {
        let out = std::env::var_os("OUT_DIR").ok_or_else(|| {
            Error::message("OUT_DIR is not set; `build` is for build scripts, `write` takes a folder")
        })?;
        for source in &self.sources {
            if let Source::Path(path, _) = source {
                // A folder counts as changed when a file in it has changed.
                println!("cargo:rerun-if-changed={}", path.display());
            }
        }
        let made = self.form(Form::Included).write(Path::new(&out).join(name))?;
        for note in &made.extension.notes {
            println!("cargo:warning={}#{}: {}", note.document, note.pointer, note.message);
        }
        Ok(made)
    }

    fn run(&self) -> Result<(Extension, Vec<String>), Error> {
        let builtin = match &self.builtin {
            Some(builtin) => builtin.clone(),
            None => builtin()?,
        };
        let (mut all, mut crds, mut swagger, mut notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for source in &self.sources {
            match source {
                Source::Path(path, holds) => match holds.unwrap_or_else(|| sources::holds(path)) {
                    Holds::OpenApi => all.push(sources::openapi(path, &builtin)?),
                    Holds::Crds => crds.extend(sources::definitions(path, &mut notes)?),
                    Holds::Swagger => swagger.push(sources::document(path)?),
                },
                Source::Published(given) => all.push(given.clone()),
                Source::SwaggerDocument(given) => swagger.push(given.clone()),
            }
        }
        all.extend([read_crds(&crds)?, read_swagger(&swagger)?]);
        let Published { documents, origins } = sources::together(all)?;
        let extension = generate_extension(&documents, &builtin, &self.wanted);
        Ok((origins.extension(extension.map_err(|faults| origins.faults(faults))?), notes))
    }
}

/// What kubesdk has, by the crate of its types that stands beside this one.
///
/// # Errors
///
/// When the two crates are of versions that do not belong together.
#[cfg(feature = "builtin")]
pub fn builtin() -> Result<Builtin, Error> {
    Builtin::read(kubesdk_api::MODEL).map_err(|error| vec![error].into())
}

#[cfg(not(feature = "builtin"))]
fn builtin() -> Result<Builtin, Error> {
    Err(Error::message(
        "it is not known what kubesdk has: give it, or use the feature `builtin` of kubesdk-gen",
    ))
}
