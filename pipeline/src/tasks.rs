//! Tasks with names, so that one that ends can be told by its name.

use tokio::task::JoinSet;

/// Tasks that run until they are asked to end.
#[derive(Debug, Default)]
pub struct Tasks(JoinSet<&'static str>);

impl Tasks {
    /// Starts one.
    pub fn spawn(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(async move {
            task.await;
            name
        });
    }

    /// Waits until one ends, and names it; `None` when there are none.
    pub async fn next_end(&mut self) -> Option<&'static str> {
        let ended = self.0.join_next().await?;
        Some(ended.unwrap_or_else(|panic| {
            tracing::error!(%panic, "a task panicked");
            "a task that panicked"
        }))
    }

    /// Waits until all have ended.
    pub async fn ended(&mut self) {
        while self.0.join_next().await.is_some() {}
    }

    /// Cuts off those that still run.
    pub async fn cut_off(&mut self) {
        self.0.shutdown().await;
    }
}
