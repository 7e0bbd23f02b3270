// Which instruction sets the CPU kernels are compiled for. Each kernel file includes this first,
// then <hwy/foreach_target.h>, which includes the file again for each set; Highway picks the best
// one that the machine has when the program runs. Every copy lives in a namespace of its own, and
// the sets are switched on for those namespaces only, so that no inline function of std or torch is
// compiled for instructions that a machine may lack.
#pragma once

// One portable baseline with every compiler, Highway's SCALAR. Its other one, EMU128, which gcc
// before 12.3 cannot compile, cuts float32 off to float16 where it should round.
#define HWY_BROKEN_EMU128 1

// A portable baseline, AVX2, AVX-512, NEON. Vectors of sizes unknown to the compiler (SVE, RVV) do
// not fit into arrays, which the kernels use.
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
