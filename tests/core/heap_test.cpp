#include "core/heap.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

namespace carica {
namespace {

constexpr std::size_t kBig = std::size_t{64} << 20;

struct Free {
  void operator()(char* block) const { std::free(block); }
};
using Block = std::unique_ptr<char, Free>;

Block filled(std::size_t bytes) {
  Block block(static_cast<char*>(std::malloc(bytes)));
  std::memset(block.get(), 1, bytes);
  return block;
}

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// The flags of the mapping in which an address lies, e.g. " rd wr mr mw me ac hg "; "" if unknown.
std::string mapping_flags(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      inside = begin <= wanted && wanted < end;
    } else if (inside && line.rfind("VmFlags:", 0) == 0) {
      return line.substr(std::strlen("VmFlags:")) + " ";
    }
  }
  return "";
}

// In a process of its own, as malloc is tuned once: what it finds is printed, and ends it with 0.
template <class Body>
void in_own_process(Body body, const char* printed) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        ::unsetenv("CARICA_MALLOC");
        std::fputs(body(), stderr);
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), printed);
}

TEST(Heap, KeepsFreedMemory) {
  in_own_process(
      [] {
        if (!tune_heap().keeps_freed) return "not tuned";
        filled(kBig);
        const long before = page_faults();
        filled(kBig);
        return page_faults() - before < 100 ? "kept" : "given back";
      },
      "kept");
}

TEST(Heap, IsOfHugePagesWhereTheSystemGivesThemWhenAsked) {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string enabled;
  std::getline(file, enabled);
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  if (enabled.find("[madvise]") == std::string::npos || limit.rlim_cur != RLIM_INFINITY)
    GTEST_SKIP() << "huge pages on this machine: " << enabled << ", or limited address space";
  in_own_process(
      [] {
        const std::uint64_t bytes = tune_heap().huge_bytes;
        if (bytes != heap().huge_bytes) return "wrong size";
        const Block block = filled(kBig);
        const bool huge = mapping_flags(block.get() + kBig / 2).find(" hg ") != std::string::npos;
        return huge ? "huge pages" : "small pages";
      },
      "huge pages");
}

TEST(Heap, ReservesAddressesAndNoMemory) {
  in_own_process(
      [] {
        rusage before{}, after{};
        getrusage(RUSAGE_SELF, &before);
        tune_heap();
        getrusage(RUSAGE_SELF, &after);
        return after.ru_maxrss - before.ru_maxrss < 16 * 1024 ? "small" : "large";
      },
      "small");
}

TEST(Heap, StaysWithinALimitOnAddressSpace) {
  in_own_process(
      [] {
        const rlimit limit{std::uint64_t{8} << 30, std::uint64_t{8} << 30};
        if (setrlimit(RLIMIT_AS, &limit) != 0) return "no limit can be set";
        if (tune_heap().huge_bytes != 0) return "reserved";
        filled(kBig);
        return "not reserved";
      },
      "not reserved|no limit can be set");
}

TEST(Heap, IsTheSystemsWhereTheEnvironmentSaysSo) {
  in_own_process(
      [] {
        ::setenv("CARICA_MALLOC", "system", 1);
        const Heap heap = tune_heap();
        return !heap.keeps_freed && heap.huge_bytes == 0 ? "as it was" : "tuned";
      },
      "as it was");
}

}  // namespace
}  // namespace carica
