//! Connections against a server that follows a script: WebSocket by tungstenite, cut and slowed down as wished.

mod faults;
mod opening;
mod processes;
mod server;
