#pragma once

#include <c10/core/impl/LocalDispatchKeySet.h>

namespace carica::models {

/// While it lives, on this thread, random fills leave tensors as they are: a network of hundreds of
/// megabytes is built without touching its memory. For tests that look at names and shapes alone.
class Unfilled {
 private:
  c10::impl::IncludeDispatchKeyGuard guard_{c10::DispatchKey::TESTING_ONLY_GenericMode};
};

}  // namespace carica::models
