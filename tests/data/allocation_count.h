#pragma once

#include <cstdlib>

// A checker of memory stands in for malloc itself.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CARICA_COUNTS_ALLOCATIONS

namespace carica::test {

/// Calls of malloc, calloc and realloc by this thread so far, from whatever library.
std::size_t allocations();

}  // namespace carica::test

#endif
