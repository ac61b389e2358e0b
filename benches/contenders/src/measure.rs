//! What is measured, for any contender.

use std::fs::{self, File};

use anyhow::{Context, Result, ensure};
use benches_gauge::{Times, resident as in_ram};
use serde_json::{Value, json};

use crate::contender::Contender;
use crate::{Arguments, Operation};

/// An allocator that counts the bytes that were asked for.
pub trait Heap {
    /// What is allocated now.
    fn now(&self) -> usize;
    /// The most that was allocated at once.
    fn peak(&self) -> usize;
    /// Begins anew with the peak.
    fn forget_peak(&self);
}

pub(crate) fn measure<C: Contender>(arguments: &Arguments, heap: Option<&dyn Heap>) -> Result<Value> {
    let heap = || heap.context("only the program that counts measures the heap");
    match arguments.operation {
        Operation::Decode => decode::<C>(arguments),
        Operation::Encode => encode::<C>(arguments, Vec::new),
        Operation::EncodeUsed => encode_used::<C>(arguments),
        Operation::Write => write::<C>(arguments),
        Operation::Clone => clone::<C>(arguments),
        Operation::Compare => compare::<C>(arguments),
        Operation::Drop => drop_::<C>(arguments),
        Operation::Stream => stream::<C>(arguments),
        Operation::Memory => memory::<C>(arguments, heap()?),
        Operation::StreamMemory => stream_memory::<C>(arguments, heap()?),
        Operation::Resident => resident::<C>(arguments),
    }
}

fn read(arguments: &Arguments) -> Result<Vec<u8>> {
    fs::read(&arguments.file).with_context(|| format!("cannot read {}", arguments.file.display()))
}

fn decoded<C: Contender>(arguments: &Arguments) -> Result<C::List> {
    C::decode(&mut read(arguments)?)
}

/// A body for each round, as a program has it from the network; making it and dropping the list are not timed.
fn decode<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let whole = read(arguments)?;
    let (mut times, mut items) = (Times::default(), 0);
    for _ in 0..=arguments.rounds {
        let mut body = whole.clone();
        let list = times.add(|| C::decode(&mut body))??;
        items = C::items(&list)?;
    }
    Ok(json!({"times": times.json(), "items": items}))
}

fn encode<C: Contender>(arguments: &Arguments, buffer: impl Fn() -> Vec<u8>) -> Result<Value> {
    let list = decoded::<C>(arguments)?;
    let (mut times, mut size) = (Times::default(), 0);
    for _ in 0..=arguments.rounds {
        let mut out = buffer();
        times.add(|| C::encode(&list, &mut out))??;
        size = out.len();
    }
    Ok(json!({"times": times.json(), "bytes": size}))
}

fn encode_used<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let list = decoded::<C>(arguments)?;
    let (mut times, mut out) = (Times::default(), Vec::new());
    C::encode(&list, &mut out)?;
    for _ in 0..=arguments.rounds {
        out.clear();
        times.add(|| C::encode(&list, &mut out))??;
    }
    Ok(json!({"times": times.json(), "bytes": out.len()}))
}

fn write<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let list = decoded::<C>(arguments)?;
    let mut times = Times::default();
    for _ in 0..=arguments.rounds {
        times.add(|| C::write(&list, std::io::sink()))??;
    }
    Ok(json!({"times": times.json()}))
}

fn clone<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let list = decoded::<C>(arguments)?;
    let mut times = Times::default();
    for _ in 0..=arguments.rounds {
        let copy = times.add(|| list.clone())?;
        drop(copy);
    }
    Ok(json!({"times": times.json()}))
}

/// With a list that was decoded apart, so that nothing is shared.
fn compare<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let (list, other) = (decoded::<C>(arguments)?, decoded::<C>(arguments)?);
    let mut times = Times::default();
    for _ in 0..=arguments.rounds {
        ensure!(times.add(|| list == other)?, "two lists of one body differ");
    }
    Ok(json!({"times": times.json()}))
}

fn drop_<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let whole = read(arguments)?;
    let mut times = Times::default();
    for _ in 0..=arguments.rounds {
        let list = C::decode(&mut whole.clone())?;
        times.add(|| drop(list))?;
    }
    Ok(json!({"times": times.json()}))
}

fn stream<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let whole = read(arguments)?;
    let (mut times, mut items) = (Times::default(), 0);
    for _ in 0..=arguments.rounds {
        items = times.add(|| C::stream(whole.as_slice()))??;
    }
    Ok(json!({"times": times.json(), "items": items}))
}

/// The body is not counted, neither in what is held nor in the peak; what the list keeps of it is.
fn memory<C: Contender>(arguments: &Arguments, heap: &dyn Heap) -> Result<Value> {
    let before = heap.now();
    let mut body = read(arguments)?;
    let size = heap.now() - before;
    heap.forget_peak();
    let list = C::decode(&mut body)?;
    let peak = heap.peak() - before - size;
    drop(body);
    Ok(json!({"held": heap.now() - before, "peak": peak, "items": C::items(&list)?}))
}

fn stream_memory<C: Contender>(arguments: &Arguments, heap: &dyn Heap) -> Result<Value> {
    let file = File::open(&arguments.file)?;
    let before = heap.now();
    heap.forget_peak();
    let items = C::stream(file)?;
    Ok(json!({"held": heap.now() - before, "peak": heap.peak() - before, "items": items}))
}

fn resident<C: Contender>(arguments: &Arguments) -> Result<Value> {
    let before = in_ram()?.now;
    let list = decoded::<C>(arguments)?;
    let after = in_ram()?;
    let (held, peak) = (after.now.saturating_sub(before), after.peak.saturating_sub(before));
    Ok(json!({"held": held, "peak": peak, "items": C::items(&list)?}))
}
