//! Tests alone, in the files beside this one; and the README, whose examples are compiled as documentation tests.

#![doc = include_str!("../README.md")]
