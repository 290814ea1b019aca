//! Jobs and requests in numbered places that are used again.

/// No server, no request.
pub(super) const NOBODY: u32 = u32::MAX;

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Waiting,
    /// On the server of [`Job::server`].
    Serving,
    /// Among those that share their queue's servers.
    Sharing,
}

/// One copy of one attempt of a request, at the station.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) generation: u32,
    pub(super) request: u32,
    /// Generation of the request when this copy was sent: another one means that nobody waits
    /// for the answer any more.
    pub(super) attempt: u32,
    pub(super) line: u32,
    pub(super) server: u32,
    pub(super) class: u16,
    pub(super) place: Place,
    pub(super) arrived: f64,
    /// Service time at full speed, and what is left of it.
    pub(super) size: f64,
    pub(super) left: f64,
    /// When its service first began.
    pub(super) begun: Option<f64>,
}

/// What a client wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    /// Moves on with every attempt and when the request is settled.
    pub(super) generation: u32,
    pub(super) class: u16,
    pub(super) sent: f64,
    pub(super) size: f64,
    pub(super) key: u32,
    /// Attempts made.
    pub(super) attempts: u32,
    /// Copies of this attempt: answered, and still at the station.
    pub(super) answered: u32,
    pub(super) live: u32,
    /// The last pause, for decorrelated jitter.
    pub(super) pause: f64,
}

/// Places for things that come and go.
#[derive(Debug)]
pub(super) struct Store<T> {
    pub(super) items: Vec<T>,
    free: Vec<u32>,
}

impl<T: Copy> Store<T> {
    pub(super) fn new() -> Self {
        Self {
            items: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Puts an item into a free place; `renew` carries over what must survive from the one
    /// that was there.
    pub(super) fn put(&mut self, mut item: T, renew: impl Fn(&mut T, &T)) -> u32 {
        if let Some(at) = self.free.pop()
            && let Some(old) = self.items.get_mut(at as usize)
        {
            renew(&mut item, old);
            *old = item;
            return at;
        }
        self.items.push(item);
        u32::try_from(self.items.len() - 1).unwrap_or(NOBODY)
    }

    pub(super) fn free(&mut self, at: u32) {
        self.free.push(at);
    }
}
