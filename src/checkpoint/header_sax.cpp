#include "checkpoint/header_sax.h"

#include <limits>

#include "core/text.h"

namespace carica::checkpoint {

bool HeaderSax::refuse(std::string reason) {
  reason_ = std::move(reason);
  return false;
}

bool HeaderSax::misplaced(const std::string& found) {
  switch (at_) {
    case At::kStart:
      return refuse(cat("the header is ", found, "; an object is expected"));
    case At::kTop:
      return refuse(cat(quoted_name(key_), " is ", found, "; an object is expected"));
    case At::kMetadata:
      return refuse(cat("metadata ", quoted_name(key_), " is ", found, "; only texts are allowed"));
    case At::kTensor:
    case At::kShape:
    case At::kOffsets:
      break;
  }
  return refuse(cat("tensor ", quoted_name(entry().name), ": ", found, " in ", quoted_name(key_),
                    "; dtype is a text, shape and data_offsets are lists of whole numbers"));
}

bool HeaderSax::start_object(std::size_t /*size*/) {
  if (at_ == At::kStart) {
    at_ = At::kTop;
  } else if (at_ == At::kTop && key_ == kMetadataKey) {
    at_ = At::kMetadata;
  } else if (at_ == At::kTop) {
    at_ = At::kTensor;
    header_.tensors.emplace_back().name = key_;
    fields_.clear();
  } else {
    return misplaced("an object");
  }
  return true;
}

bool HeaderSax::key(string_t& name) {
  key_ = name;
  if (at_ == At::kTop) {
    if (!names_.insert(name).second) {
      return refuse(cat(quoted_name(name), " occurs twice; each name may occur once"));
    }
  } else if (at_ == At::kMetadata) {
    if (header_.metadata.contains(name)) {
      return refuse(cat("metadata ", quoted_name(name), " occurs twice; each key may occur once"));
    }
  } else {
    if (name != "dtype" && name != "shape" && name != "data_offsets") {
      return refuse(cat("tensor ", quoted_name(entry().name), ": key ", quoted_name(name),
                        "; only dtype, shape and data_offsets are allowed"));
    }
    if (!fields_.insert(name).second) {
      return refuse(cat("tensor ", quoted_name(entry().name), ": ", name, " occurs twice"));
    }
  }
  return true;
}

bool HeaderSax::end_object() {
  if (at_ == At::kTensor && fields_.size() != 3) {
    return refuse(cat("tensor ", quoted_name(entry().name), ": ", fields_.size(),
                      " fields; dtype, shape and data_offsets are needed"));
  }
  at_ = at_ == At::kTop ? At::kStart : At::kTop;
  return true;
}

bool HeaderSax::start_array(std::size_t /*size*/) {
  if (at_ == At::kTensor && key_ == "shape") {
    at_ = At::kShape;
  } else if (at_ == At::kTensor && key_ == "data_offsets") {
    at_ = At::kOffsets;
    offsets_ = 0;
  } else {
    return misplaced("a list");
  }
  return true;
}

bool HeaderSax::end_array() {
  if (at_ == At::kOffsets && offsets_ != 2) {
    return refuse(
        cat("tensor ", quoted_name(entry().name), ": ", offsets_, " offsets; 2 are needed"));
  }
  at_ = At::kTensor;
  return true;
}

bool HeaderSax::string(string_t& text) {
  if (at_ == At::kMetadata) {
    header_.metadata.emplace(key_, std::move(text));
  } else if (at_ == At::kTensor && key_ == "dtype") {
    entry().dtype = find_dtype(text);
    if (entry().dtype == nullptr) {
      return refuse(cat("tensor ", quoted_name(entry().name), ": type ", quoted_name(text),
                        "; one of ", dtype_names(), " is allowed"));
    }
  } else {
    return misplaced("a text");
  }
  return true;
}

bool HeaderSax::number_unsigned(number_unsigned_t value) {
  if (at_ == At::kShape) {
    if (value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max()) ||
        entry().shape.size() == kMaxDimensions) {
      return refuse(cat("tensor ", quoted_name(entry().name), ": shape too large; at most ",
                        kMaxDimensions, " dimensions of less than 2^63 are allowed"));
    }
    entry().shape.push_back(static_cast<std::int64_t>(value));
  } else if (at_ == At::kOffsets) {
    if (offsets_ == 2) {
      return refuse(cat("tensor ", quoted_name(entry().name), ": more than 2 offsets"));
    }
    (offsets_++ == 0 ? entry().begin : entry().end) = value;
  } else {
    return misplaced("a number");
  }
  return true;
}

bool HeaderSax::number_integer(number_integer_t /*value*/) {
  return misplaced("a negative number");
}

bool HeaderSax::number_float(number_float_t /*value*/, const string_t& /*text*/) {
  return misplaced("a number that is not whole or too large");
}

bool HeaderSax::boolean(bool /*value*/) { return misplaced("true or false"); }

bool HeaderSax::null() { return misplaced("null"); }

bool HeaderSax::binary(binary_t& /*value*/) { return misplaced("binary data"); }

bool HeaderSax::parse_error(std::size_t position, const std::string& /*token*/,
                            const nlohmann::detail::exception& /*error*/) {
  return refuse(cat("the header is not valid JSON at its byte ", position));
}

}  // namespace carica::checkpoint
