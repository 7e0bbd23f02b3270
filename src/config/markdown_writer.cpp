#include <algorithm>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/describe.h"
#include "config/forms.h"
#include "config/yaml_text.h"
#include "core/text.h"

namespace carica::config {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

<!-- Made from the descriptions in src/config; `CARICA_UPDATE_DOCS=1 config_test` writes it anew. -->

A run is described by one YAML file. Every key has a default; `carica config print FILE` shows all
of them filled in, `carica config check FILE` lists everything that can be seen to be wrong with a
file without its data, and builds its network; `carica config schema` prints a JSON Schema, with
which an editor completes and checks keys.

- **Strict.** An unknown key, a duplicate one, a wrong type or a value out of range is an error,
  never ignored. All problems are listed at once, each as
  `file:line:col: optim.lr = -0.1: must be in (0, 10]`; carica then ends with exit code 2. Keys
  without effect beside the others (`optim.betas` of sgd, which an override may bring along) are
  warned of by `carica config check` and when a training starts, and so are doubtful settings.
- **Inheritance.** `_base_: path`, or a list of paths, at the top of a file builds on others; paths
  are relative to the file. Of two bases the later one wins, and the file itself over both. Maps
  merge key by key; everything else replaces: lists as a whole, and the value of `loss`. A section
  whose keys are all commented out changes nothing.
- **Overrides.** In `carica train FILE optim.lr=0.01 'eval.splits=[val, test]'` each value is YAML
  and replaces what stands at the path. Items of lists go by number, from 0:
  `transforms.train.0.Resize.size=64`.
- **Environment.** `${NAME}` and `${NAME:-default}` in a value stand for environment variables;
  `$${` for `${` itself.
- **Types.** `1e-3` is a number. Only `true` and `false` are booleans: `no`, `on` and `yes` are
  words, so classes may be called so. A quoted value is a string; its quote is closed on the same
  line. Where null is allowed, an empty value is too.
- **Limits.** A file has at most 256 KiB, 4,096 values and 32 levels; anchors, aliases and tags are
  not allowed.
- **Paths.** `data.root`, `data.shards`, `data.split.file`, `data.mask.palette`, `model.weights` and
  `run_dir` are relative to the folder where carica runs; only `_base_` is relative to its file.
  `~/` at their beginning is the home folder.
)";

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) { return cat('`', cell(text), '`'); }

std::string with(std::string_view type, const std::string& constraint) {
  return constraint.empty() ? std::string(type) : cat(type, ' ', constraint);
}

std::string text_rule(const Field& about) {
  if (about.choices.empty()) return std::string(form_text(about.form));
  std::vector<std::string> choices;
  for (const std::string& choice : about.choices) choices.push_back(code(choice));
  return join(choices);
}

std::string or_null(const Field& about) { return about.nullable ? ", null" : ""; }

std::string rule(const bool*, const Field&) { return "`true`, `false`"; }
std::string rule(const int*, const Field& about) {
  return with("whole number", about.range.text());
}
std::string rule(const std::uint64_t*, const Field&) { return "whole number at least 0"; }
std::string rule(const double*, const Field& about) { return with("number", about.range.text()); }
std::string rule(const std::optional<double>*, const Field& about) {
  return cat(with("number", about.range.text()), ", null");
}
std::string rule(const std::string*, const Field& about) {
  const std::string text = text_rule(about);
  return cat(text.empty() ? "string" : text, or_null(about));
}
std::string rule(const std::vector<std::string>*, const Field& about) {
  const std::string text = text_rule(about);
  if (about.form == Form::kErasing) return text;
  return cat(text.empty() ? "list of strings" : cat("list of ", text), or_null(about));
}
std::string numbers_rule(std::string_view type, const Field& about) {
  const std::string length = about.length.text();
  if (about.form == Form::kNumbers) {
    return cat(with(form_text(about.form), about.range.text()), length.empty() ? "" : ", ", length,
               or_null(about));
  }
  if (about.form != Form::kAny) {
    return cat(with(form_text(about.form), about.range.text()), or_null(about));
  }
  return cat(with(cat("list of ", type), about.range.text()), length.empty() ? "" : ", ", length,
             or_null(about));
}
std::string rule(const std::vector<int>*, const Field& about) {
  return numbers_rule("whole numbers", about);
}
std::string rule(const std::vector<double>*, const Field& about) {
  return numbers_rule("numbers", about);
}
std::string rule(const std::map<int, int>*, const Field& about) {
  return with("map of whole numbers to whole numbers", about.range.text());
}
std::string rule(const std::map<std::string, double>*, const Field& about) {
  return with("map of patterns to numbers", about.range.text());
}

/// One heading with the table of its keys.
struct Block {
  std::string heading, help, rows;
};

class MarkdownWriter : public Visitor {
 public:
  explicit MarkdownWriter(Block first) : blocks_{std::move(first)}, open_{0} {}

  std::string text() const {
    std::string out;
    for (const std::vector<Block>* blocks : {&blocks_, &appendix_}) {
      for (const Block& block : *blocks) {
        out += cat('\n', block.heading, "\n\n", block.help, '\n');
        if (block.rows.empty()) continue;
        out += cat("\n| key | default | allowed | meaning |\n|---|---|---|---|\n", block.rows);
      }
    }
    return out;
  }

 protected:
  void visit(std::string_view name, Slot slot, const Field& about) override {
    const std::string allowed =
        std::visit([&](const auto* value) { return rule(value, about); }, slot);
    const std::string unit = about.unit.empty() ? "" : cat(" [", about.unit, "]");
    add_row(name, about.required ? "required" : code(yaml_value(slot, about)), allowed,
            cat(about.help, unit));
  }

  void visit(std::string_view name, Alternatives& items, const AlternativesField& about) override {
    const std::string list = cat("list of [", about.plural, "](#list-of-", about.plural, ")");
    add_row(name, items.size() == 0 ? "`[]`" : code(cat('[', items.name(items.tag_of(0)), ']')),
            about.one_without_list ? cat("one or a ", list) : list, std::string(about.help));
    const std::string heading = cat("## List of ", about.plural);
    const bool known = std::any_of(appendix_.begin(), appendix_.end(),
                                   [&](const Block& block) { return block.heading == heading; });
    if (known) return;
    appendix_.push_back({heading,
                         cat("A ", about.noun, " is a map with one key, ", code(about.example),
                             "; without options its name is enough."),
                         ""});
    for (std::size_t tag = 0; tag < items.tags(); ++tag) {
      MarkdownWriter writer({cat("### ", items.name(tag)), cat(items.help(tag), '.'), ""});
      items.describe_tag(writer, tag);
      appendix_.push_back(std::move(writer.blocks_.front()));
    }
  }

  bool enter(std::string_view name, std::string_view help) override {
    path_.emplace_back(name);
    open_.push_back(blocks_.size());
    blocks_.push_back({cat("## ", join(path_, ".")), std::string(help), ""});
    return true;
  }
  void leave() override {
    path_.pop_back();
    open_.pop_back();
  }

 private:
  void add_row(std::string_view name, const std::string& standard, const std::string& allowed,
               const std::string& meaning) {
    blocks_[open_.back()].rows +=
        cat("| ", code(name), " | ", standard, " | ", allowed, " | ", cell(meaning), " |\n");
  }

  std::vector<Block> blocks_;      // sections, in the order they begin
  std::vector<Block> appendix_;    // losses and transforms, after all sections
  std::vector<std::size_t> open_;  // the blocks of the open sections
  std::vector<std::string> path_;
};

}  // namespace

std::string markdown_reference() {
  MarkdownWriter writer({"## Top level", "Keys that stand in no section.", ""});
  Config config;
  describe(writer, config);
  return cat(kIntroduction, writer.text());
}

}  // namespace carica::config
