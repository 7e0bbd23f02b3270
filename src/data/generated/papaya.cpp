#include "data/generated/papaya.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>

#include "core/error.h"
#include "core/file_system.h"
#include "core/text.h"
#include "core/thread_pool.h"
#include "data/generated/papaya_fruit.h"
#include "data/generated/papaya_scene.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

constexpr std::uint32_t kScene = 100, kFruit = 101, kCamera = 102;  // purposes of random streams

// Ripe shares keep at least 0.04 away from one half, and mostly more, so that the class can be told
// by eye.
double draw_share(RandomStream& random, bool sweet) {
  const double away = 0.04 + 0.44 * std::sqrt(random.uniform());
  return sweet ? 0.5 + away : 0.5 - away;
}

// Things in front of the fruit hide what is behind them.
std::vector<bool> hidden_by(const std::vector<Prop>& props, Size size) {
  std::vector<bool> hidden(static_cast<std::size_t>(size.height) * size.width);
  float u = 0, v = 0;
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const auto y = static_cast<float>(i / static_cast<std::size_t>(size.width));
    const auto x = static_cast<float>(i % static_cast<std::size_t>(size.width));
    for (const Prop& prop : props) hidden[i] = hidden[i] || prop.inside(x, y, u, v) > 0;
  }
  return hidden;
}

}  // namespace

Sample make_papaya(const PapayaOptions& options, std::uint64_t index) {
  RandomStream scene(options.seed, 0, index, kScene);
  RandomStream fruit(options.seed, 0, index, kFruit);
  RandomStream camera(options.seed, 0, index, kCamera);

  const Light light = random_light(scene);
  const Mood mood = random_mood(scene);
  Canvas canvas(options.size);
  paint_background(canvas, light, mood, scene);
  for (auto count = 3 + scene.below(8); count > 0; --count) {
    paint_prop(canvas, random_prop(options.size, mood, scene), light, scene);
  }
  std::vector<Prop> in_front;
  if (scene.chance(0.25)) {
    in_front.push_back(random_prop(options.size, mood, scene));
    in_front.back().length *= 0.8f;
    in_front.back().width *= 0.6f;
  }

  const bool sweet = fruit.chance(0.5);
  const FruitShape shape(options.size, fruit);
  const auto visible = visible_fruit(shape, hidden_by(in_front, options.size));
  std::vector<float> ripeness;
  const auto ripe = ripen(shape, visible, draw_share(fruit, sweet), ripeness, fruit);
  paint_fruit(canvas, shape, ripeness, light, fruit);
  for (const Prop& prop : in_front) paint_prop(canvas, prop, light, scene);

  Sample sample;
  sample.mask = {options.size, PixelBytes(visible.size())};
  for (std::size_t i = 0; i < visible.size(); ++i) {
    sample.mask.values[i] = static_cast<std::uint8_t>(visible[i] ? 1 + ripe[i] : 0);
  }
  sample.label = sweet;
  const auto blur = static_cast<float>(camera.uniform(0, 0.9));
  const auto noise = static_cast<float>(camera.uniform(0.5, 6));
  sample.picture = develop(canvas, blur, noise, camera);
  return sample;
}

void make_papayas(const PapayaOptions& options, const std::filesystem::path& folder,
                  std::size_t threads,
                  const std::function<void(std::size_t, std::size_t)>& progress) {
  FileSystem& fs = FileSystem::real();
  fs.create_directories(folder / "images");
  fs.create_directories(folder / "masks");
  const auto count = static_cast<std::size_t>(options.count);
  std::vector<std::string> rows(count);
  std::atomic<std::size_t> done = 0;
  parallel_for(count, threads, [&](std::size_t i) {
    const Sample sample = make_papaya(options, i);
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "%04zu", i);
    const auto& mask = sample.mask.values;
    const auto ripe = std::count(mask.begin(), mask.end(), 2);
    const auto fruit = ripe + std::count(mask.begin(), mask.end(), 1);
    const double share =
        static_cast<double>(ripe) / static_cast<double>(std::max<std::ptrdiff_t>(fruit, 1));
    write_picture(folder / "images" / cat(name.data(), ".jpg"), sample.picture);
    write_mask(folder / "masks" / cat(name.data(), ".png"), sample.mask);
    rows[i] = cat(name.data(), ",", sample.label == 1 ? "sweet" : "not_sweet", ",", fixed(share, 4),
                  "\n");
    if (progress) progress(++done, count);
  });
  std::string csv = "name,label,ripe_share\n";
  for (const auto& row : rows) csv += row;
  write_file(fs, folder / "labels.csv", csv);
}

}  // namespace carica::data
