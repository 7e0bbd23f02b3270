// Oxford-IIIT Pet: images/*.jpg, lists annotations/{trainval,test}.txt of "name class species
// breed" with numbers from 1, and trimaps (1 pet, 2 background, 3 border) in annotations/trimaps.
// data.variant: breed (37 classes) or species (cat, dog) to classify; border_ignored (background
// and pet) or border (a third class) to segment. Source:
// https://www.robots.ox.ac.uk/~vgg/data/pets.
#include <charconv>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/files/list_file.h"
#include "data/found_items.h"
#include "data/listed_files.h"

namespace carica::data {
namespace {

// A line of a list.
struct Pet {
  std::string name, breed;  // "yorkshire_terrier_7", "yorkshire_terrier"
  int breed_id = 0, species = 0;
};

int number_in(std::string_view text, int most) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && stop == text.data() + text.size();
  return whole && value >= 1 && value <= most ? value : 0;
}

Pet parse_pet(std::string_view line, const ListedAt& at) {
  const auto fields = fields_of(line);
  Pet pet;
  if (fields.size() == 4) {
    pet.name = fields[0];
    pet.breed = pet.name.substr(0, pet.name.rfind('_'));
    pet.breed_id = number_in(fields[1], 37);
    pet.species = number_in(fields[2], 2);
  }
  if (pet.breed_id != 0 && pet.species != 0) return pet;
  throw Error(
      ErrorCode::kData,
      cat(at.text(), ": ", readable(line), ": must be name, class 1..37, species 1..2, breed"),
      "is it a list of the Oxford-IIIT Pet data set?");
}

std::vector<Item> listed(const config::Config& config, const std::string& list, bool species,
                         std::map<int, std::string>& breeds) {
  const auto& data = config.data;
  const bool segments = config.task == config::Task::kSegment;
  ListedFiles files(data.root);
  const std::string text = read_table(data.root, list);
  std::vector<Item> items;
  for (const auto& [line, number] : parse_list(text, list)) {
    if (line.starts_with('#')) continue;
    const ListedAt at{list, number};
    const Pet pet = parse_pet(line, at);
    const auto [place, fresh] = breeds.emplace(pet.breed_id, pet.breed);
    if (!fresh && place->second != pet.breed) {
      throw Error(ErrorCode::kData,
                  cat(at.text(), ": class ", pet.breed_id, " is ", readable(pet.breed),
                      " here and ", readable(place->second), " above; must be one breed"));
    }
    Item item = files.item(cat("images/", pet.name, ".jpg"), at);
    if (segments) {
      item.mask = files.find(cat("annotations/trimaps/", pet.name, ".png"), at);
    } else {
      item.label = (species ? pet.species : pet.breed_id) - 1;
    }
    items.push_back(std::move(item));
  }
  require_distinct_names({items}, list);
  return items;
}

std::vector<std::string> breed_names(const std::map<int, std::string>& breeds) {
  std::vector<std::string> names;
  for (const auto& [id, name] : breeds) {
    names.push_back(name);
    if (id == static_cast<int>(names.size())) continue;
    throw Error(ErrorCode::kData, cat("annotations/trainval.txt: no picture of class ",
                                      names.size(), "; classes must be numbered without gaps"));
  }
  return names;
}

void require_own_classes(const config::Config& config, const std::vector<std::string>& own) {
  if (config.data.classes.empty() || config.data.classes == own) return;
  throw Error(ErrorCode::kConfig,
              cat("data.classes: ", join(config.data.classes), ": format oxford_pet has ",
                  join(own), ", in this order"),
              "leave data.classes out");
}

}  // namespace

FoundItems find_oxford_pet(const config::Config& config) {
  require_folder(config.data.root, "data.root");
  const bool segments = config.task == config::Task::kSegment;
  const std::string variant = segments ? variant_of(config, {"border_ignored", "border"})
                                       : variant_of(config, {"breed", "species"});
  std::map<int, std::string> breeds;
  FoundItems found;
  found.undivided = listed(config, "annotations/trainval.txt", variant == "species", breeds);
  found.test = listed(config, "annotations/test.txt", variant == "species", breeds);
  if (variant == "breed") {
    found.classes = breed_names(breeds);
  } else if (variant == "species") {
    found.classes = {"cat", "dog"};
  } else {
    found.classes = {"background", "pet"};
    if (variant == "border") found.classes.push_back("border");
  }
  require_own_classes(config, found.classes);
  if (segments && config.data.mask.map.empty() && config.data.mask.palette.empty()) {
    found.mask = config.data.mask;
    const int border = variant == "border" ? 2 : config.data.mask.ignore_index;
    found.mask->map = {{1, 1}, {2, 0}, {3, border}};
  }
  return found;
}

}  // namespace carica::data
