//! Hostile text, the same for the same seed.

/// `SplitMix64`: small, seeded, good enough to reach every corner.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).expect("limit fits")).expect("below a usize")
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Any character but NUL, which no environment can hold.
    pub fn character(&mut self) -> char {
        loop {
            let limit = match self.below(4) {
                0 => 0x80,
                1 => 0x800,
                2 => 0x1_0000,
                _ => 0x11_0000,
            };
            let code = u32::try_from(1 + self.below(limit - 1)).expect("below 0x110000");
            if let Some(character) = char::from_u32(code) {
                return character;
            }
        }
    }

    /// Text that a shell would love to act on. `marker` is a path that `touch` would create.
    pub fn hostile(&mut self, marker: &str) -> String {
        let touches = [
            format!("$(touch {marker})"),
            format!("`touch {marker}`"),
            format!("'; touch {marker}; '"),
            format!("\"; touch {marker}; \""),
            format!("\ntouch {marker}\n"),
            format!("(touch {marker})"),
            format!("'(touch {marker})'"),
            format!("\\'; touch {marker}; #"),
            format!("| touch {marker} &"),
            format!("${{IFS}}$(touch${{IFS}}{marker})"),
        ];
        let mut text = String::new();
        for _ in 0..self.below(6) {
            match self.below(5) {
                0 => text.push_str(self.pick(&PIECES)),
                1 => text.push_str(&touches[self.below(touches.len())]),
                2 => text.push(self.character()),
                3 => (0..self.below(12)).for_each(|_| text.push(self.character())),
                _ => {
                    let repeated = self.pick(&PIECES);
                    (0..self.below(5)).for_each(|_| text.push_str(repeated));
                }
            }
        }
        // now and then a long one, as a session token is
        if self.below(400) == 0 {
            let piece = if text.is_empty() { "x'".to_owned() } else { text.clone() };
            while text.len() < 70_000 {
                text.push_str(&piece);
            }
        }
        text
    }
}

const PIECES: [&str; 52] = [
    "'",
    "\"",
    "`",
    "\\",
    "$",
    "!",
    "!!",
    "!$",
    "#",
    "&",
    "&&",
    "|",
    ";",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "*",
    "?",
    "~",
    "=",
    "%",
    "%%",
    "^",
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{1}",
    "\u{2019}",
    "\u{2018}",
    "\u{201b}",
    "\u{201c}",
    "\u{feff}",
    "\u{202e}",
    "\u{2028}",
    "\\'",
    "\\\\",
    "$'",
    "$\"",
    "-n",
    "-e",
    "--",
    "\\x41",
];

/// Values that have broken some tool before; always part of a run.
pub const CLASSICS: [&str; 34] = [
    "",
    " ",
    "  two  blanks  ",
    "'",
    "''",
    "'''",
    "\\",
    "\\\\",
    "\\'",
    "'\\",
    "\\\\'",
    "\"",
    "\"'\"'\"",
    "`",
    "$",
    "$$",
    "$HOME",
    "${HOME}",
    "$((1+1))",
    "!",
    "!!",
    "!-1",
    "^a^b",
    "\n",
    "a\nb",
    "trailing\n",
    "\r\n",
    "\t",
    "~",
    "*",
    "#comment",
    "-n",
    "AQoDYXdzEJr/+//////////wEaoAK1wvxJY12r2IrDFT2IvAzTCn3zHoZ7YNtpiQLF0MqZye/qwjzP2iEXAMPLEbw==",
    "\u{2018}\u{2019}\u{201a}\u{201b}",
];
