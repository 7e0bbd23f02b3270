#include "eval/operator_log.h"

#include <ATen/record_function.h>

namespace carica::eval {
namespace {

struct Watcher {
  const std::function<void(const OperatorCall&)>* take;
  int depth = 0;  // operators that call others
};

// torch's callbacks are plain functions.
thread_local Watcher* watcher = nullptr;

void append_tensors(const c10::IValue& value, std::vector<at::Tensor>& tensors) {
  if (value.isTensor()) {
    if (value.toTensor().defined()) tensors.push_back(value.toTensor());
  } else if (value.isTensorList()) {
    for (const at::Tensor& tensor : value.toTensorVector()) tensors.push_back(tensor);
  }
}

struct Call : at::ObserverContext {
  OperatorCall call;
};

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& function) {
  if (watcher == nullptr || watcher->depth++ > 0) return nullptr;
  auto context = std::make_unique<Call>();
  context->call.name = function.name();
  const auto schema = function.operator_schema();
  const auto inputs = function.inputs();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    append_tensors(inputs[i], context->call.inputs);
    const bool named = schema && i < schema->arguments().size();
    context->call.arguments.emplace_back(named ? schema->arguments()[i].name() : "", inputs[i]);
  }
  return context;
}

void end(const at::RecordFunction& function, at::ObserverContext* context) {
  if (watcher == nullptr || --watcher->depth > 0 || context == nullptr) return;
  auto& call = static_cast<Call*>(context)->call;
  for (const auto& output : function.outputs()) append_tensors(output, call.outputs);
  (*watcher->take)(call);
}

// Callbacks are taken away whatever happens.
class Watching {
 public:
  explicit Watching(Watcher& own)
      : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(begin, end)
                                               .needsInputs(true)
                                               .needsOutputs(true)
                                               .scopes({at::RecordScope::FUNCTION}))) {
    watcher = &own;
  }
  ~Watching() {
    watcher = nullptr;
    at::removeCallback(handle_);
  }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  at::CallbackHandle handle_;
};

}  // namespace

void watch_operators(const std::function<void()>& run,
                     const std::function<void(const OperatorCall&)>& take) {
  Watcher own{&take};
  const Watching watching(own);
  run();
}

}  // namespace carica::eval
