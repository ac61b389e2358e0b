//! Objects of any type, filled at random by their tables: every field has the values that its place can take.

use kubesdk::core::object::{Entries, Sequence};
use kubesdk::core::{Mut, Object};
use kubesdk::{IntOrString, RawJson};

/// Texts that some format is tempted to take for something else.
pub const TEXTS: &[&str] = &[
    "",
    " ",
    "~",
    "null",
    "true",
    "yes",
    "-",
    "--- a",
    "1",
    "0x1F",
    "010",
    "1.50",
    ".inf",
    "2026-01-02",
    "a: b",
    "# a",
    "*a",
    "&a",
    "!a",
    "|",
    "'a",
    "\"a\"",
    "a\\b",
    "line\nline\n",
    "\ttab \u{1}\u{7f}\u{85}\u{2028}",
    "é😀",
    "{a}",
    "[a]",
    "web-0",
    "registry.example/app:v1.2",
];

const QUANTITIES: &[&str] = &["0", "1", "100m", "1Gi", "1.5", "1e3", "-5", "12E", "0.000000001"];

/// Values of free-form JSON; integers beyond 2^53, floats as nobody else writes them.
const VALUES: &[&str] = &[
    "true",
    "9007199254740993",
    "-9223372036854775808",
    "18446744073709551615",
    "1.5",
    "-0.25",
    r#""text""#,
    "[]",
    "{}",
    r#"[null,{"a":[1,"2",false]}]"#,
    r#"{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}"#,
    r#"{"apiVersion":"v1","kind":"Pod","spec":{"replicas":3}}"#,
];

/// A small generator of numbers: one seed, one object, on every machine.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_of<'a>(&mut self, values: &[&'a str]) -> &'a str {
        values[self.below(values.len())]
    }

    /// Small numbers, and those at the ends of 32, 53 and 64 bits.
    fn integer(&mut self) -> i64 {
        let ends = [0, 1, -1, i64::from(i32::MAX), i64::from(i32::MIN), (1 << 53) + 1, i64::MAX, i64::MIN];
        match self.below(4) {
            0 => ends[self.below(ends.len())],
            1 => self.next() as i64,
            _ => self.below(100_000) as i64,
        }
    }
}

/// An object of this type from a seed.
pub fn filled<T: Object + Default>(seed: u64) -> T {
    let mut object = T::default();
    let random = &mut Random(seed);
    fill(&mut object, 1 + random.below(6), random);
    object
}

fn fill(object: &mut dyn Object, depth: usize, random: &mut Random) {
    // Some objects are nearly full, some nearly empty.
    let often = 1 + random.below(4);
    for field in 0..object.fields().names.len() {
        if random.below(often) == 0 {
            set(object.get_mut(field), depth, random);
        }
    }
}

fn set(place: Mut<'_>, depth: usize, random: &mut Random) {
    match place {
        Mut::Str(it) => *it = random.one_of(TEXTS).into(),
        Mut::Enum(it) => it.set(&random.one_of(TEXTS).into()),
        Mut::Quantity(it) => *it = random.one_of(QUANTITIES).into(),
        Mut::Bool(it) => *it = random.below(2) == 0,
        Mut::I32(it) => *it = random.integer() as i32,
        Mut::I64(it) => *it = random.integer(),
        Mut::Float(it) => *it = random.integer() as f64 / 8.0,
        // Never the zero time, which is the absent one.
        Mut::Time(it) => *it = format!("{}Z", date_time(random)).parse().unwrap(),
        Mut::MicroTime(it) => {
            let micros = random.below(1_000_000);
            *it = format!("{}.{micros:06}Z", date_time(random)).parse().unwrap();
        }
        Mut::IntOrString(it) => {
            *it = match random.below(2) {
                0 => IntOrString::Int(random.integer() as i32),
                _ => IntOrString::String(random.one_of(TEXTS).into()),
            };
        }
        Mut::Bytes(it) => {
            let bytes: Vec<u8> = (0..random.below(20)).map(|_| random.next() as u8).collect();
            *it = bytes.into();
        }
        Mut::Raw(it) => *it = RawJson::from_text(random.one_of(VALUES)).unwrap(),
        Mut::Object(it) if depth > 0 => fill(it, depth - 1, random),
        Mut::Sequence(it) if depth > 0 => push(it, depth - 1, random),
        Mut::Map(it) if depth > 0 => insert(it, depth - 1, random),
        Mut::Object(_) | Mut::Sequence(_) | Mut::Map(_) | Mut::Skip => {}
    }
}

fn push(sequence: &mut dyn Sequence, depth: usize, random: &mut Random) {
    for _ in 0..random.below(4) {
        set(sequence.push(), depth, random);
    }
    sequence.finish();
}

fn insert(map: &mut dyn Entries, depth: usize, random: &mut Random) {
    for _ in 0..random.below(4) {
        set(map.insert(random.one_of(TEXTS).into()), depth, random);
    }
    map.finish();
}

fn date_time(random: &mut Random) -> String {
    let (year, month, day) = (1900 + random.below(300), 1 + random.below(12), 1 + random.below(28));
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}
