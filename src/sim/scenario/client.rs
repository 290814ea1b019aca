//! What clients do: how long they wait, when they ask again, what holds them back.

use crate::sim::streams::Stream;

/// What clients do about time and failure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Client {
    /// How long a client waits for an answer before it counts the attempt as failed.
    pub timeout: Option<f64>,
    /// Whether an attempt that its client has given up, or whose copy was first, is taken
    /// back; otherwise it is worked off in vain.
    pub cancel: bool,
    /// Attempts after the first; `None` without end.
    pub retries: Option<u32>,
    /// Pause before a retry.
    pub backoff: Backoff,
    /// What holds retries back.
    pub budget: Budget,
    /// Copies of a request, to different servers.
    pub copies: u32,
    /// Answers that a request needs: 1 for the first of its copies, `copies` for a fork–join.
    pub need: u32,
    /// How long the copies after the first are held back; they are sent if there is no answer
    /// by then (a hedge).
    pub hedge: f64,
}

impl Default for Client {
    /// Waits for ever, tries once.
    fn default() -> Self {
        Self {
            timeout: None,
            cancel: false,
            retries: Some(0),
            backoff: Backoff::None,
            budget: Budget::None,
            copies: 1,
            need: 1,
            hedge: 0.0,
        }
    }
}

/// Pause before retry k = 0, 1, …
///
/// # References
/// M. Brooker, Exponential backoff and jitter, AWS Architecture Blog (2015), for the names.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Backoff {
    /// None at all.
    None,
    /// Always the same.
    Fixed(f64),
    /// Exponentially distributed with this mean.
    Memoryless(f64),
    /// min(cap, base·2ᵏ).
    Exponential(Window),
    /// Uniform between 0 and min(cap, base·2ᵏ).
    FullJitter(Window),
    /// Half of min(cap, base·2ᵏ), and uniform up to the whole.
    EqualJitter(Window),
    /// min(cap, uniform between base and three times the last pause).
    Decorrelated(Window),
}

impl Backoff {
    /// The pause before retry `k` = 0, 1, …, after one of `last` seconds.
    pub(in crate::sim) fn pause(self, k: u32, last: f64, jitter: &mut Stream) -> f64 {
        let doubled =
            |window: Window| (window.base * f64::from(k.min(1000)).exp2()).min(window.cap);
        match self {
            Self::None => 0.0,
            Self::Fixed(pause) => pause,
            Self::Memoryless(mean) => mean * jitter.exponential(),
            Self::Exponential(window) => doubled(window),
            Self::FullJitter(window) => doubled(window) * jitter.uniform(),
            Self::EqualJitter(window) => doubled(window) * 0.5 * (1.0 + jitter.uniform()),
            Self::Decorrelated(window) => {
                let top = 3.0 * last.max(window.base);
                let pause = window.base + (top - window.base) * jitter.uniform();
                pause.min(window.cap)
            }
        }
    }
}

/// Where pauses begin and end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The first pause.
    pub base: f64,
    /// The longest pause.
    pub cap: f64,
}

/// What holds retries back.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Budget {
    /// Nothing.
    None,
    /// A bucket of tokens that all clients share: a new request adds `share` of a token, a
    /// retry takes one.
    Requests {
        /// Tokens a request adds.
        share: f64,
        /// Most tokens, which is also how many there are at first.
        depth: f64,
    },
    /// A bucket of tokens that all clients share: an answer in time adds `share` of a token,
    /// up to `depth`; a retry takes one.
    Tokens {
        /// Tokens an answer adds.
        share: f64,
        /// Most tokens, which is also how many there are at first.
        depth: f64,
    },
    /// Adaptive throttling: an attempt is not sent with probability
    /// max(0, (requests − k·accepted)/(requests + 1)), both counted over the last two minutes
    /// with exponential weights, requests when they are sent.
    Throttle {
        /// The multiplier K, 2 as a rule.
        k: f64,
    },
}
