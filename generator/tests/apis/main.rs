//! Whole APIs: the difference of two, and those that CustomResourceDefinitions describe.

// `cfg(test)` tells clippy that what is outside of test functions is test code as well.
#[cfg(test)]
mod crds;
#[cfg(test)]
mod diff;
