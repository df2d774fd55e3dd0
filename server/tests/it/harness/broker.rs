//! A broker outside of the shop: the embedded one, on a runtime of its own, so that its end takes every connection
//! with it as a killed broker's does.

use server::kafka::embedded;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// A broker that runs until it is dropped.
pub(crate) struct OutsideBroker {
    port: u16,
    runtime: Option<Runtime>,
}

impl OutsideBroker {
    pub(crate) fn start(port: u16) -> OutsideBroker {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(embedded::run(port, CancellationToken::new()));
        OutsideBroker { port, runtime: Some(runtime) }
    }

    pub(crate) fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for OutsideBroker {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
