// TorchFile::read: tensors on the bytes of a file.
#include <torch/types.h>

#include <algorithm>
#include <thread>
#include <unordered_map>

#include "core/thread_pool.h"
#include "weights/byte_cursor.h"
#include "weights/torch_file.h"

namespace carica::weights {

/// A storage's bytes, checked, and who keeps them.
struct TorchFile::Content {
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const void> owner;
};

namespace {

constexpr std::size_t kMostDimensions = 64;  // of torch's own loops
constexpr std::size_t kMostThreads = 4;
// Tensors may share a storage, but not so often that a small file fills the memory.
constexpr std::uint64_t kMostCopies = 8;

/// Elements of a tensor, once its sizes, strides and offset are known to stay in `count` elements.
std::uint64_t check_bounds(const TensorRef& tensor, std::uint64_t count, const std::string& name) {
  if (tensor.sizes.size() != tensor.strides.size() || tensor.sizes.size() > kMostDimensions) {
    refuse(name, cat(tensor.sizes.size(), " sizes and ", tensor.strides.size(),
                     " strides; as many of both, and at most ", kMostDimensions, ", are expected"));
  }
  if (tensor.offset < 0 || static_cast<std::uint64_t>(tensor.offset) > count) {
    refuse(name, cat("begins at element ", tensor.offset, " of ", count));
  }
  std::uint64_t elements = 1;
  bool fits = true;
  for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
    if (tensor.sizes[i] < 0 || tensor.strides[i] < 0) {
      refuse(name, cat("size ", tensor.sizes[i], ", stride ", tensor.strides[i],
                       "; neither may be negative"));
    }
    fits =
        !__builtin_mul_overflow(elements, static_cast<std::uint64_t>(tensor.sizes[i]), &elements) &&
        fits;
  }
  const bool empty = std::ranges::find(tensor.sizes, 0) != tensor.sizes.end();
  if (empty) return 0;
  auto last = static_cast<std::uint64_t>(tensor.offset);
  for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
    std::uint64_t reach = 0;
    fits = fits &&
           !__builtin_mul_overflow(static_cast<std::uint64_t>(tensor.sizes[i] - 1),
                                   static_cast<std::uint64_t>(tensor.strides[i]), &reach) &&
           !__builtin_add_overflow(last, reach, &last);
  }
  if (!fits || last >= count) {
    refuse(name, cat("reaches beyond its storage of ", count, " elements"));
  }
  return elements;
}

bool is_contiguous(const TensorRef& tensor) {
  std::int64_t expected = 1;
  for (std::size_t i = tensor.sizes.size(); i-- > 0;) {
    if (tensor.sizes[i] != 1 && tensor.strides[i] != expected) return false;
    expected *= tensor.sizes[i];
  }
  return true;
}

// Any other value of a C++ bool is undefined behaviour.
torch::Tensor as_booleans(const torch::Tensor& bytes, const std::string& name) {
  const std::span values(bytes.const_data_ptr<std::uint8_t>(), bytes.nbytes());
  if (std::ranges::any_of(values, [](std::uint8_t value) { return value > 1; })) {
    refuse(name, "a boolean that is neither 0 nor 1");
  }
  return bytes.view(torch::kBool);
}

torch::Tensor allocate(const TensorRef& tensor, const std::string& name) {
  try {
    return torch::empty(tensor.sizes, torch::TensorOptions().dtype(tensor.dtype->type));
  } catch (const c10::Error&) {
    refuse(name, "no memory for it");
  }
}

}  // namespace

TorchFile::Content TorchFile::load(const std::string& key) const {
  const Blob& blob = blobs_.at(key);
  Content content{blob.bytes, owner_};
  if (blob.entry != nullptr) {
    auto room = std::make_shared<std::vector<std::uint8_t>>();
    content.bytes = archive_->read(*blob.entry, *room);
    if (blob.entry->deflated) content.owner = std::move(room);
  }
  constexpr std::uintptr_t kAlignment = 8;  // of the largest type
  if (reinterpret_cast<std::uintptr_t>(content.bytes.data()) % kAlignment != 0) {
    const auto copy = std::make_shared_for_overwrite<std::uint8_t[]>(content.bytes.size());
    std::ranges::copy(content.bytes, copy.get());
    content = {{copy.get(), content.bytes.size()}, copy};
  }
  return content;
}

checkpoint::NamedTensors TorchFile::read(
    std::span<const std::pair<std::string, ValueId>> chosen) const {
  // Which storages are wanted, and by how many tensors.
  struct Wanted {
    int users = 0;
    Content content;
  };
  std::unordered_map<std::string, Wanted> wanted;
  std::uint64_t stored = 0, shown = 0;
  std::vector<const TensorRef*> tensors;
  for (const auto& [name, id] : chosen) {
    const TensorRef& tensor = tree_.tensors[static_cast<std::size_t>(tree_[id].integer)];
    const StorageRef& storage = tree_.storages[tensor.storage];
    const std::string where = cat(where_, ": tensor ", readable(name));
    // In elements of the tensor; a storage without a type counts bytes.
    const std::uint64_t each = storage.dtype == nullptr ? 1 : storage.dtype->bytes;
    if (storage.dtype != nullptr && storage.dtype->bytes != tensor.dtype->bytes) {
      refuse(where, "its type has another size than its storage's");
    }
    const std::uint64_t count = storage.count * each / tensor.dtype->bytes;
    const std::uint64_t elements = check_bounds(tensor, count, where);
    if (++wanted[storage.key].users == 1) stored += storage.elements * each;
    const std::uint64_t most = kMostCopies * stored + (1 << 20);
    // Elements of stride 0 can be more than any memory holds.
    if (elements > most / tensor.dtype->bytes || (shown += elements * tensor.dtype->bytes) > most) {
      refuse(where,
             cat("its ", elements,
                 " elements, with the tensors before it, are too many for storages "
                 "of ",
                 stored, " bytes; at most ", kMostCopies, " times as many are supported"),
             "torch.save after .contiguous() stores an expanded tensor as a whole");
    }
    tensors.push_back(&tensor);
  }
  std::vector<std::pair<const std::string, Wanted>*> loading;
  for (auto& each : wanted) loading.push_back(&each);
  const std::size_t threads =
      std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
  parallel_for(loading.size(), loading.size() < 2 ? 0 : threads,
               [&](std::size_t i) { loading[i]->second.content = load(loading[i]->first); });

  checkpoint::NamedTensors result;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const TensorRef& tensor = *tensors[i];
    const StorageRef& storage = tree_.storages[tensor.storage];
    const Wanted& source = wanted.at(storage.key);
    const std::string where = cat(where_, ": tensor ", readable(chosen[i].first));
    if (std::ranges::find(tensor.sizes, 0) != tensor.sizes.end()) {
      result.emplace_back(chosen[i].first, allocate(tensor, where));
      continue;
    }
    const std::uint64_t each = storage.dtype == nullptr ? 1 : storage.dtype->bytes;
    const auto skipped =
        storage.first * each + static_cast<std::uint64_t>(tensor.offset) * tensor.dtype->bytes;
    auto* data = const_cast<std::uint8_t*>(source.content.bytes.data() + skipped);
    const bool boolean = tensor.dtype->type == torch::kBool;
    const auto view = torch::from_blob(
        data, tensor.sizes, tensor.strides, [owner = source.content.owner](void*) {},
        torch::TensorOptions().dtype(boolean ? torch::kUInt8 : tensor.dtype->type));
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % tensor.dtype->bytes == 0;
    const bool own = source.users == 1 && is_contiguous(tensor) && aligned;
    torch::Tensor values = own ? view : view.clone(at::MemoryFormat::Contiguous);
    result.emplace_back(chosen[i].first, boolean ? as_booleans(values, where) : std::move(values));
  }
  return result;
}

}  // namespace carica::weights
