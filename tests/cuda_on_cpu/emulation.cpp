#include "emulation.h"

#include <ucontext.h>

#include <algorithm>
#include <barrier>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CARICA_TELLS_SANITIZER 1
#include <sanitizer/common_interface_defs.h>
#endif
#endif

namespace emulation {

namespace {

constexpr int kWarp = 32;
constexpr unsigned kWorkers = 2;
constexpr std::size_t kStackBytes = 64 << 10;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "emulation: %s\n", what);
  std::abort();
}

struct Barrier {
  unsigned arrived = 0, generation = 0;
};

// What the blocks of a cluster share.
struct Cluster {
  explicit Cluster(unsigned size) : size(size), bases(size), arrival(size) {}
  unsigned size;
  std::vector<char*> bases;  // an address of each block's __shared__ variables
  std::barrier<> arrival;
};

// The memory of fibers that have ended, for others.
class Stacks {
 public:
  using Stack = std::unique_ptr<char[]>;
  Stack take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique_for_overwrite<char[]>(kStackBytes);
    auto stack = std::move(free_.back());
    free_.pop_back();
    return stack;
  }
  void give(Stack stack) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(stack));
  }

 private:
  std::mutex mutex_;
  std::vector<Stack> free_;
};

Stacks& stacks() {
  static Stacks all;
  return all;
}

// The __shared__ variables of a block are its thread's own: what lies how far from this is the same
// for all threads of a program.
thread_local char shared_base;

// A stack, as AddressSanitizer has to know it.
struct StackNote {
  const void* bottom = nullptr;
  std::size_t bytes = 0;
  void* saved = nullptr;

  void leave_for([[maybe_unused]] const StackNote& next) {
#ifdef CARICA_TELLS_SANITIZER
    __sanitizer_start_switch_fiber(&saved, next.bottom, next.bytes);
#endif
  }
  void enter_from([[maybe_unused]] StackNote& last) {
#ifdef CARICA_TELLS_SANITIZER
    __sanitizer_finish_switch_fiber(saved, &last.bottom, &last.bytes);
#endif
  }
};

// Runs blocks, one after the other.
class Runner {
 public:
  Runner(const std::function<void()>& work, dim3 threads, dim3 blocks, std::size_t shared_bytes,
         Cluster& cluster, unsigned rank)
      : cluster(cluster),
        work_(work),
        count_(threads.x),
        warps_((count_ + kWarp - 1) / kWarp),
        shared_((shared_bytes + sizeof(Line) - 1) / sizeof(Line)) {
    place.threads = threads;
    place.blocks = blocks;
    cluster.bases[rank] = &shared_base;
    fibers_ = std::vector<Fiber>(count_);
  }

  ~Runner() {
    for (auto& fiber : fibers_) {
      if (fiber.stack) stacks().give(std::move(fiber.stack));
    }
  }

  void run(unsigned block) {
    current = this;
    place.block = dim3(block, 0, 0);
    done_ = 0;
    for (auto& fiber : fibers_) {
      fiber.done = false;
      fiber.waits_for = nullptr;
    }
    while (done_ < count_) {
      const std::uint64_t before = progress_;
      for (unsigned i = 0; i < count_; ++i) {
        const unsigned id = block % 2 == 0 ? i : count_ - 1 - i;
        auto& fiber = fibers_[id];
        if (fiber.done) continue;
        if (fiber.waits_for != nullptr && fiber.waits_for->generation == fiber.seen) continue;
        resume(id);
      }
      if (progress_ == before) fail("not all threads reach a barrier");
    }
  }

  void wait_for(Barrier& barrier, unsigned expected, bool cluster_wide = false) {
    if (++barrier.arrived == expected) {
      if (cluster_wide) cluster.arrival.arrive_and_wait();
      barrier.arrived = 0;
      ++barrier.generation;
      ++progress_;
      return;
    }
    auto& fiber = fibers_[place.thread.x];
    fiber.waits_for = &barrier;
    fiber.seen = barrier.generation;
    yield();
  }
  void wait_for_block(bool cluster_wide) { wait_for(block_, count_, cluster_wide); }
  void wait_for_warp() { wait_for(warps_[place.thread.x / kWarp].barrier, kWarp); }

  void exchange(const void* mine, void* theirs, std::size_t bytes, int mask) {
    const unsigned id = place.thread.x, lane = id % kWarp;
    auto& warp = warps_[id / kWarp];
    // Two sets of slots: those of the exchange before may still be read.
    auto& slots = warp.slots[fibers_[id].exchanges++ % 2];
    std::memcpy(slots[lane], mine, bytes);
    wait_for(warp.barrier, kWarp);
    std::memcpy(theirs, slots[lane ^ static_cast<unsigned>(mask)], bytes);
  }

  void copy_later(void* to, const void* from, std::size_t bytes) {
    fiber().open.push_back({to, from, bytes});
  }
  void commit_copies() { fiber().committed.push_back(std::move(fiber().open)); }
  void wait_for_copies(std::size_t left) {
    auto& committed = fiber().committed;
    for (; committed.size() > left; committed.pop_front()) {
      for (const auto& copy : committed.front()) std::memcpy(copy.to, copy.from, copy.bytes);
    }
  }

  unsigned char* shared() { return shared_.empty() ? nullptr : shared_.data()->bytes; }

  static thread_local Runner* current;
  Place place;
  Cluster& cluster;

 private:
  struct Copy {
    void* to;
    const void* from;
    std::size_t bytes;
  };
  struct Fiber {
    std::vector<Copy> open;
    std::deque<std::vector<Copy>> committed;
    std::jmp_buf registers;
    std::unique_ptr<char[]> stack;
    StackNote note;
    Barrier* waits_for = nullptr;
    unsigned seen = 0, exchanges = 0;
    bool started = false, done = false;
  };
  struct Warp {
    Barrier barrier;
    alignas(16) char slots[2][kWarp][16];
  };
  struct alignas(128) Line {
    unsigned char bytes[128];
  };

  // A fiber lives as long as the launch: it runs its thread of one block after the other.
  static void live() {
    current->entered();
    for (;;) {
      current->work_();
      auto& fiber = current->fibers_[current->place.thread.x];
      fiber.done = true;
      ++current->done_;
      ++current->progress_;
      current->yield();
    }
  }

  void resume(unsigned id) {
    place.thread = dim3(id, 0, 0);
    auto& fiber = fibers_[id];
    if (_setjmp(scheduler_) != 0) return scheduler_note_.enter_from(fiber.note);
    if (fiber.started) {
      scheduler_note_.leave_for(fiber.note);
      _longjmp(fiber.registers, 1);
    }
    fiber.started = true;
    fiber.stack = stacks().take();
    fiber.note = {fiber.stack.get(), kStackBytes};
    ucontext_t context;
    if (getcontext(&context) != 0) fail("no context");
    context.uc_stack.ss_sp = fiber.stack.get();
    context.uc_stack.ss_size = kStackBytes;
    context.uc_link = nullptr;
    makecontext(&context, live, 0);
    scheduler_note_.leave_for(fiber.note);
    setcontext(&context);
    fail("no context");
  }
  void yield() {
    auto& fiber = fibers_[place.thread.x];
    if (_setjmp(fiber.registers) != 0) return entered();
    fiber.note.leave_for(scheduler_note_);
    _longjmp(scheduler_, 1);
  }
  Fiber& fiber() { return fibers_[place.thread.x]; }
  void entered() { fibers_[place.thread.x].note.enter_from(scheduler_note_); }

  const std::function<void()>& work_;
  unsigned count_, done_ = 0;
  std::uint64_t progress_ = 0;
  Barrier block_;
  std::vector<Warp> warps_;
  std::vector<Fiber> fibers_;
  std::vector<Line> shared_;
  std::jmp_buf scheduler_;
  StackNote scheduler_note_;
};

thread_local Runner* Runner::current = nullptr;

}  // namespace

Place& place() { return Runner::current->place; }
void wait_for_block() { Runner::current->wait_for_block(false); }
void wait_for_warp() { Runner::current->wait_for_warp(); }
void wait_for_cluster() { Runner::current->wait_for_block(true); }
void fetch_tile(void* to, const CUtensorMap& map, int x, int o, std::size_t bytes) {
  const std::size_t line = static_cast<std::size_t>(map.columns) * map.bytes;
  if (bytes != line * map.size) fail("a tile of another size than is waited for");
  const auto there = std::min<std::int64_t>(map.columns, map.inner - x);
  std::memset(to, 0, bytes);
  if (o >= map.outer || there <= 0) return;
  for (std::int64_t c = 0; c < map.size; ++c) {
    const auto from = ((o * map.size + c) * map.inner + x) * map.bytes;
    std::memcpy(static_cast<char*>(to) + c * line, map.data + from, there * map.bytes);
  }
}
unsigned cluster_size() { return Runner::current->cluster.size; }
unsigned char* dynamic_shared() { return Runner::current->shared(); }

void copy_later(void* to, const void* from, std::size_t bytes) {
  Runner::current->copy_later(to, from, bytes);
}
void commit_copies() { Runner::current->commit_copies(); }
void wait_for_copies(std::size_t left) { Runner::current->wait_for_copies(left); }

void exchange(const void* mine, void* theirs, std::size_t bytes, int mask) {
  if (bytes > 16) fail("a shuffle of more than 16 bytes");
  Runner::current->exchange(mine, theirs, bytes, mask);
}

void* shared_of(void* shared, unsigned rank) {
  const auto& bases = Runner::current->cluster.bases;
  return bases.at(rank) + (static_cast<char*>(shared) - &shared_base);
}

void Grid::run(const std::function<void()>& thread) const {
  if (blocks_.y * blocks_.z * threads_.y * threads_.z != 1) fail("a grid of more than one axis");
  if (threads_.x > 1024 || shared_bytes_ > (227u << 10) || blocks_.x % cluster_ != 0) {
    fail("a launch that no GPU takes");
  }
  if (threads_.x == 0 || blocks_.x == 0) fail("a launch of nothing");
  // Side by side: the blocks of a cluster, or any blocks.
  const unsigned side_by_side = cluster_ > 1 ? cluster_ : std::min(blocks_.x, kWorkers);
  Cluster cluster(cluster_);
  const auto run_rank = [&](unsigned rank) {
    Cluster alone(1);
    const bool clustered = cluster_ > 1;
    Runner runner(thread, threads_, blocks_, shared_bytes_, clustered ? cluster : alone,
                  clustered ? rank : 0);
    if (clustered) cluster.arrival.arrive_and_wait();  // all bases are known
    for (unsigned block = rank; block < blocks_.x; block += side_by_side) runner.run(block);
    // None ends while another may read what it shares.
    if (clustered) cluster.arrival.arrive_and_wait();
  };
  std::vector<std::thread> others;
  for (unsigned rank = 1; rank < side_by_side; ++rank) others.emplace_back(run_rank, rank);
  run_rank(0);
  for (auto& other : others) other.join();
}

}  // namespace emulation
