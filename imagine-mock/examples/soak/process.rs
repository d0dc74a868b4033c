//! What the process holds.

use std::fs;
use std::time::Duration;

use imagine_mock::MockServer;

/// How often to look whether connections are closed, and how often at most.
const LOOK: Duration = Duration::from_millis(10);
const LOOKS: usize = 500;

/// What is held at some time. What the system does not tell is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Connections that the service has open.
    pub(crate) connections: usize,
    /// Sockets of the process, which are both ends of those and the one that listens.
    pub(crate) sockets: Option<usize>,
    /// Kibibytes of memory in use.
    pub(crate) memory: Option<u64>,
}

impl Figures {
    pub(crate) fn now(server: &MockServer) -> Self {
        Self {
            connections: server.connections(),
            sockets: sockets(),
            memory: memory(),
        }
    }
}

/// The figures once all connections are closed, or after five seconds.
pub(crate) async fn settled(server: &MockServer) -> Figures {
    let mut looks = tokio::time::interval(LOOK);
    for _ in 0..LOOKS {
        looks.tick().await;
        if server.connections() == 0 {
            break;
        }
    }
    Figures::now(server)
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
