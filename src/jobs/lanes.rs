//! Many errands at once, each in its lane: whoever is slow holds up its own lane and no other.

use std::{collections::HashMap, future::Future, hash::Hash, time::Duration};

use tokio::{
    task::{Id, JoinSet},
    time::{Instant, timeout_at},
};

/// The errands that run now. Dropping it stops them.
#[derive(Debug)]
pub struct Lanes<L> {
    running: JoinSet<()>,
    lane_of: HashMap<Id, L>,
    busy: HashMap<L, usize>,
    most: usize,
}

impl<L: Clone + Eq + Hash> Lanes<L> {
    /// At most `most` errands at once in all lanes together.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            running: JoinSet::new(),
            lane_of: HashMap::new(),
            busy: HashMap::new(),
            most,
        }
    }

    /// How many more errands `lane` may take of the `most` it may have.
    #[must_use]
    pub fn room(&self, lane: &L, most: usize) -> usize {
        let free = self.most.saturating_sub(self.running.len());
        free.min(most.saturating_sub(self.busy.get(lane).copied().unwrap_or(0)))
    }

    /// Whether no lane has room.
    #[must_use]
    pub fn full(&self) -> bool {
        self.running.len() >= self.most
    }

    pub fn start(&mut self, lane: L, errand: impl Future<Output = ()> + Send + 'static) {
        let task = self.running.spawn(errand);
        *self.busy.entry(lane.clone()).or_default() += 1;
        self.lane_of.insert(task.id(), lane);
    }

    /// Waits until an errand ends, or for `longest`.
    pub async fn rest(&mut self, longest: Duration) {
        let until = Instant::now() + longest;
        match timeout_at(until, self.running.join_next_with_id()).await {
            Ok(Some(ended)) => self.forget(ended.map_or_else(|error| error.id(), |(id, ())| id)),
            // None runs: there is nothing to wait for but the time.
            Ok(None) => tokio::time::sleep_until(until).await,
            Err(_) => {}
        }
        while let Some(ended) = self.running.try_join_next_with_id() {
            self.forget(ended.map_or_else(|error| error.id(), |(id, ())| id));
        }
    }

    fn forget(&mut self, task: Id) {
        let Some(lane) = self.lane_of.remove(&task) else { return };
        if let Some(busy) = self.busy.get_mut(&lane) {
            *busy -= 1;
            if *busy == 0 {
                self.busy.remove(&lane);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_lane_leaves_room_in_the_others() {
        let mut lanes = Lanes::new(3);
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        lanes.start("slow", async {
            let _ = ended.await;
        });
        assert_eq!((lanes.room(&"slow", 1), lanes.room(&"quick", 1)), (0, 1));
        lanes.start("quick", async {});
        lanes.rest(Duration::from_secs(10)).await;
        assert_eq!((lanes.room(&"slow", 2), lanes.room(&"quick", 9)), (1, 2));
        lanes.start("broken", async { panic!("on purpose") });
        lanes.rest(Duration::from_secs(10)).await;
        assert_eq!(lanes.room(&"broken", 1), 1, "what breaks frees its place");
        drop(end);
        lanes.rest(Duration::from_secs(10)).await;
        assert_eq!(lanes.room(&"slow", 9), 3);
    }
}
