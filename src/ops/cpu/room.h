#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace carica::ops::cpu {

/// Working memory of one thread, aligned to a cache line, as kernels want it; not initialised.
class Room {
 public:
  explicit Room(std::size_t bytes)
      : bytes_(static_cast<std::byte*>(::operator new (bytes, std::align_val_t{kAlignment}))) {}
  void* get() const { return bytes_.get(); }

  static constexpr std::size_t kAlignment = 64;

 private:
  struct Free {
    void operator()(std::byte* bytes) const {
      ::operator delete (bytes, std::align_val_t{kAlignment});
    }
  };
  std::unique_ptr<std::byte, Free> bytes_;
};

}  // namespace carica::ops::cpu
