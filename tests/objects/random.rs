//! Random scalars from a seed: values at the limits, and any others.

/// The same seed gives the same values.
pub struct Random {
    state: u64,
}

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Random { state: seed }
    }

    /// Any text, the odd ones more often.
    pub fn text(&mut self) -> String {
        match self.below(4) {
            0 => (*self.pick(TEXTS)).to_owned(),
            1 => "a long text, longer than a register: ".repeat(self.below(9) + 1),
            _ => (0..self.below(20)).map(|_| self.character()).collect(),
        }
    }

    fn character(&mut self) -> char {
        match self.below(8) {
            0 => char::from_u32(self.below(0x20) as u32),
            1 => char::from_u32(self.below(0x11_0000) as u32),
            2 => Some(*self.pick(&['"', '\\', '/', '\u{7f}', '\u{2028}', 'é', '字', '😀'])),
            _ => char::from_u32(0x20 + self.below(0x5f) as u32),
        }
        .unwrap_or('\u{fffd}')
    }

    /// At the limits, beyond what a float can tell apart, or any.
    pub fn integer(&mut self) -> i64 {
        match self.below(4) {
            0 => *self.pick(&[
                i64::MIN,
                i64::MAX,
                i64::from(i32::MIN),
                i64::from(i32::MAX),
                9_007_199_254_740_993,
            ]),
            1 => *self.pick(&[0, 1, -1, 80, 8080]),
            _ => self.next() as i64,
        }
    }

    /// Any finite number, the odd ones more often.
    pub fn float(&mut self) -> f64 {
        let any = f64::from_bits(self.next());
        let known = *self.pick(&[0.0, 1.0, -1.5, 0.1, 1e-7, 1e21, f64::MAX, f64::MIN_POSITIVE, -0.0]);
        if any.is_finite() && self.chance(2) { any } else { known }
    }

    /// One of several.
    pub fn pick<'b, T>(&mut self, from: &'b [T]) -> &'b T {
        &from[self.below(from.len())]
    }

    /// True one time in so many.
    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    /// A number below the end, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.state;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }
}

const TEXTS: &[&str] = &[
    "",
    "a",
    "null",
    "true",
    "1",
    "web-0",
    "app.kubernetes.io/name",
    "größer",
    "日本語",
    "👩‍👩‍👧",
    "\u{0}",
    "\u{feff}",
    "a\nb\tc\r",
];
