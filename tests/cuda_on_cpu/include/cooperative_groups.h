#pragma once

#include "emulation.h"

namespace cooperative_groups {

struct Cluster {
  void sync() const { emulation::wait_for_cluster(); }
  unsigned num_blocks() const { return emulation::cluster_size(); }
  template <typename T>
  T* map_shared_rank(T* shared, unsigned rank) const {
    return static_cast<T*>(emulation::shared_of(shared, rank));
  }
};
inline Cluster this_cluster() { return {}; }

}  // namespace cooperative_groups
