#include "allocation_count.h"

#ifdef CARICA_COUNTS_ALLOCATIONS

namespace {
thread_local std::size_t count = 0;
}

// Stand in for glibc's own, for all libraries of this program.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* malloc(std::size_t bytes) {
  ++count;
  return __libc_malloc(bytes);
}
void* calloc(std::size_t number, std::size_t bytes) {
  ++count;
  return __libc_calloc(number, bytes);
}
void* realloc(void* block, std::size_t bytes) {
  ++count;
  return __libc_realloc(block, bytes);
}
}

std::size_t carica::test::allocations() { return count; }

#endif
