#include "data/generated/stand_ins.h"

#include <array>
#include <atomic>
#include <cstdio>

#include "core/file_system.h"
#include "core/random.h"
#include "core/text.h"
#include "core/thread_pool.h"
#include "data/generated/animal.h"
#include "data/generated/road_scene.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

std::string numbered(const char* format, std::size_t number) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

void write_bytes(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
  write_file(FileSystem::real(), file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void for_each_picture(const StandInOptions& options, std::size_t threads,
                      const std::function<void(std::size_t)>& make) {
  const auto count = static_cast<std::size_t>(options.count);
  std::atomic<std::size_t> done = 0;
  parallel_for(count, threads, [&](std::size_t i) {
    make(i);
    if (options.progress) options.progress(++done, count);
  });
}

// Russian Wildlife: folders of classes, crops of one photograph side by side in the list, a stray
// folder.
struct Animal {
  const char *folder, *letters;
};
constexpr std::array<Animal, kAnimals> kFolders = {{{"amur_leopard", "al"},
                                                    {"amur_tiger", "at"},
                                                    {"birds", "bi"},
                                                    {"black_bear", "bb"},
                                                    {"brown_bear", "br"},
                                                    {"dog", "do"},
                                                    {"roe_deer", "rd"},
                                                    {"sika_deer", "sd"},
                                                    {"wild_boar", "wb"},
                                                    {"people", "pe"}}};

void make_wildlife(const StandInOptions& options, const std::filesystem::path& folder,
                   std::size_t threads) {
  auto& fs = FileSystem::real();
  for (const auto& animal : kFolders) fs.create_directories(folder / animal.folder);
  fs.create_directories(folder / ".ipynb_checkpoints");
  fs.create_directories(folder / "unsorted");
  write_bytes(folder / "unsorted" / "0000.jpg",
              encode_jpeg(make_animal({64, 64}, 0, options.seed, 1u << 30, 0)));
  for_each_picture(options, threads, [&](std::size_t i) {
    const int kind = static_cast<int>(i % kAnimals);
    const std::size_t of_kind = i / kAnimals;
    // Of three pictures two are crops of one photograph.
    const std::size_t photograph = of_kind / 3 * 2 + (of_kind % 3 == 2 ? 1 : 0);
    const std::size_t crop = of_kind % 3 == 1 ? 1 : 0;
    RandomStream random(options.seed, 1, i, 114);
    const int side =
        options.side / 2 +
        static_cast<int>(random.below(static_cast<std::uint64_t>(options.side / 2) + 1));
    const Size size{side, side * 4 / 3};
    const auto& animal = kFolders[static_cast<std::size_t>(kind)];
    const auto name = cat(numbered("%04zu_", photograph), animal.letters, "_d_s",
                          numbered("_crop%02zu_detections.jpg", crop));
    write_picture(
        folder / animal.folder / name,
        make_animal(size, kind, options.seed, photograph * kAnimals + i % kAnimals, crop));
  });
}

// IDD's level3Ids and Cityscapes' labelIds of the classes of a road scene.
constexpr std::array<std::uint8_t, kRoadClasses> kLevel3Ids = {0,  2,  4,  5,  6,  7,  9,  10, 11,
                                                               12, 14, 15, 18, 19, 20, 22, 24, 25};
constexpr std::array<std::uint8_t, kRoadClasses> kLabelIds = {7,  8,  24, 25, 32, 33, 26, 27, 28,
                                                              31, 12, 13, 20, 19, 17, 11, 21, 23};

Mask in_ids(Mask mask, const std::array<std::uint8_t, kRoadClasses>& ids, std::uint8_t terrain,
            std::uint8_t none) {
  for (auto& value : mask.values) {
    value = value < kRoadClasses ? ids[value] : (value == kTerrain ? terrain : none);
  }
  return mask;
}

Size wide(const StandInOptions& options, int width, int height) {
  return {options.side * height / width, options.side};
}

// Numbered pictures and masks, both JPEG, the masks with three channels and strays along the edges.
void make_idd_archive(const StandInOptions& options, const std::filesystem::path& folder,
                      std::size_t threads) {
  auto& fs = FileSystem::real();
  fs.create_directories(folder / "image_archive");
  fs.create_directories(folder / "mask_archive");
  for_each_picture(options, threads, [&](std::size_t i) {
    const auto scene = make_road_scene(wide(options, 16, 9), options.seed, i);
    const auto ids = in_ids(scene.mask, kLevel3Ids, 1, 255);
    Picture grey;
    grey.size = ids.size;
    for (const auto value : ids.values) grey.pixels.insert(grey.pixels.end(), 3, value);
    write_picture(folder / "image_archive" / numbered("image_%zu.jpg", i), scene.picture);
    write_bytes(folder / "mask_archive" / numbered("mask_%zu.jpg", i), encode_jpeg(grey, 98));
  });
}

struct CityLayout {
  const char *train, *val;  // folders of drives or cities
  const char *stem, *mask;
};

// leftImg8bit and gtFine; four fifths are for training.
void make_scenes(const StandInOptions& options, const std::filesystem::path& folder,
                 std::size_t threads, const CityLayout& layout, Size size,
                 const std::array<std::uint8_t, kRoadClasses>& ids, std::uint8_t terrain,
                 std::uint8_t none) {
  auto& fs = FileSystem::real();
  const auto place = [&](const char* root, bool train) {
    return folder / root / (train ? "train" : "val") / (train ? layout.train : layout.val);
  };
  for (const char* root : {"leftImg8bit", "gtFine"}) {
    for (const bool train : {true, false}) fs.create_directories(place(root, train));
  }
  for_each_picture(options, threads, [&](std::size_t i) {
    const bool train = i % 5 != 0;
    const auto scene = make_road_scene(size, options.seed + 1, i);
    const auto stem = cat(train ? layout.train : layout.val, "_", numbered(layout.stem, i));
    const auto picture = place("leftImg8bit", train) / (stem + "_leftImg8bit.png");
    write_picture(picture, scene.picture);
    write_mask(place("gtFine", train) / cat(stem, "_gtFine_", layout.mask, ".png"),
               in_ids(scene.mask, ids, terrain, none));
  });
}

void make_idd(const StandInOptions& options, const std::filesystem::path& folder,
              std::size_t threads) {
  make_scenes(options, folder, threads, {"201", "118", "frame%04zu", "labellevel3Ids"},
              wide(options, 16, 9), kLevel3Ids, 1, 255);
}

void make_cityscapes(const StandInOptions& options, const std::filesystem::path& folder,
                     std::size_t threads) {
  make_scenes(options, folder, threads, {"ulm", "lindau", "%06zu_000019", "labelIds"},
              wide(options, 2, 1), kLabelIds, 22, 1);
}

const std::array<StandIn, 4> kStandIns = {{
    {"wildlife",
     "ten kinds of animals in folders, as Russian Wildlife",
     {600, 160, 0},
     make_wildlife},
    {"idd", "road scenes in the layout of the Indian Driving Dataset", {100, 320, 0}, make_idd},
    {"idd_archive",
     "the same as numbered JPEG files, masks as well",
     {100, 320, 0},
     make_idd_archive},
    {"cityscapes", "road scenes in the layout of Cityscapes", {50, 320, 0}, make_cityscapes},
}};

}  // namespace

std::span<const StandIn> stand_ins() { return kStandIns; }

}  // namespace carica::data
