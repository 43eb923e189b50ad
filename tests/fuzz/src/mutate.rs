//! Changes of an input: bits, bytes, words that mean something, pieces of another one.

/// `SplitMix64`: small, seeded, good enough to reach every corner.
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }
}

/// What breaks readers of any kind.
const MARKS: [&[u8]; 24] = [
    b"\n",
    b"\r\n",
    b"\0",
    b" ",
    b"\t",
    b"=",
    b":",
    b"\"",
    b"'",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"/",
    b"\x1b[31m",
    b"\x1d",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"99999999999999999999",
    b"-1",
];

/// `input` with one to eight changes; `other` lends pieces.
pub fn mutated(random: &mut Random, input: &[u8], other: &[u8], words: &[&str]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        let to = (at + 1 + random.below(32)).min(bytes.len());
        match random.below(10) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            2 if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap_or(0),
            3 => drop(bytes.drain(at.min(to)..to)),
            4 => {
                let piece = bytes[at.min(to)..to].to_vec();
                let most = if random.below(50) == 0 { 500 } else { 3 };
                let times = 1 + random.below(most);
                bytes.splice(at..at, piece.repeat(times));
            }
            5 | 6 if !words.is_empty() => {
                drop(bytes.splice(at..at, words[random.below(words.len())].bytes()));
            }
            7 => {
                let from = random.below(other.len() + 1);
                let end = (from + random.below(64)).min(other.len());
                drop(bytes.splice(at..at, other[from..end].iter().copied()));
            }
            8 => {
                let place = random.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[place..]);
            }
            _ => drop(bytes.splice(at..at, MARKS[random.below(MARKS.len())].iter().copied())),
        }
    }
    bytes
}
