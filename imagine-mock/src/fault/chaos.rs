//! Faults by chance, the same ones for the same seed.

use std::time::Duration;

use fastrand::Rng;

use super::Fault;

/// The spacing of the seeds of neighbouring requests.
const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The statuses that services fail with in passing.
const STATUSES: [u16; 5] = [429, 500, 502, 503, 504];

/// Damage comes within so many bytes of the body.
const REACH: usize = 400;

/// Faults that any request may meet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chaos {
    probability: f64,
    seed: u64,
}

impl Chaos {
    pub(crate) fn new(probability: f64, seed: u64) -> Self {
        Self { probability, seed }
    }

    /// The fault that the request of this number meets, if it meets one.
    pub(crate) fn fault(&self, number: u64) -> Option<Fault> {
        let seed = self.seed.wrapping_add(number.wrapping_mul(STRIDE));
        let mut chance = Rng::with_seed(seed);
        (chance.f64() < self.probability).then(|| any(&mut chance))
    }
}

/// A fault of one of the kinds that end: a client that waits long enough is never left waiting.
fn any(chance: &mut Rng) -> Fault {
    match chance.u8(0..9) {
        0 | 1 => Fault::status(chance.choice(STATUSES).unwrap_or(500)),
        2 => Fault::delay(Duration::from_millis(chance.u64(1..=50))),
        3 => Fault::reset(chance.usize(0..REACH)),
        4 => Fault::cut(chance.usize(0..REACH)),
        5 => Fault::malformed(),
        6 => Fault::html(),
        7 => Fault::drip(chance.usize(100..=REACH), Duration::from_millis(1)),
        _ if chance.bool() => Fault::close(),
        _ => Fault::hang_up(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Chaos;

    fn faults(probability: f64, seed: u64) -> Vec<Option<String>> {
        let chaos = Chaos::new(probability, seed);
        let faults = (1..=10_000).map(|number| chaos.fault(number));
        faults
            .map(|fault| fault.map(|fault| fault.to_string()))
            .collect()
    }

    #[test]
    fn it_follows_from_the_seed() {
        assert_eq!(faults(0.1, 7), faults(0.1, 7));
        assert_ne!(faults(0.1, 7), faults(0.1, 8));
    }

    #[test]
    fn it_comes_as_often_as_it_should() {
        let share = faults(0.1, 7).iter().flatten().count();
        assert!((900..1_100).contains(&share), "{share}");
        assert_eq!(faults(0.0, 7).iter().flatten().count(), 0);
        assert_eq!(faults(1.0, 7).iter().flatten().count(), 10_000);
    }

    #[test]
    fn it_is_of_every_kind_that_ends() {
        let all = faults(1.0, 7);
        let kind = |fault: &str| fault.split(['=', ',']).next().map(str::to_owned);
        let mut kinds: Vec<_> = all.iter().flatten().filter_map(|one| kind(one)).collect();
        kinds.sort();
        kinds.dedup();
        let expected = [
            "close",
            "cut",
            "delay",
            "drip",
            "hang-up",
            "html",
            "malformed",
            "reset",
            "status",
        ];
        assert_eq!(kinds, expected);
        let distinct: HashSet<_> = all.iter().collect();
        assert!(distinct.len() > 500, "{}", distinct.len());
    }
}
