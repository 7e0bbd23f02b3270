#include "core/error.h"

namespace carica {

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
    case ErrorCode::kConfig:
      return 2;
    case ErrorCode::kData:
      return 3;
    case ErrorCode::kCorrupt:
      return 4;
    case ErrorCode::kNumeric:
      return 5;
    case ErrorCode::kBusy:
      return 6;
    case ErrorCode::kInterrupted:
      return 130;
    case ErrorCode::kShape:
    case ErrorCode::kIo:
      break;
  }
  return 1;
}

}  // namespace carica
