// Random shapes, strides, types, dims, values and options against torch in double. The slow test
// runs 20,000 cases.
#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/functional/upsampling.h>

#include <random>

#include "core/text.h"
#include "ops/cross_entropy.h"
#include "ops/softmax.h"
#include "ops/upsample.h"
#include "tensor_cases.h"

namespace carica::test {
namespace {

namespace F = torch::nn::functional;

class Fuzz {
 public:
  Fuzz(std::uint64_t seed, torch::Device device) : engine_(seed), device_(device) {
    torch::manual_seed(seed);
  }

  void run() {
    switch (below(4)) {
      case 0:
      case 1:
        return softmax();
      case 2:
        return cross_entropy(false);
      default:
        return cross_entropy(true);
    }
  }

 private:
  std::int64_t below(std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>(0, n - 1)(engine_);
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  // Small sizes mostly, and sometimes ones around the lengths of vectors and strips.
  std::int64_t size(std::int64_t most) {
    const std::int64_t n = one_in(4) ? below(300) + 1 : below(12) + 1;
    return std::min(n, most);
  }

  torch::ScalarType type() {
    const torch::ScalarType all[] = {torch::kFloat, torch::kFloat, torch::kDouble, torch::kBFloat16,
                                     torch::kHalf};
    return all[below(5)];
  }

  torch::Tensor values(const std::vector<std::int64_t>& shape, torch::ScalarType type) {
    const double scales[] = {0, 1e-3, 1, 8, 60, 1000};
    auto x = torch::randn(shape, torch::kDouble) * scales[below(6)];
    if (one_in(4)) x = x + 100;
    return x.to(type);
  }

  // The same values in another place of memory, strided in some way.
  torch::Tensor strided(const torch::Tensor& x) {
    if (x.dim() == 0) return x;
    switch (below(5)) {
      case 0: {
        auto order = std::vector<std::int64_t>(static_cast<std::size_t>(x.dim()));
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), engine_);
        std::vector<std::int64_t> back(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
          back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
        }
        return x.permute(order).contiguous().permute(back);
      }
      case 1:
        return torch::stack({x, x}, -1).select(-1, 0);
      case 2: {
        const auto dim = below(x.dim());
        return torch::cat({x, x}, dim)
            .narrow(dim, below(x.size(dim)), x.size(dim))
            .clone()
            .copy_(x);
      }
      case 3:
        return torch::cat({x.flatten().narrow(0, 0, 1), x.flatten()})
            .narrow(0, 1, x.numel())
            .view(x.sizes());  // off by one value: not aligned
      default:
        return x.contiguous();
    }
  }

  static double step_of(torch::ScalarType type) {
    return type == torch::kBFloat16 ? 8e-3 : type == torch::kHalf ? 1e-3 : 0;
  }

  void softmax() {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(below(5)));
    std::int64_t room = 20000;
    for (auto& n : shape) room /= n = size(std::max<std::int64_t>(room, 1));
    if (one_in(50)) shape = {below(3) + 1, 8192 + below(6000)};  // long rows
    auto x = values(shape, type());
    if (one_in(5) && x.numel() > 0) x = x.masked_fill(torch::rand(shape) < 0.3, -INFINITY);
    x = strided(x.to(device_));
    const auto dim = x.dim() == 0 ? 0 : below(x.dim());
    const bool log = one_in(2);
    const bool converts = step_of(x.scalar_type()) > 0 && one_in(3);
    const auto result_type = converts ? torch::kFloat : x.scalar_type();
    const auto what = cat(log ? "log_" : "", "softmax ", x.scalar_type(), " to ", result_type, " ",
                          x.sizes(), " strides ", x.strides(), " dim ", dim);
    const auto ours = [&](const torch::Tensor& logits) {
      return log ? ops::log_softmax(logits, dim, result_type)
                 : ops::softmax(logits, dim, result_type);
    };
    const auto wide = x.cpu().to(torch::kDouble);
    const auto spoilt = x.dim() == 0 ? wide == -INFINITY : (wide == -INFINITY).all(dim, true);
    const auto exact = exact_softmax(x, dim, log);
    const auto y = ours(x);
    const bool narrow = step_of(result_type) > 0;
    if (x.scalar_type() == torch::kDouble) {  // the reference is no better
      EXPECT_TRUE(torch::allclose(y.cpu(), exact, 1e-12, 1e-14, /*equal_nan=*/true)) << what;
    } else {
      EXPECT_LE(ulps(y, exact), narrow ? 0.6 : 4) << what;
    }
    const auto leaf = x.detach().requires_grad_();
    const auto wide_leaf = wide.detach().requires_grad_();
    const auto upstream = torch::randn(shape, torch::kDouble).to(result_type);
    ours(leaf).backward(upstream.to(device_));
    (log ? torch::log_softmax(wide_leaf, dim) : torch::softmax(wide_leaf, dim))
        .backward(upstream.to(torch::kDouble));
    const auto expected = wide_leaf.grad().masked_fill(spoilt, 0);
    const auto got = leaf.grad().cpu().to(torch::kDouble).masked_fill(spoilt, 0);
    const double largest = upstream.numel() ? upstream.abs().max().item<double>() : 0;
    const double terms = x.dim() == 0 ? 1 : static_cast<double>(x.size(dim));
    const double step = std::max(step_of(x.scalar_type()), 2e-6);
    EXPECT_TRUE(torch::allclose(got, expected, step, step * largest * std::sqrt(terms))) << what;
  }

  void cross_entropy(bool upsample) {
    std::vector<std::int64_t> shape = {size(8), size(200)};
    if (upsample) {
      shape = {size(3), size(40), size(12), size(12)};
    } else {
      for (auto dims = below(4); dims > 0; --dims) shape.push_back(size(12));
    }
    const std::int64_t classes = shape[1];
    const auto kind = type();
    const auto x = strided(values(shape, kind).clamp(-1e4, 1e4).to(device_));
    auto label_shape = shape;
    label_shape.erase(label_shape.begin() + 1);
    if (upsample) label_shape = {shape[0], size(60), size(60)};
    const torch::ScalarType types[] = {torch::kLong, torch::kInt, torch::kByte};
    ops::CrossEntropyOptions options;
    options.reduction = static_cast<ops::Reduction>(below(3));
    options.ignore_index = one_in(2) ? 255 : -100;
    auto y = torch::randint(0, classes, label_shape);
    const double share = one_in(6) ? 1.1 : 0.3;
    if (options.ignore_index == 255) y = y.masked_fill(torch::rand(label_shape) < share, 255);
    F::CrossEntropyFuncOptions theirs;
    if (one_in(3)) {
      theirs.weight(torch::rand({classes}, torch::kDouble) + 0.01);
      options.weight = theirs.weight().to(device_);
    }
    if (one_in(3)) options.label_smoothing = 0.1 * static_cast<double>(below(10));
    const bool corners = upsample && one_in(2);
    const auto targets = strided(y.to(types[below(classes < 255 ? 3 : 2)]).to(device_));
    const auto what =
        cat(upsample ? "upsample_" : "", "cross_entropy ", kind, " ", x.sizes(), " strides ",
            x.strides(), " targets ", y.sizes(), " reduction ", static_cast<int>(options.reduction),
            " smoothing ", options.label_smoothing, options.weight ? " weights" : "");

    const auto leaf = x.detach().requires_grad_();
    const auto ours = upsample ? ops::upsample_cross_entropy(leaf, targets, options, corners)
                               : ops::cross_entropy(leaf, targets, options);
    const auto wide = x.cpu().to(torch::kDouble).detach().requires_grad_();
    auto logits = wide;
    if (upsample) {
      const std::vector<std::int64_t> to = {y.size(1), y.size(2)};
      logits = F::interpolate(
          wide, F::InterpolateFuncOptions().size(to).mode(torch::kBilinear).align_corners(corners));
    }
    theirs.ignore_index(options.ignore_index).label_smoothing(options.label_smoothing);
    if (options.reduction == ops::Reduction::kNone) theirs.reduction(torch::kNone);
    if (options.reduction == ops::Reduction::kSum) theirs.reduction(torch::kSum);
    const auto exact = F::cross_entropy(logits, y, theirs);
    const auto upstream = torch::rand(exact.sizes(), torch::kDouble) + 0.5;
    ours.backward(upstream.to(ours.options()));
    const auto loss = ours.detach().cpu().to(torch::kDouble);
    const auto grad = leaf.grad().cpu().to(torch::kDouble);
    exact.backward(upstream);
    const auto expected = torch::nan_to_num(exact, 0);  // the mean of nothing
    const auto gradient = torch::nan_to_num(wide.grad(), 0);

    // A source place, and a logit beside it, is off by a few float32 roundings.
    const double spread = wide.detach().abs().max().item<double>();
    const double digits = kind == torch::kDouble ? 1e-10 : 2e-6 + (upsample ? 4e-6 * spread : 0);
    const double total = expected.numel() ? expected.abs().max().item<double>() : 0;
    EXPECT_TRUE(torch::allclose(loss, expected, digits, digits * (1 + total)))
        << what << " " << (loss - expected).abs().max();
    const double largest = gradient.abs().max().item<double>();
    const double step = step_of(kind);
    EXPECT_TRUE(torch::allclose(grad, gradient, 8 * digits + step,
                                8 * digits * (largest + 0.1) + 1e-6 * (step > 0)))
        << what << " gradient off by " << (grad - gradient).abs().max() << " of " << largest;
  }

  std::mt19937_64 engine_;
  torch::Device device_;
};

void run_cases(std::uint64_t first, std::uint64_t count, torch::Device device = torch::kCPU) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE(cat("seed ", seed));
    Fuzz(seed, device).run();
    if (testing::Test::HasFailure()) return;
  }
}

TEST(OpsFuzz, AgreeWithTorchInDouble) { run_cases(0, 1000); }
TEST(GpuOpsFuzz, AgreeWithTorchInDouble) {
  if (!gpu()) GTEST_SKIP() << "no GPU";
  run_cases(0, 2000, *gpu());
}
TEST(SlowOpsFuzz, AgreeWithTorchInDouble) { run_cases(1000, 20000); }

}  // namespace
}  // namespace carica::test
