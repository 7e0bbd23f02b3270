#include "weights.h"
#include "weights/pickle_machine.h"
#include "weights/state_dict.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carica;
  return fuzz::read_weights([&] {
    const std::string where = "input";
    const auto tree = weights::PickleMachine({data, size}, 0, where).run();
    weights::facts_of(tree);
    weights::find_state_dict(tree, "", where);
  });
}
