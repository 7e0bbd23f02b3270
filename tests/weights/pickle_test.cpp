// Pickles that lie, one case per lie. Nothing of a file may run, and nothing may crash.
#include "samples.h"
#include "weights/pickle_machine.h"

namespace carica::weights {
namespace {

using namespace pickle;
using testing::HasSubstr;

PickleTree read(const std::string& bytes) {
  const std::span view(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const std::string where = "x.pth";
  return PickleMachine(view, 0, where).run();
}
std::string refused(const std::string& bytes) {
  return refusal([&] { read(bytes); });
}
/// Why a .pth with this value in it is refused; it has one storage of four floats, "0".
std::string refused_file(const std::string& value) {
  return refusal([&] { all_tensors(parse(torch_zip(value).bytes())); });
}

TEST(Pickle, ThatRunsCodeIsRefusedByName) {
  const std::pair<std::string, std::string> dangerous[] = {
      {"os", "system"},
      {"posix", "system"},
      {"nt", "system"},
      {"subprocess", "Popen"},
      {"builtins", "eval"},
      {"builtins", "exec"},
      {"__builtin__", "eval"},
      {"builtins", "getattr"},
      {"builtins", "__import__"},
      {"numpy.core.multiarray", "scalar"},
      {"numpy._core.multiarray", "_reconstruct"},
      {"torch.hub", "load"},
      {"torch.jit", "load"},
      {"torch", "load"},
      {"torch.storage", "_load_from_bytes"},
      {"torchvision.models.resnet", "ResNet"},
      {"collections", "defaultdict"},
      {"functools", "partial"},
      {"copyreg", "_reconstructor"},
  };
  for (const auto& [module, name] : dangerous) {
    const std::string wanted = "refers to " + module + "." + name + ", which is not on the list";
    EXPECT_THAT(refused(file(call(module, name, {text("echo owned")}))), HasSubstr(wanted));
    EXPECT_THAT(refused("\x80\x04" + text(module) + text(name) + "\x93" + text("id") + "\x85R."),
                HasSubstr(wanted));
  }
}

TEST(Pickle, WithTensorsThatAreNotCarriedOutIsRefused) {
  const auto tensor_with = [](const std::string& metadata) {
    return dict({{text("w"), call("torch._utils", "_rebuild_tensor_v2",
                                  {storage("0", 4), long_integer(0), tuple({long_integer(4)}),
                                   tuple({long_integer(1)}), "\x89",
                                   call("collections", "OrderedDict", {}), metadata})}});
  };
  EXPECT_THAT(refused_file(tensor_with(dict({{text("neg"), "\x88"}}))),
              HasSubstr("negative or conjugate bit"));
  EXPECT_EQ(all_tensors(parse(torch_zip(tensor_with(dict({}))).bytes())).size(), 1);
}

TEST(Pickle, ThatGoesRoundTheListIsRefused) {
  // Calls what is no name, makes objects by other opcodes, sets states.
  EXPECT_THAT(refused(file(text("os.system") + tuple({text("id")}) + "R")),
              HasSubstr("calls a text"));
  EXPECT_THAT(refused(file("(ios\nsystem\n")), HasSubstr("opcode 105"));
  EXPECT_THAT(refused(file("(" + global("collections", "OrderedDict") + "o")),
              HasSubstr("opcode 111"));
  EXPECT_THAT(refused(file("\x82\x01")), HasSubstr("opcode 130"));
  EXPECT_THAT(refused(file("P0\n")), HasSubstr("opcode 80"));
  EXPECT_THAT(refused(file(global("torch", "Size") + dict({{"a", "N"}}) + "b")),
              HasSubstr("sets the state of a function or class"));
  EXPECT_THAT(refused(file(call("torch", "float32", {}))), HasSubstr("calls torch.float32"));
  EXPECT_THAT(refused(file(tuple({text("module"), text("x")}) + "Q")),
              HasSubstr("a persistent id that is not a storage"));
  // A line feed in a name would make two of it in the other form.
  EXPECT_THAT(refused(file(global("os\\nx", "system"))), HasSubstr("which is not on the list"));
}

TEST(Pickle, WithAStackThatDoesNotHoldIsRefused) {
  for (const std::string body :
       {"",    "0",     "1",     "2",    "R",    "b",   "a",   "s",    "u",    "e",
        "t",   "Q",     "q\x01", "(",    "]a",   "}s",  "]Na", "N(",   "NN",   "(0",
        "((t", "h\x07", "\x85",  "\x87", "\x93", "]Nu", "}Ne", "}(Nu", "N(Ne", "\x94"}) {
    SCOPED_TRACE(body);
    if (body == "]Na") {
      read(file(body));
    } else {
      refused(file(body));
    }
  }
}

TEST(Pickle, WithLengthsBeyondItsEndIsRefused) {
  for (const std::string& body :
       {"X" + bytes_of(0xffffffffu), "\x8d" + bytes_of(~std::uint64_t{0}), std::string("\x8c\xff"),
        "B" + bytes_of(0x7fffffffu), "\x8e" + bytes_of(std::uint64_t{1} << 62),
        "\x8b" + bytes_of(0x80000000u), std::string("\x8a\xff"), std::string("cos"),
        std::string("cos\nsystem"), std::string("G\x01"), std::string("J\x01")}) {
    EXPECT_THAT(refused("\x80\x02" + body), HasSubstr("ends too early"));
  }
}

TEST(Pickle, OfAnotherProtocolIsRefused) {
  EXPECT_THAT(refused("(lp0\n."), HasSubstr("protocol 2 to 5"));
  EXPECT_THAT(refused("\x80\x01]."), HasSubstr("protocol 1"));
  EXPECT_THAT(refused("\x80\x06]."), HasSubstr("protocol 6"));
}

TEST(Pickle, ThatIsDeepOrCyclicIsReadWithoutRecursion) {
  std::string deep = "\x80\x02";
  for (int i = 0; i < 300'000; ++i) deep += "]";
  for (int i = 0; i < 299'999; ++i) deep += "a";
  EXPECT_EQ(read(deep + ".").values.size(), 300'000u);
  std::string nested;
  for (int i = 0; i < 20'000; ++i) nested += "}" + text("a");
  nested += "N";
  for (int i = 0; i < 20'000; ++i) nested += "s";
  EXPECT_EQ(all_tensors(parse(torch_zip(nested).bytes())).size(), 0u);
  const auto cycle = read(file("}q\x01" + text("self") + "h\x01s"));
  EXPECT_EQ(cycle[cycle.root].items[1], cycle.root);
}

TEST(Pickle, ThatGrowsFromFewBytesIsRefused) {
  // Each copy of a list of dicts' pairs costs as much as it holds.
  std::string bomb = "](";
  for (int i = 0; i < 1000; ++i) bomb += "K\x01K\x01\x86";
  bomb += "eq\x01";
  bomb += "\x85q\x02" + std::string("0");
  bomb += global("collections", "OrderedDict") + "q\x03";
  for (int i = 0; i < 2000; ++i) bomb += "h\x03h\x02R0";
  EXPECT_THAT(refused(file(bomb)), HasSubstr("too many for its size"));
}

TEST(Pickle, WithATensorOutsideItsStorageIsRefused) {
  const auto lie = [](std::int64_t offset, const std::vector<std::int64_t>& sizes,
                      const std::vector<std::int64_t>& strides) {
    return refused_file(dict({{"w", tensor(storage("0", 4), offset, sizes, strides)}}));
  };
  EXPECT_EQ(
      all_tensors(parse(torch_zip(dict({{"w", tensor(storage("0", 4), 1, {3}, {1})}})).bytes()))
          .size(),
      1u);
  EXPECT_THAT(lie(1, {4}, {1}), HasSubstr("tensor w: reaches beyond its storage of 4"));
  EXPECT_THAT(lie(0, {2}, {4}), HasSubstr("reaches beyond"));
  EXPECT_THAT(lie(-1, {1}, {1}), HasSubstr("begins at element -1"));
  EXPECT_THAT(lie(5, {0}, {1}), HasSubstr("begins at element 5"));
  EXPECT_THAT(lie(3, {2}, {-1}), HasSubstr("stride -1; neither may be negative"));
  EXPECT_THAT(lie(0, {-1}, {1}), HasSubstr("size -1"));
  EXPECT_THAT(lie(0, {2, 2}, {1}), HasSubstr("2 sizes and 1 strides"));
  const std::int64_t huge = std::int64_t{1} << 62;
  EXPECT_THAT(lie(0, {huge, 4}, {1, 1}), HasSubstr("reaches beyond"));
  EXPECT_THAT(lie(0, {2}, {huge}), HasSubstr("reaches beyond"));
  EXPECT_THAT(lie(0, {3}, {std::numeric_limits<std::int64_t>::max()}), HasSubstr("reaches beyond"));
  EXPECT_THAT(lie(huge, {1}, {1}), HasSubstr("begins at element"));
  EXPECT_THAT(lie(0, std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1)),
              HasSubstr("at most 64"));
}

TEST(Pickle, WithAStorageOfAnotherSizeIsRefused) {
  const auto lie = [](const std::string& stored) {
    return refused_file(dict({{"w", tensor(stored, 0, {1}, {1})}}));
  };
  EXPECT_THAT(lie(storage("0", 5)), HasSubstr("storage '0' has 16 bytes; its pickle says 20"));
  EXPECT_THAT(lie(storage("0", 4, "DoubleStorage")), HasSubstr("its pickle says 32"));
  EXPECT_THAT(lie(storage("1", 4)), HasSubstr("storage '1' is not in the archive"));
  EXPECT_THAT(lie(storage("../data/0", 4)), HasSubstr("is not in the archive"));
  EXPECT_THAT(lie(storage("0", -4)), HasSubstr("less than nothing"));
  EXPECT_THAT(lie(storage("0", std::int64_t{1} << 62)), HasSubstr("too many"));
  EXPECT_THAT(lie(storage("0", 4, "Size")), HasSubstr("without a class of torch's storages"));
  EXPECT_THAT(lie("N"), HasSubstr("a tensor on None; a storage is expected"));
}

TEST(Pickle, WithManyTensorsOnOneStorageIsRefused) {
  std::vector<std::pair<std::string, std::string>> items;
  for (int i = 0; i < 20; ++i) {
    items.emplace_back("w" + std::to_string(i), tensor(storage("0", 1 << 18), 0, {1 << 18}, {1}));
  }
  EXPECT_THAT(refusal([&] { all_tensors(parse(torch_zip(dict(items), 1 << 18).bytes())); }),
              HasSubstr("at most 8 times as many are supported"));
}

// torch.ones(1).expand(5) and the like.
TEST(Pickle, WithAnExpandedTensorIsReadUpToABound) {
  const auto expanded = [](const std::vector<std::int64_t>& sizes) {
    const std::vector<std::int64_t> strides(sizes.size(), 0);
    return torch_zip(dict({{"w", tensor(storage("0", 4), 1, sizes, strides)}})).bytes();
  };
  const auto tensors = all_tensors(parse(expanded({5, 2})));
  EXPECT_TRUE(same_bits(tensors.at(0).second, torch::zeros({5, 2})));
  const std::int64_t million = 1'000'000, huge = std::int64_t{1} << 62;
  for (const auto& sizes :
       {std::vector<std::int64_t>{million}, {million, million, million}, {huge}, {huge, 3}}) {
    EXPECT_THAT(refusal([&] { all_tensors(parse(expanded(sizes))); }),
                HasSubstr("at most 8 times as many are supported"));
  }
}

TEST(Pickle, WithABooleanThatIsNeitherIsRefused) {
  ZipFile zip;
  zip.add("a/data.pkl", file(dict({{"m", tensor(storage("0", 2, "BoolStorage"), 0, {2}, {1})}})));
  zip.add("a/data/0", "\x01\x02");
  EXPECT_THAT(refusal([&] { all_tensors(parse(zip.bytes())); }), HasSubstr("neither 0 nor 1"));
}

}  // namespace
}  // namespace carica::weights
