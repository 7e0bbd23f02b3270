#include "data/checks/survey.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <numeric>

#include "core/thread_pool.h"

namespace carica::data {
namespace {

void note_colors(const Picture& picture, SampleRecord& record) {
  record.grey = record.blank = true;
  const std::uint8_t* first = picture.pixels.data();
  const std::uint8_t* end = first + picture.pixels.size();
  for (const std::uint8_t* p = first; p != end && (record.grey || record.blank); p += 3) {
    record.grey = record.grey && p[0] == p[1] && p[1] == p[2];
    record.blank = record.blank && p[0] == first[0] && p[1] == first[1] && p[2] == first[2];
  }
}

// Gathers what the threads see of one split.
class Surveyor {
 public:
  Surveyor(const config::Config& config, const Dataset& split, const char* name,
           std::size_t classes)
      : split_(split), ignore_(config.data.mask.ignore_index) {
    result_.name = name;
    result_.records.resize(split.size());
    result_.counts.assign(classes, 0);
    result_.pictures.assign(classes, 0);
    result_.around.assign(classes, 0);
  }

  void look(std::size_t index) {
    Sample sample;
    try {
      sample = split_.load(index);
    } catch (const Error& error) {
      auto problem = diagnose(split_.item(index), error);
      const std::lock_guard lock(mutex_);
      problems_.emplace_back(index, std::move(problem));
      return;
    }
    SampleRecord& record = result_.records[index];
    record.bad = false;
    record.size = sample.picture.size;
    record.picture = content_hash(sample.picture);
    record.fingerprint = fingerprint(sample.picture);
    note_colors(sample.picture, record);
    if (!sample.mask.empty()) record.mask = content_hash(sample.mask);
    ChannelSums sums;
    sums.add(sample.picture);
    ValueCounts values{};
    for (const auto value : sample.mask.values) ++values[value];
    const std::lock_guard lock(mutex_);
    result_.sums.add(sums);
    if (sample.mask.empty()) {
      for (const auto label : labels_of(split_.item(index))) {
        count_label(static_cast<std::size_t>(label));
      }
    }
    if (!sample.mask.empty()) count_mask(index, values);
  }

  SplitSurvey take() {
    std::sort(problems_.begin(), problems_.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [index, problem] : problems_) result_.problems.push_back(std::move(problem));
    std::sort(result_.two_valued.begin(), result_.two_valued.end());
    std::sort(result_.all_ignored.begin(), result_.all_ignored.end());
    return std::move(result_);
  }

 private:
  void count_label(std::size_t label) {
    ++result_.counts.at(label);
    ++result_.pictures.at(label);
  }

  void count_mask(std::size_t index, const ValueCounts& values) {
    std::int64_t labelled = 0, ignored = 0;
    for (int value = 0; value < 256; ++value) {
      const auto pixels = values[static_cast<std::size_t>(value)];
      (value == ignore_ ? ignored : labelled) += pixels;
    }
    for (std::size_t c = 0; c < std::min<std::size_t>(result_.counts.size(), 256); ++c) {
      if (static_cast<int>(c) == ignore_ || values[c] == 0) continue;
      result_.counts[c] += values[c];
      ++result_.pictures[c];
      result_.around[c] += labelled;
    }
    result_.ignored += ignored;
    if (labelled == 0) result_.all_ignored.push_back(index);
    if (ignore_ == 255 && ignored > 0 && labelled > 0 && values[0] == labelled) {
      result_.two_valued.push_back(index);
    }
  }

  const Dataset& split_;
  int ignore_;
  std::mutex mutex_;
  SplitSurvey result_;
  std::vector<std::pair<std::size_t, FileProblem>> problems_;
};

}  // namespace

void ChannelSums::add(const Picture& picture) {
  // Blocks whose sums of squares fit into 32 bits, which compilers turn into vector code.
  constexpr std::size_t kBlock = 3 * 65536;
  for (std::size_t begin = 0; begin < picture.pixels.size(); begin += kBlock) {
    const std::size_t end = std::min(picture.pixels.size(), begin + kBlock);
    std::uint32_t s[3] = {}, q[3] = {};
    for (std::size_t i = begin; i < end; i += 3) {
      for (std::size_t c = 0; c < 3; ++c) {
        const std::uint32_t value = picture.pixels[i + c];
        s[c] += value;
        q[c] += value * value;
      }
    }
    for (std::size_t c = 0; c < 3; ++c) {
      sum[c] += s[c];
      squares[c] += q[c];
    }
  }
  pixels += picture.pixels.size() / 3;
}

void ChannelSums::add(const ChannelSums& other) {
  pixels += other.pixels;
  for (std::size_t c = 0; c < 3; ++c) {
    sum[c] += other.sum[c];
    squares[c] += other.squares[c];
  }
}

std::array<double, 3> ChannelSums::mean() const {
  std::array<double, 3> means{};
  for (std::size_t c = 0; c < 3 && pixels > 0; ++c) {
    means[c] = static_cast<double>(sum[c]) / static_cast<double>(pixels) / 255;
  }
  return means;
}

std::array<double, 3> ChannelSums::deviation() const {
  std::array<double, 3> deviations{};
  for (std::size_t c = 0; c < 3 && pixels > 0; ++c) {
    const double n = static_cast<double>(pixels), m = static_cast<double>(sum[c]) / n;
    const double variance = static_cast<double>(squares[c]) / n - m * m;
    deviations[c] = std::sqrt(std::max(variance, 0.0)) / 255;
  }
  return deviations;
}

std::vector<SplitSurvey> survey(const config::Config& config, const Datasets& datasets,
                                std::size_t threads,
                                const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::size_t all = datasets.train->size() + datasets.val->size() + datasets.test->size();
  std::atomic<std::size_t> done = 0;
  std::vector<SplitSurvey> result;
  for (const char* name : {"train", "val", "test"}) {
    const Dataset& split = *datasets.split(name);
    Surveyor surveyor(config, split, name, datasets.classes.size());
    parallel_for(split.size(), threads, [&](std::size_t i) {
      surveyor.look(i);
      progress(++done, all);
    });
    result.push_back(surveyor.take());
  }
  return result;
}

}  // namespace carica::data
