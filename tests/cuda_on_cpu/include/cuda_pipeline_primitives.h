#pragma once

#include "emulation.h"

inline void __pipeline_memcpy_async(void* to, const void* from, std::size_t bytes) {
  emulation::copy_later(to, from, bytes);
}
inline void __pipeline_commit() { emulation::commit_copies(); }
inline void __pipeline_wait_prior(std::size_t left) { emulation::wait_for_copies(left); }
