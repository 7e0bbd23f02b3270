#include "core/heap.h"

#include <cstdlib>
#include <cstring>

#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>
#endif

namespace carica {
namespace {

Heap state;

#ifdef __GLIBC__
constexpr std::size_t kPiece = std::size_t{1} << 30;

// Blocks of less than a piece come from the heap, which never shrinks.
bool keep_freed() {
  constexpr int kMost = 1 << 30, kMostOfOldVersions = 32 << 20, kNever = -1;
  const bool heap_only =
      mallopt(M_MMAP_THRESHOLD, kMost) != 0 || mallopt(M_MMAP_THRESHOLD, kMostOfOldVersions) != 0;
  return heap_only && mallopt(M_TRIM_THRESHOLD, kNever) != 0;
}

// The setting in brackets, of a line such as "always [madvise] never"; "" if there is none.
std::string setting(const char* file) {
  std::ifstream input(file);
  std::string line;
  std::getline(input, line);
  const std::size_t begin = line.find('['), end = line.find(']');
  return end == std::string::npos || begin > end ? line : line.substr(begin + 1, end - begin - 1);
}

bool is_unlimited(decltype(RLIMIT_AS) resource) {
  rlimit limit{};
  return getrlimit(resource, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

// Whether huge pages come when asked for, and address space costs nothing.
bool can_reserve() {
  constexpr const char* kNeverOvercommit = "2";
  return setting("/sys/kernel/mm/transparent_hugepage/enabled") == "madvise" &&
         setting("/proc/sys/vm/overcommit_memory") != kNeverOvercommit && is_unlimited(RLIMIT_AS) &&
         is_unlimited(RLIMIT_DATA);
}

std::uint64_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
  return pages > 0 && bytes > 0
             ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(bytes)
             : 0;
}

// The heap grows by half of the memory at once, still without a page, so that all of it can be
// asked for as huge pages: growth that comes later would have to be asked for each time.
std::uint64_t reserve_huge() {
  constexpr std::uint64_t kMostPieces = 64;
  constexpr std::size_t kOverhead = 4096;
  const std::uint64_t pieces = std::min(physical_memory() / 2 / kPiece, kMostPieces);
  if (pieces == 0 || !can_reserve()) return 0;

  const auto end_of_heap = [] { return reinterpret_cast<std::uintptr_t>(sbrk(0)); };
  std::vector<void*> blocks;
  blocks.reserve(pieces);
  const std::uintptr_t begin = end_of_heap();
  while (blocks.size() < pieces) {
    void* block = std::malloc(kPiece - kOverhead);
    if (block == nullptr) break;
    blocks.push_back(block);
  }
  const std::uintptr_t end = end_of_heap();
  for (void* block : blocks) std::free(block);

  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t from = (begin + page - 1) / page * page, to = end / page * page;
  if (from >= to) return 0;
  return madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE) == 0 ? to - from : 0;
}
#endif

}  // namespace

Heap tune_heap() {
#ifdef __GLIBC__
  const char* choice = std::getenv("CARICA_MALLOC");
  if (choice != nullptr && std::strcmp(choice, "system") == 0) return state;
  state.keeps_freed = keep_freed();
  if (state.keeps_freed) state.huge_bytes = reserve_huge();
#endif
  return state;
}

const Heap& heap() { return state; }

}  // namespace carica
