//! The resources of the process.

use std::fs;
use std::time::Duration;

use imagine_mock::MockServer;

/// The interval between polls for closed connections, and the maximum number of polls.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
const MAX_POLLS: usize = 500;

/// The resources of the process at a point in time. Values that the system does not report are `None`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resources {
    /// The open connections of the service.
    pub(crate) connections: usize,
    /// The sockets of the process: both ends of each connection, and the listener.
    pub(crate) sockets: Option<usize>,
    /// The resident memory in KiB.
    pub(crate) memory: Option<u64>,
}

impl Resources {
    pub(crate) fn now(server: &MockServer) -> Self {
        Self {
            connections: server.connections(),
            sockets: sockets(),
            memory: memory(),
        }
    }
}

/// Returns the resources after all connections are closed, or after five seconds.
pub(crate) async fn settled(server: &MockServer) -> Resources {
    let mut interval = tokio::time::interval(POLL_INTERVAL);
    for _ in 0..MAX_POLLS {
        interval.tick().await;
        if server.connections() == 0 {
            break;
        }
    }
    Resources::now(server)
}

fn sockets() -> Option<usize> {
    let files = fs::read_dir("/proc/self/fd").ok()?;
    let targets = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let sockets = targets.filter(|target| target.to_string_lossy().starts_with("socket:"));
    Some(sockets.count())
}

fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
