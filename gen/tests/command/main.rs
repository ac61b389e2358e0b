//! The command `kubesdk-gen` as people and scripts call it: what it reads and writes, what it says where, and what it ends
//! with. What is wrong with sources in detail stands in `faults.rs`.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod files;
#[cfg(test)]
mod server;
#[cfg(test)]
mod servers;
