//! Measuring on a machine that others use too: contestants take turns in many short rounds, and what is reported is the
//! median over the rounds and how far the middle half of them lies apart.

use std::time::{Duration, Instant};

/// What the rounds gave: sorted values.
#[derive(Debug, Clone, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Values in any order.
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The value below which such a share lies.
    pub fn quantile(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1) as f64;
        self.0.get((last * share).round() as usize).copied().unwrap_or(f64::NAN)
    }

    /// The middle value.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Half the distance between the quartiles, as a share of the median: the noise.
    pub fn noise(&self) -> f64 {
        (self.quantile(0.75) - self.quantile(0.25)) / 2.0 / self.median()
    }

    /// Value by value, how many times those of another sample that was taken in the same rounds.
    pub fn ratios(numerators: &[f64], denominators: &[f64]) -> Self {
        Self::new(numerators.iter().zip(denominators).map(|(above, below)| above / below).collect())
    }
}

/// Seconds that a piece of work takes.
pub fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed().as_secs_f64(), done)
}

/// One contestant: does all its work once and answers a checksum.
pub type Contestant<'a> = Box<dyn FnMut() -> u64 + 'a>;

/// Lets contestants take turns; answers the seconds of each round for each of them. The first round warms up and is
/// not counted. Stops after so many rounds, or when the time is up and there were three.
pub fn interleave(contestants: &mut [Contestant<'_>], rounds: usize, cap: Duration) -> Vec<Vec<f64>> {
    let start = Instant::now();
    let mut taken = vec![Vec::new(); contestants.len()];
    for round in 0..=rounds {
        if round > 3 && start.elapsed() > cap {
            break;
        }
        for (contestant, seconds_of) in contestants.iter_mut().zip(&mut taken) {
            let (took, checksum) = seconds(contestant);
            std::hint::black_box(checksum);
            if round > 0 {
                seconds_of.push(took);
            }
        }
    }
    taken
}
