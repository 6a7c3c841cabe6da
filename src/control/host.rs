//! What the control API asks of the server that it is part of: to make worlds and to end them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::error_entry::Declared;
use crate::seed::Seed;
use crate::world::{Snapshot, World, Worlds};

/// Makes and ends worlds.
pub trait WorldHost: Send + Sync + 'static {
    /// The worlds that there are.
    fn worlds(&self) -> &Worlds;

    /// Makes a world and begins to serve it. Does what takes its time on threads that serve no sockets; gives what a client
    /// needs to use the world.
    fn make(
        self: Arc<Self>,
        order: WorldOrder,
    ) -> Pin<Box<dyn Future<Output = Result<Value, Declared>> + Send>>;

    /// Ends a world: its name and its port are free when this is done. Calls that run have half a second to end.
    fn end(self: Arc<Self>, world: Arc<World>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// What a client needs to use a world.
    fn facts(&self, world: &World) -> Value;
}

/// How a new world is to be.
pub struct WorldOrder {
    /// Without one it gets the next free one of `w1`, `w2`, …
    pub name: Option<String>,
    pub source: WorldSource,
    pub port: WorldPort,
    /// It ends when nobody has used it for so long.
    pub ttl: Option<Duration>,
}

/// What a new world is made of.
pub enum WorldSource {
    /// A world as it is now.
    World(Arc<World>),
    /// A checkpoint of a world.
    Snapshot(Arc<World>, Arc<Snapshot>),
    Seed(Seed),
}

/// The port that a new world gets for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorldPort {
    /// None: it is reached on the main port.
    None,
    /// A free one.
    Free,
    This(u16),
}
