//! Where requests come from: arrivals of each class, or clients that think.

use super::Engine;
use crate::sim::events::Kind;
use crate::sim::law::TimeLaw;
use crate::sim::scenario::{Arrivals, Routing};

/// One class's arrival process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub(super) next: f64,
    pub(super) generation: u32,
}

impl<'a> Engine<'a> {
    /// Plans the first arrivals or the first thoughts of the clients.
    pub(super) fn begin_sources(&mut self) {
        match &self.scenario.arrivals {
            Arrivals::Open { classes, .. } => {
                for (class, law) in classes.iter().enumerate() {
                    let next = law.gap.draw(&mut self.arrivals);
                    let about = u32::try_from(class).unwrap_or(0);
                    self.events.plan(next, Kind::Arrival, about, 0);
                    self.sources.push(Source {
                        next,
                        generation: 0,
                    });
                }
            }
            Arrivals::Closed { clients, think, .. } => {
                for client in 0..*clients {
                    let pause = think.draw(&mut self.jitter);
                    self.events.plan(self.now + pause, Kind::Client, client, 0);
                }
            }
            Arrivals::Burst { .. } => {}
        }
        if let Some(scale) = self.scenario.autoscale {
            self.events.plan(self.now + scale.every, Kind::Decide, 0, 0);
        }
    }

    /// A batch of one class arrives, and its next arrival is planned.
    pub(super) fn arrival(&mut self, class: u32, check: u32) {
        let Arrivals::Open { classes, batch } = &self.scenario.arrivals else {
            return;
        };
        let at = class as usize;
        let (Some(law), Some(source)) = (classes.get(at), self.sources.get_mut(at)) else {
            return;
        };
        if source.generation != check {
            return;
        }
        let next = self.now + law.gap.draw(&mut self.arrivals) / self.load;
        source.next = next;
        self.events.plan(next, Kind::Arrival, class, check);
        for _ in 0..*batch {
            self.send_new(u16::try_from(class).unwrap_or(0));
        }
    }

    pub(super) fn service_law(&self, class: u16) -> &'a TimeLaw {
        match &self.scenario.arrivals {
            Arrivals::Open { classes, .. } => classes
                .get(usize::from(class))
                .map_or(&TimeLaw::Constant(0.0), |class| &class.service),
            Arrivals::Closed { service, .. } | Arrivals::Burst { service } => service,
        }
    }
}

/// Cumulated shares of Zipf's law, for sticky routing.
pub(super) fn zipf(routing: Routing) -> Vec<f64> {
    let Routing::Sticky { keys, skew } = routing else {
        return Vec::new();
    };
    let mut sum = 0.0;
    let mut shares: Vec<f64> = (1..=keys)
        .map(|k| {
            sum += f64::from(k).powf(-skew);
            sum
        })
        .collect();
    for share in &mut shares {
        *share /= sum;
    }
    shares
}
