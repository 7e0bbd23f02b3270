#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace carica::ops::cpu {

/// Working memory of one thread, aligned to a cache line, as kernels want it; not initialised.
/// Each thread keeps a small piece, since taking one from the heap costs a small operator a sixth
/// of its time.
class Room {
 public:
  explicit Room(std::size_t bytes) {
    Piece& piece = kept();
    if (bytes > kKeptBytes || piece.is_taken) {
      own_ = allocate(bytes);
      return;
    }
    if (!piece.bytes) piece.bytes = allocate(kKeptBytes);
    piece.is_taken = true;
    taken_ = &piece;
  }
  ~Room() {
    if (taken_ != nullptr) taken_->is_taken = false;
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  void* get() const { return taken_ != nullptr ? taken_->bytes.get() : own_.get(); }

  static constexpr std::size_t kAlignment = 64, kKeptBytes = 32 << 10;

 private:
  struct Free {
    void operator()(std::byte* bytes) const {
      ::operator delete (bytes, std::align_val_t{kAlignment});
    }
  };
  using Bytes = std::unique_ptr<std::byte, Free>;
  struct Piece {
    Bytes bytes;
    bool is_taken = false;
  };

  static Bytes allocate(std::size_t bytes) {
    return Bytes(static_cast<std::byte*>(::operator new (bytes, std::align_val_t{kAlignment})));
  }
  static Piece& kept() {
    thread_local Piece piece;
    return piece;
  }

  Bytes own_;
  Piece* taken_ = nullptr;
};

}  // namespace carica::ops::cpu
