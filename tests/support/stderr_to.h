#pragma once

#include <unistd.h>

#include <stdexcept>

namespace carica::test {

/// Sends stderr to another descriptor while it lives.
class StderrTo {
 public:
  explicit StderrTo(int descriptor) : saved_(::dup(STDERR_FILENO)) {
    if (saved_ == -1 || ::dup2(descriptor, STDERR_FILENO) == -1) {
      throw std::runtime_error("cannot redirect stderr");
    }
  }
  ~StderrTo() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
  }
  StderrTo(const StderrTo&) = delete;
  StderrTo& operator=(const StderrTo&) = delete;

 private:
  int saved_;
};

}  // namespace carica::test
