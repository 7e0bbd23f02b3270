// What the tests of this folder share: golden files, errors, and pickles and zip archives written
// by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/safetensors.h"
#include "core/error.h"
#include "support/temp_folder.h"
#include "support/text_file.h"
#include "weights/torch_file.h"

namespace carica::weights {

inline std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char digit : text) {
    const auto value = kDigits.find(digit);
    if (value == std::string_view::npos) break;  // padding
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 0xff);
  }
  return bytes;
}

/// The message of the Error(kCorrupt) that `act` throws; it is one line.
inline std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorrupt) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

/// Bytes of a number, little-endian.
template <typename Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof(number), '\0');
  std::memcpy(bytes.data(), &number, sizeof(number));
  return bytes;
}

/// The opcodes of a pickle, as Python's pickle module names them.
namespace pickle {
inline std::string text(std::string_view value) {
  return "X" + bytes_of(static_cast<std::uint32_t>(value.size())) + std::string(value);
}
inline std::string integer(std::int32_t value) { return "J" + bytes_of(value); }
inline std::string long_integer(std::int64_t value) { return "\x8a\x08" + bytes_of(value); }
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string bytes = "(";
  for (const auto& item : items) bytes += item;
  return bytes + "t";
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string bytes = "}(";
  for (const auto& [key, value] : items) bytes += text(key) + value;
  return bytes + "u";
}
inline std::string call(const std::string& module, const std::string& name,
                        const std::vector<std::string>& arguments) {
  return global(module, name) + tuple(arguments) + "R";
}
inline std::string file(const std::string& value) { return "\x80\x02" + value + "."; }

inline std::string storage(const std::string& key, std::int64_t elements,
                           const std::string& type = "FloatStorage") {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"),
                long_integer(elements)}) +
         "Q";
}
inline std::string tensor(const std::string& stored, std::int64_t offset,
                          const std::vector<std::int64_t>& sizes,
                          const std::vector<std::int64_t>& strides) {
  std::vector<std::string> size_items, stride_items;
  for (const auto size : sizes) size_items.push_back(long_integer(size));
  for (const auto stride : strides) stride_items.push_back(long_integer(stride));
  return call("torch._utils", "_rebuild_tensor_v2",
              {stored, long_integer(offset), tuple(size_items), tuple(stride_items), "\x89",
               call("collections", "OrderedDict", {})});
}
}  // namespace pickle

/// A zip archive of stored entries. Every field can be made to lie.
struct ZipFile {
  struct Entry {
    std::string name, data;
    std::uint16_t flags = 0, method = 0, disk = 0;
    std::uint32_t crc = 0, size = 0, packed = 0;
    std::string local_name;
    std::uint32_t offset = ~0u;  // where the directory says its header is; all ones: where it is
    std::string extra;           // of the directory
  };
  std::vector<Entry> entries;
  std::uint16_t disk = 0;
  int counted = -1;  // entries that the end record states; -1: as many as there are
  std::string comment;
  std::string behind;  // bytes after the end

  Entry& add(const std::string& name, const std::string& data) {
    Entry entry;
    entry.name = entry.local_name = name;
    entry.data = data;
    entry.crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
    entry.size = entry.packed = static_cast<std::uint32_t>(data.size());
    return entries.emplace_back(std::move(entry));
  }
  std::string bytes() const {
    std::string file, directory;
    const auto put = [](std::string& to, auto... numbers) { ((to += bytes_of(numbers)), ...); };
    for (const auto& entry : entries) {
      const auto at = static_cast<std::uint32_t>(file.size());
      const auto name_bytes = static_cast<std::uint16_t>(entry.name.size());
      const auto local_bytes = static_cast<std::uint16_t>(entry.local_name.size());
      const std::uint16_t none = 0;
      put(file, 0x04034b50u, none, entry.flags, entry.method, none, none, entry.crc, entry.packed,
          entry.size, local_bytes, none);
      file += entry.local_name + entry.data;
      put(directory, 0x02014b50u, none, none, entry.flags, entry.method, none, none, entry.crc,
          entry.packed, entry.size, name_bytes, static_cast<std::uint16_t>(entry.extra.size()),
          none, entry.disk, none, 0u, entry.offset == ~0u ? at : entry.offset);
      directory += entry.name + entry.extra;
    }
    const auto count =
        static_cast<std::uint16_t>(counted < 0 ? static_cast<int>(entries.size()) : counted);
    std::string end;
    put(end, 0x06054b50u, disk, disk, count, count, static_cast<std::uint32_t>(directory.size()),
        static_cast<std::uint32_t>(file.size()), static_cast<std::uint16_t>(comment.size()));
    return file + directory + end + comment + behind;
  }
};

/// A file of torch.save with the given pickle and float storages of `floats` zeros.
inline ZipFile torch_zip(const std::string& value, std::size_t floats = 4) {
  ZipFile zip;
  zip.add("archive/data.pkl", pickle::file(value));
  zip.add("archive/data/0", std::string(4 * floats, '\0'));
  zip.add("archive/version", "3\n");
  return zip;
}

/// All tensors of a file whose outermost value is a dict of them.
inline checkpoint::NamedTensors all_tensors(const TorchFile& file) {
  std::vector<std::pair<std::string, ValueId>> chosen;
  const PickleTree& tree = file.tree();
  const auto& items = tree[tree.root].items;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (tree[items[i + 1]].kind == Kind::kTensor) {
      chosen.emplace_back(tree[items[i]].text, items[i + 1]);
    }
  }
  return file.read(chosen);
}

/// The file read from memory; its tensors hold the memory.
inline TorchFile parse(const std::string& bytes) {
  auto kept = std::make_shared<std::string>(bytes);
  const std::span view(reinterpret_cast<const std::uint8_t*>(kept->data()), kept->size());
  return TorchFile(view, std::move(kept), "x.pth");
}

/// Type, shape and every bit.
inline bool same_bits(const torch::Tensor& a, const torch::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() && a.is_contiguous() &&
         b.is_contiguous() &&
         (a.numel() == 0 || std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) == 0);
}

}  // namespace carica::weights
