#pragma once

#include <cstdint>

namespace carica {

/// How this process keeps memory.
struct Heap {
  /// Freed memory is kept instead of being given back to the system.
  bool keeps_freed = false;
  /// Bytes of address space that will be huge pages as they are used. 0: the system makes them by
  /// itself, or does not, or the process has a limit on its address space.
  std::uint64_t huge_bytes = 0;
};

/// Tunes malloc for programs that compute with big tensors; once, at the start of main(). New pages
/// are otherwise half of torch's time on big CPU tensors, and pages of 4 KB a fifth of what is
/// left. Linux with glibc; leaves all as it is elsewhere, and where the environment says
/// CARICA_MALLOC=system. Source: mallopt(3), madvise(2), the kernel's transhuge.rst.
Heap tune_heap();

/// What tune_heap() did.
const Heap& heap();

}  // namespace carica
