#include <cudaTypedefs.h>

#include "ops/cuda/tile_loads.cuh"

namespace carica::ops::cuda {

namespace {

PFN_cuTensorMapEncodeTiled_v12000 find_encoder() {
  void* found = nullptr;
  cudaDriverEntryPointQueryResult result{};
  C10_CUDA_CHECK(cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &found, 12000,
                                                  cudaEnableDefault, &result));
  TORCH_CHECK(found != nullptr, "the driver has no cuTensorMapEncodeTiled");
  return reinterpret_cast<PFN_cuTensorMapEncodeTiled_v12000>(found);
}

}  // namespace

CUtensorMap make_tile_map(const void* data, const TileShape& shape) {
  static const auto encode = find_encoder();
  const auto bytes = static_cast<cuuint64_t>(shape.bytes);
  const cuuint64_t sizes[] = {static_cast<cuuint64_t>(shape.inner),
                              static_cast<cuuint64_t>(shape.size),
                              static_cast<cuuint64_t>(shape.outer)};
  const cuuint64_t strides[] = {sizes[0] * bytes, sizes[0] * sizes[1] * bytes};
  const cuuint32_t box[] = {static_cast<cuuint32_t>(shape.columns),
                            static_cast<cuuint32_t>(shape.size), 1};
  const cuuint32_t steps[] = {1, 1, 1};
  // What the bits mean does not matter: values beyond the ends are 0 in any type.
  const auto type =
      shape.bytes == 4 ? CU_TENSOR_MAP_DATA_TYPE_FLOAT32 : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
  CUtensorMap map{};
  const CUresult result =
      encode(&map, type, 3, const_cast<void*>(data), sizes, strides, box, steps,
             CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_NONE,
             CU_TENSOR_MAP_L2_PROMOTION_L2_128B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  TORCH_CHECK(result == CUDA_SUCCESS, "cuTensorMapEncodeTiled: error ", static_cast<int>(result));
  return map;
}

}  // namespace carica::ops::cuda
