//! Requests of threads that wait for them.

use std::io;
use std::sync::LazyLock;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::fault::Fault;

/// The time without an answer, or without a byte of one, after which a request has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The thread that sends and receives for all others; made when it is needed first.
static RUNTIME: LazyLock<io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).thread_name("ndstencil-s3").enable_all().build());

/// Does requests on the thread for them, and waits: on any thread, those of another runtime included.
pub(super) fn wait<T: Send + 'static>(
    requests: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> Result<T, Fault> {
    let runtime = RUNTIME.as_ref().map_err(|error| Fault::Wrong(format!("no thread for requests: {error}")))?;
    let (send, receive) = sync_channel(1);
    runtime.spawn(async move {
        let _ = send.send(requests.await);
    });
    receive.recv().unwrap_or_else(|_| Err(Fault::Wrong("the client panicked".to_owned())))
}

/// The result of a request that comes in time.
pub(super) async fn in_time<T>(
    patience: Duration,
    request: impl Future<Output = object_store::Result<T>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(patience, request).await {
        Ok(answer) => answer.map_err(Fault::from),
        Err(_) => Err(Fault::Late),
    }
}
