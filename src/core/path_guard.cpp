#include "core/path_guard.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/text.h"

namespace carica {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPathBytes = 4095;  // PATH_MAX of Linux without the closing NUL

[[noreturn]] void refuse(const fs::path& root, std::string_view relative, std::string_view what) {
  std::string shown(relative.substr(0, 200));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
  throw Error(ErrorCode::kData, cat(shown, ": ", what, "; paths must stay inside ", root.string()));
}

bool is_inside(const fs::path& path, const fs::path& root) {
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

// weakly_canonical() takes a link to nowhere for a plain missing name, though a file made there
// would follow it.
bool has_broken_link(const fs::path& root, const fs::path& relative) {
  fs::path path = root;
  std::error_code ignored;
  for (const fs::path& part : relative) {
    path /= part;
    if (fs::is_symlink(path, ignored) && !fs::exists(path, ignored)) return true;
  }
  return false;
}

}  // namespace

fs::path resolve_inside(const fs::path& root, std::string_view relative) {
  if (relative.empty()) refuse(root, relative, "an empty path");
  if (relative.size() > kMaxPathBytes) refuse(root, relative, "a path of more than 4,095 bytes");
  if (relative.find('\0') != relative.npos) refuse(root, relative, "a path with a NUL byte");
  const fs::path inner(relative);
  if (inner.is_absolute()) refuse(root, relative, "an absolute path");
  if (std::find(inner.begin(), inner.end(), "..") != inner.end()) {
    refuse(root, relative, "a path with \"..\"");
  }

  const fs::path joined = root / inner;
  std::error_code code;
  const fs::path real_root = fs::weakly_canonical(root.empty() ? "." : root, code);
  if (code) refuse(root, relative, code.message());
  const fs::path real_path = fs::weakly_canonical(joined, code);
  if (code) refuse(root, relative, code.message());
  if (!is_inside(real_path, real_root)) refuse(root, relative, "a link that leads out of the root");
  if (!fs::exists(real_path, code) && has_broken_link(root, inner)) {
    refuse(root, relative, "a broken link");
  }
  return joined;
}

}  // namespace carica
