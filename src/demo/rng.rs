//! Randomness that is the same everywhere and local to one entity.
//!
//! Every entity draws from a stream of its own, named by what it is and where it stands. Adding a product, or asking one
//! more question about it, never shifts what another entity draws.

/// One entity's stream of numbers: SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct Stream(u64);

impl Stream {
    /// The stream of the entity called `name` at `place`.
    pub fn of(name: &str, place: &[usize]) -> Self {
        // FNV-1a over the name, then one SplitMix step per coordinate, so that (1, 2) and (2, 1) differ.
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut stream = Self(seed);
        for &coordinate in place {
            stream.0 = stream.next() ^ (coordinate as u64);
        }
        stream
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`; 0 when `bound` is 0. The bias is below one in four billion for the sizes used here.
    pub fn below(&mut self, bound: u32) -> u32 {
        let wide = u64::from(self.next_u32()) * u64::from(bound);
        u32::try_from(wide >> 32).expect("the high half of a 64-bit product fits in 32 bits")
    }

    fn next_u32(&mut self) -> u32 {
        u32::try_from(self.next() >> 32).expect("the high half of 64 bits fits in 32")
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        debug_assert!(low <= high, "an empty range has no number");
        low + i32::try_from(self.below(high.abs_diff(low) + 1)).expect("the span of two small numbers")
    }

    /// A number in `0..10`.
    pub fn digit(&mut self) -> u8 {
        u8::try_from(self.below(10)).expect("a digit is small")
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let length = u32::try_from(items.len()).expect("tables here are small");
        &items[self.below(length) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn the_published_splitmix_sequence() {
        let mut stream = Stream(1_234_567);
        assert_eq!(
            [stream.next(), stream.next()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
        );
    }

    #[test]
    fn neighbours_and_swapped_places_differ() {
        let first = |place: &[usize]| Stream::of("product", place).next();
        assert_ne!(first(&[1, 2]), first(&[2, 1]));
        assert_ne!(first(&[1]), first(&[2]));
        assert_ne!(first(&[1]), Stream::of("seller", &[1]).next());
        assert_eq!(first(&[7, 7]), first(&[7, 7]));
    }

    #[test]
    fn ranges_reach_both_ends_and_no_further() {
        let mut stream = Stream::of("range", &[]);
        let drawn: Vec<i32> = (0..1_000).map(|_| stream.between(-2, 2)).collect();
        assert!((-2..=2).all(|value| drawn.contains(&value)));
        assert!(drawn.iter().all(|value| (-2..=2).contains(value)));
        assert_eq!(stream.below(0), 0);
    }
}
