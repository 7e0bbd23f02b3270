#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace carica {

/// A fixed number of threads that run tasks in the order given. With 0 threads a task runs inside
/// submit(). A task must not throw: catch and hand the exception over with the result.
class ThreadPool {
 public:
  explicit ThreadPool(std::size_t threads);
  /// Runs what was submitted, then joins.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void submit(std::function<void()> task);
  /// Drops tasks that have not begun.
  void clear();
  /// Waits until no task is queued or running.
  void wait();
  std::size_t size() const { return threads_.size(); }

 private:
  void work();
  void stop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<std::function<void()>> tasks_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Calls body(i) for i in [0, n) on `threads` threads (0: on the caller). After an exception no
/// further i begins, and the exception of the smallest i is thrown again in the caller: the same
/// one for any number of threads.
void parallel_for(std::size_t n, std::size_t threads, const std::function<void(std::size_t)>& body);

}  // namespace carica
