//! Discovery and the mapping of names without a server: documents in `fixtures`, and servers made up at random.

mod documents;
mod health;
mod laws;
mod mapper;
mod mapping;
mod server;
