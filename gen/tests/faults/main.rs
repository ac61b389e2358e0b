//! What is wrong with definitions, documents, sources and folders, as users of the generator are told: the file, the number
//! of the document, a JSON pointer into the definition or the document, and what to do. Nothing is written then.

#[cfg(test)]
mod definitions;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod swagger;
