//! Random faults, reproducible by seed.

use std::time::Duration;

use fastrand::Rng;

use super::Fault;

/// The distance between the seeds of consecutive requests.
const SEED_STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The statuses of transient failures.
const STATUSES: [u16; 5] = [429, 500, 502, 503, 504];

/// The upper bound for the number of body bytes before the damage.
const MAX_OFFSET: usize = 400;

/// A random fault for any request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chaos {
    probability: f64,
    seed: u64,
}

impl Chaos {
    pub(crate) fn new(probability: f64, seed: u64) -> Self {
        Self { probability, seed }
    }

    /// Returns the fault for the request with this number, if it gets one.
    pub(crate) fn fault(&self, number: u64) -> Option<Fault> {
        let seed = self.seed.wrapping_add(number.wrapping_mul(SEED_STRIDE));
        let mut rng = Rng::with_seed(seed);
        (rng.f64() < self.probability).then(|| random_fault(&mut rng))
    }
}

/// Chooses among the kinds that terminate, because a client without timeouts must not hang.
fn random_fault(rng: &mut Rng) -> Fault {
    match rng.u8(0..9) {
        0 | 1 => Fault::status(rng.choice(STATUSES).unwrap_or(500)),
        2 => Fault::delay(Duration::from_millis(rng.u64(1..=50))),
        3 => Fault::reset(rng.usize(0..MAX_OFFSET)),
        4 => Fault::truncate(rng.usize(0..MAX_OFFSET)),
        5 => Fault::malformed(),
        6 => Fault::html_page(),
        7 => Fault::dribble(rng.usize(100..=MAX_OFFSET), Duration::from_millis(1)),
        _ if rng.bool() => Fault::connection_close(),
        _ => Fault::empty_response(),
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
    fn faults_depend_on_the_seed_alone() {
        assert_eq!(faults(0.1, 7), faults(0.1, 7));
        assert_ne!(faults(0.1, 7), faults(0.1, 8));
    }

    #[test]
    fn faults_occur_with_the_given_probability() {
        let count = faults(0.1, 7).iter().flatten().count();
        assert!((900..1_100).contains(&count), "{count}");
        assert_eq!(faults(0.0, 7).iter().flatten().count(), 0);
        assert_eq!(faults(1.0, 7).iter().flatten().count(), 10_000);
    }

    #[test]
    fn faults_are_of_every_kind_that_terminates() {
        let all = faults(1.0, 7);
        let kind = |fault: &str| fault.split(['=', ',']).next().map(str::to_owned);
        let mut kinds: Vec<_> = all
            .iter()
            .flatten()
            .filter_map(|fault| kind(fault))
            .collect();
        kinds.sort();
        kinds.dedup();
        let expected = [
            "connection-close",
            "delay",
            "dribble",
            "empty-response",
            "html-page",
            "malformed",
            "reset",
            "status",
            "truncate",
        ];
        assert_eq!(kinds, expected);
        let distinct: HashSet<_> = all.iter().collect();
        assert!(distinct.len() > 500, "{}", distinct.len());
    }
}
