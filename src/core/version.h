#pragma once

namespace carica {

/// Version of the program; the same as in CMakeLists.txt, which checks it.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace carica
