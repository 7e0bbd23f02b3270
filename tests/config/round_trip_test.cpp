#include <algorithm>
#include <string>
#include <vector>

#include "config/describe.h"
#include "core/random.h"
#include "problems_in.h"

namespace carica::test {
namespace {

using config::Config;

/// Gives every field a random value that its description allows.
class RandomFiller : public config::Visitor {
 public:
  explicit RandomFiller(RandomStream& random) : random_(random) {}

 protected:
  void visit(std::string_view, config::Slot slot, const config::Field& about) override {
    std::visit([&](auto* value) { fill(*value, about); }, slot);
  }
  void visit(std::string_view, config::Alternatives& items,
             const config::AlternativesField& about) override {
    items.clear();
    const std::size_t count = about.min_items + random_.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      items.append(random_.below(items.tags()));
      items.describe_item(*this, i);
    }
  }
  bool enter(std::string_view, std::string_view) override { return true; }
  void leave() override {}

 private:
  double number(const config::Range& range) {
    const double low = std::max(range.low, -1e6), high = std::min(range.high, 1e6);
    double value = 0;
    do {
      // Powers give small and large numbers, with all their digits.
      value = low + (high - low) * std::pow(random_.uniform(), 1 + 20 * random_.below(2));
    } while (!range.contains(value));
    return value;
  }
  std::string text(const config::Field& about) {
    if (!about.choices.empty()) return about.choices[random_.below(about.choices.size())];
    static constexpr const char* kPieces[] = {
        "a",  "no", "null", "1e5", "~",  " ", "#",      ": ", "- ", "\"",     "'",
        "\\", "{",  "}",    "[",   "]",  ",", "&",      "*",  "!",  "|",      ">",
        "%",  "@",  "`",    "${",  "$$", "é", "\u2028", "中", "0x", "\u0085", "?"};
    std::string out;
    const std::size_t pieces = 1 + random_.below(6);
    for (std::size_t i = 0; i < pieces; ++i) out += kPieces[random_.below(std::size(kPieces))];
    switch (about.form) {
      case config::Form::kDevice:
        return "cuda:" + std::to_string(random_.below(8));
      case config::Form::kStemPattern:
        return "x" + out + "/{stem}.png";
      case config::Form::kRegex:
        return "fc\\.(weight|bias)$" + std::to_string(random_.below(100));
      case config::Form::kErasing:
        return std::to_string(random_.below(10) * 0.25);
      default:
        return out;
    }
  }

  void fill(bool& value, const config::Field&) { value = random_.chance(0.5); }
  void fill(int& value, const config::Field& about) {
    do {
      value = static_cast<int>(number(about.range));
    } while (!about.range.contains(value));
  }
  void fill(std::uint64_t& value, const config::Field&) {
    value = (std::uint64_t{random_.next()} << 32) | random_.next();
  }
  void fill(double& value, const config::Field& about) { value = number(about.range); }
  void fill(std::optional<double>& value, const config::Field& about) {
    value.reset();
    if (random_.chance(0.7)) value = number(about.range);
  }
  void fill(std::string& value, const config::Field& about) {
    value = about.nullable && random_.chance(0.3) ? "" : text(about);
  }
  template <typename T>
  void fill(std::vector<T>& list, const config::Field& about) {
    std::size_t low = about.length.low, high = std::min<std::size_t>(about.length.high, low + 4);
    if (about.form == config::Form::kSize) low = 1, high = 2;
    if (about.form == config::Form::kInterval) low = high = 2;
    if (about.form == config::Form::kErasing) low = high = 1 + 2 * random_.below(2);
    list.assign(low + random_.below(high - low + 1), T{});
    for (T& item : list) {
      config::Field of_item = about;
      of_item.nullable = false;
      fill(item, of_item);
    }
    if (about.form == config::Form::kInterval) std::sort(list.begin(), list.end());
  }
  template <typename Key, typename Value>
  void fill(std::map<Key, Value>& map, const config::Field& about) {
    map.clear();
    for (std::size_t i = 0; i < random_.below(4); ++i) {
      Key key{};
      fill(key, about);
      fill(map[key], about);
    }
  }

  RandomStream& random_;
};

/// Makes what the filler chose field by field go together.
void reconcile(Config& config) {
  config.data.split.train = 0.5;
  config.data.split.val = 0.25;
  config.data.split.test = 0.25;
  config.data.split.folds = config.data.split.fold = 0;
  config.data.split.file.clear();
  config.data.lists = {};
  config.data.train_dir.clear();
  config.data.val_dir.clear();
  config.data.test_dir.clear();
  config.data.format = "papaya";
  config.data.mask.map.clear();
  if (config.data.mask.encoding == "rgb") config.data.mask.palette = "p.yaml";
  auto& classes = config.data.classes;
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] += std::to_string(i);
  if (config.name[0] == '.' || config.name.find('/') != std::string::npos) config.name = "x";
  if (config.model.encoder != "plain") config.model.widths.clear();
  config.model.output_stride = 8;
  config.model.pretrained.clear();
  if (config.model.weights.empty()) {
    config.model.weights_key.clear();
    config.model.head = "load";
  }
  if (config.data.labels == "several") config.data.labels = "one";
  for (auto& loss : config.loss) {
    auto* term = std::get_if<config::CrossEntropyLoss>(&loss);
    if (term == nullptr) continue;
    term->class_weights = term->class_weight_list.empty() ? "none" : "list";
    for (double& weight : term->class_weight_list) weight = std::max(weight, 1e-30);
    if (!classes.empty() && !term->class_weight_list.empty()) {
      term->class_weight_list.assign(classes.size(), 0.1);
    }
  }
  if (config.task == config::Task::kClassify) {
    config.eval.scales = {1};
    config.eval.window = 0;
    config.model.outputs.clear();
  }
  config.optim.momentum = 0.5;
  config.schedule.min_lr = config.optim.lr / 3;
  config.schedule.milestones = {0.1, 1e-300 + 0.3, 1e4};
  config.schedule.warmup_epochs = config.schedule.name == "onecycle" ? 0 : 0.75;
  config.transforms.eval.clear();
  if (config.task == config::Task::kSegment) {
    config.batch_transforms.mixup = config.batch_transforms.cutmix = 0;
    std::erase_if(config.transforms.train,
                  [](const auto& t) { return std::holds_alternative<config::AugMix>(t); });
  }
  std::erase_if(config.transforms.train, [](const config::TransformOptions& transform) {
    return std::holds_alternative<config::Normalize>(transform);
  });
  const config::Normalize normalize{{1e-7, 1 / 3.0, 0.1}, {0.1 + 0.2, 1, 255}};
  config.transforms.train.push_back(normalize);
  config.transforms.eval = {config::Resize{{7}}, config::Resize{{7, 9}}, normalize};
}

TEST(RoundTrip, GivesTheDefaultsBack) {
  const Config defaults;
  EXPECT_EQ(config::parse(config::dump(defaults), "dump"), defaults);
}

TEST(RoundTrip, GivesAnyConfigBack) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed, 0, 0);
    RandomFiller filler(random);
    Config config;
    describe(filler, config);
    reconcile(config);
    const std::string yaml = config::dump(config);
    ASSERT_EQ(problems_in(yaml), "") << "seed " << seed << "\n" << yaml;
    ASSERT_EQ(config::parse(yaml, "dump"), config) << "seed " << seed << "\n" << yaml;
    ASSERT_EQ(config::dump(config::parse(yaml, "dump")), yaml);
  }
}

TEST(RoundTrip, DumpReadsWell) {
  Config config;
  config.transforms.train = {config::RandomCrop{.size = {32}, .padding = 4}};
  config.data.classes = {"cat", "no", "3"};
  config.optim.lr_scale = {{"fc.*", 10}};
  const std::string yaml = config::dump(config);
  using testing::HasSubstr;
  EXPECT_THAT(yaml,
              testing::StartsWith("task: classify\nname: run\nseed: 0\ndeterministic: true\n"));
  EXPECT_THAT(yaml, HasSubstr("\n  classes: [cat, \"no\", \"3\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("\n  split:\n    train: 0.7\n"));
  EXPECT_THAT(yaml, HasSubstr("\n  train:\n    - RandomCrop: {size: 32, padding: 4, "));
  EXPECT_THAT(yaml, HasSubstr("\n  eval: []\n"));
  EXPECT_THAT(yaml, HasSubstr("\nloss:\n  - cross_entropy: {weight: 1, "));
  EXPECT_THAT(yaml, HasSubstr("\n  lr_scale: {\"fc.*\": 10}\n"));
  EXPECT_THAT(yaml, HasSubstr("\n  eps: 1.0e-08\n"));
}

}  // namespace
}  // namespace carica::test
