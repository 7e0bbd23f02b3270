// In place of src/ops/cuda/tile_loads.cu.
#include "ops/cuda/tile_loads.cuh"

#include "emulation.h"

namespace carica::ops::cuda {

CUtensorMap make_tile_map(const void* data, const TileShape& shape) {
  return {static_cast<const unsigned char*>(data),
          shape.outer,
          shape.size,
          shape.inner,
          shape.columns,
          shape.bytes};
}

}  // namespace carica::ops::cuda
