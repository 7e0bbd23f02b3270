// Times reading a file of weights, for scripts/bench_weights.py, which times Python beside it:
//
//     weights_bench FILE ROUNDS
//
// Each round prints two times in ms: to read the file, and to read it and sum every tensor, which
// touches all bytes. Threads: torch's, as in Python.
#include <torch/types.h>
#include <torch/utils.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "weights/read.h"

namespace {

double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  if (argc != 3) return 2;
  torch::NoGradGuard no_grad;
  for (int round = 0; round < std::atoi(argv[2]); ++round) {
    const auto start = Clock::now();
    const auto file = carica::weights::read_weights(argv[1]);
    const auto read = Clock::now();
    for (const auto& [name, tensor] : file.tensors) tensor.sum();
    const auto summed = Clock::now();
    std::printf("%.4f %.4f\n", milliseconds(read - start), milliseconds(summed - start));
  }
  return 0;
}
