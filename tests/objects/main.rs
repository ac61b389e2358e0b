//! Objects of every kind are read and written without loss: such as are made from the documents, and such as a real
//! server holds.

mod coverage;
mod documents;
mod fixtures;
mod generate;
mod generated;
mod kinds;
mod laws;
mod live;
mod methods;
mod older;
mod random;
mod rule;
mod server;
