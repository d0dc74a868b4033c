//! Peak memory.

use peak_alloc::PeakAlloc;

/// The system's allocator, with a count of the bytes that the process holds.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Returns the largest number of bytes that the process held during `work` beyond what it held before.
pub fn peak<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    std::hint::black_box(work());
    ALLOCATOR.peak_usage().saturating_sub(before)
}
