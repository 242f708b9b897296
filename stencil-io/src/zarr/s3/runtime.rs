//! Requests of threads that wait for them.

use std::io;
use std::sync::LazyLock;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::fault::Fault;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_waited_for_on_any_thread() {
        assert_eq!(wait(async { Ok(7) }).unwrap(), 7);
        let other = Builder::new_current_thread().build().unwrap();
        assert_eq!(other.block_on(async { wait(async { Ok(8) }) }).unwrap(), 8);
    }

    #[test]
    fn requests_that_come_to_no_end_are_errors() {
        let moment = Duration::from_millis(10);
        assert!(matches!(wait(in_time(moment, std::future::pending::<object_store::Result<()>>())), Err(Fault::Late)));
        async fn panics() -> Result<(), Fault> {
            panic!("in a test")
        }
        assert!(matches!(wait(panics()), Err(Fault::Wrong(_))));
    }
}
