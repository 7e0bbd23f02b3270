// dist: rank, world size and collectives: one process now, c10d behind the same functions later.
// May include core and config.
#pragma once

namespace carica::dist {

/// Who this process is among those that train together.
struct World {
  int rank = 0;
  int size = 1;
  bool main() const { return rank == 0; }
};

}  // namespace carica::dist
