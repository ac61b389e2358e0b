//! Whole APIs: the difference of two, those that CustomResourceDefinitions and OpenAPI v2 documents describe, code beside
//! kubesdk.

// `cfg(test)` tells clippy that what is outside of test functions is test code as well.
#[cfg(test)]
mod crds;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod extension;
#[cfg(test)]
mod older;
#[cfg(test)]
mod record;
#[cfg(test)]
mod swagger;
