//! An allocator that counts: how much is held, and how often it is asked.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// The system's allocator with counters.
pub struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static ASKED: AtomicUsize = AtomicUsize::new(0);
static COUNTS: AtomicBool = AtomicBool::new(false);

fn count(more: usize, less: usize, asked: usize) {
    if COUNTS.load(Relaxed) {
        HELD.fetch_add(more.wrapping_sub(less), Relaxed);
        ASKED.fetch_add(asked, Relaxed);
    }
}

/// Counts from here on, or no more: counting slows threads down that allocate at the same time.
pub fn counting(counts: bool) {
    COUNTS.store(counts, Relaxed);
}

// SAFETY: every call goes to the system's allocator unchanged; the counters do not touch the memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0, 1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(0, layout.size(), 0);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size(), 1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// Bytes allocated since counting began, without the allocator's own overhead; only differences mean something.
pub fn held() -> usize {
    HELD.load(Relaxed)
}

/// How often memory was asked for so far.
pub fn asked() -> usize {
    ASKED.load(Relaxed)
}
