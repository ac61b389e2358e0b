//! Objects of every kind are read and written without loss: such as are made from the documents.

mod documents;
mod generate;
mod generated;
mod kinds;
mod rule;
