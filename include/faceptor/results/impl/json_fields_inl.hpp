#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/geometry/box.hpp>
#include <nlohmann/json.hpp>

/// What the results' invariants and their JSON share.
namespace faceptor::results::detail {

/// The double whose shortest text is that of the float, so that JSON says 0.1 and not 0.10000000149011612.
FACEPTOR_INLINE double json_number(float value) {
  const auto text = fmt::format("{}", value);
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

FACEPTOR_INLINE nlohmann::json json_numbers(const std::vector<float>& values) {
  auto out = nlohmann::json::array();
  for (const float value : values) out.push_back(json_number(value));
  return out;
}

FACEPTOR_INLINE nlohmann::json json_by_label(const std::vector<std::string>& labels, const std::vector<float>& values) {
  auto out = nlohmann::json::object();
  for (std::size_t i = 0; i < labels.size(); ++i) out[labels[i]] = json_number(values[i]);
  return out;
}

FACEPTOR_INLINE Error wrong_field(std::string_view type, std::string_view key) {
  return Error(ErrorCode::format, fmt::format("results: field \"{}\" of {} is not right", key, type));
}

FACEPTOR_INLINE const nlohmann::json& json_member(const nlohmann::json& in, std::string_view type, std::string_view key) {
  if (!in.is_object()) throw Error(ErrorCode::format, fmt::format("results: {} is not an object in JSON", type)).found(in.type_name());
  const auto found = in.find(std::string(key));
  if (found == in.end()) throw Error(ErrorCode::format, fmt::format("results: {} has no field \"{}\"", type, key));
  return *found;
}

FACEPTOR_INLINE float float_of(const nlohmann::json& value, std::string_view type, std::string_view key) {
  if (!value.is_number()) throw wrong_field(type, key).expected("a number").found(value.type_name());
  const auto number = value.get<float>();
  if (!std::isfinite(number)) throw wrong_field(type, key).expected("a number that a float holds").found(value.dump());
  return number;
}

FACEPTOR_INLINE float float_field(const nlohmann::json& in, std::string_view type, const std::string& key) {
  return float_of(json_member(in, type, key), type, key);
}

FACEPTOR_INLINE std::int64_t integer_of(const nlohmann::json& value, std::string_view type, std::string_view key, std::int64_t lowest,
                                        std::int64_t highest) {
  const bool fits = value.is_number_unsigned()  ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX)
                    : value.is_number_integer() ? true
                                                : false;
  if (!fits) throw wrong_field(type, key).expected("an integer").found(value.is_number() ? value.dump() : value.type_name());
  const auto number = value.get<std::int64_t>();
  if (number < lowest || number > highest) {
    throw wrong_field(type, key).expected(fmt::format("{} to {}", lowest, highest)).found(std::to_string(number));
  }
  return number;
}

FACEPTOR_INLINE std::int64_t integer_field(const nlohmann::json& in, std::string_view type, const std::string& key, std::int64_t lowest,
                                           std::int64_t highest) {
  return integer_of(json_member(in, type, key), type, key, lowest, highest);
}

FACEPTOR_INLINE std::string string_of(const nlohmann::json& value, std::string_view type, std::string_view key) {
  if (!value.is_string()) throw wrong_field(type, key).expected("a string").found(value.type_name());
  return value.get<std::string>();
}

FACEPTOR_INLINE std::string string_field(const nlohmann::json& in, std::string_view type, const std::string& key) {
  return string_of(json_member(in, type, key), type, key);
}

/// The list in this field; of exactly `size` entries unless that is 0.
FACEPTOR_INLINE const nlohmann::json& array_field(const nlohmann::json& in, std::string_view type, std::string_view key,
                                                  std::size_t size = 0) {
  const auto& value = json_member(in, type, key);
  if (!value.is_array()) throw wrong_field(type, key).expected("a list").found(value.type_name());
  if (size > 0 && value.size() != size) {
    throw wrong_field(type, key).expected(fmt::format("a list of {}", size)).found(fmt::format("a list of {}", value.size()));
  }
  return value;
}

FACEPTOR_INLINE std::vector<float> floats_field(const nlohmann::json& in, std::string_view type, const std::string& key) {
  std::vector<float> out;
  for (const auto& value : array_field(in, type, key)) out.push_back(float_of(value, type, key));
  return out;
}

FACEPTOR_INLINE std::vector<std::string> strings_field(const nlohmann::json& in, std::string_view type, const std::string& key) {
  std::vector<std::string> out;
  for (const auto& value : array_field(in, type, key)) out.push_back(string_of(value, type, key));
  return out;
}

/// An object's numbers in the order of the labels, each of which must be there, and nothing else.
FACEPTOR_INLINE std::vector<float> floats_by_label_field(const nlohmann::json& in, std::string_view type, const std::string& key,
                                                         const std::vector<std::string>& labels) {
  const auto& object = json_member(in, type, key);
  if (!object.is_object()) throw wrong_field(type, key).expected("an object").found(object.type_name());
  if (object.size() != labels.size()) {
    throw wrong_field(type, key).expected(fmt::format("{} labels", labels.size())).found(fmt::format("{} labels", object.size()));
  }
  std::vector<float> out;
  for (const auto& label : labels) out.push_back(float_of(json_member(object, fmt::format("\"{}\" of {}", key, type), label), type, label));
  return out;
}

FACEPTOR_INLINE nlohmann::json json_box(const Box& box) {
  return nlohmann::json::array({json_number(box.x0), json_number(box.y0), json_number(box.x1), json_number(box.y1)});
}

FACEPTOR_INLINE Box box_field(const nlohmann::json& in, std::string_view type, const std::string& key) {
  const auto& edges = array_field(in, type, key, 4);
  return {float_of(edges[0], type, key), float_of(edges[1], type, key), float_of(edges[2], type, key), float_of(edges[3], type, key)};
}

/// Checks what was read; a broken invariant is then a defect of the JSON.
template <class R>
void check_read(const R& value) {
  try {
    value.check();
  } catch (const Error& e) {
    throw Error(ErrorCode::format, e.summary()).expected(e.expected()).found(e.found()).hint(e.hint());
  }
}

FACEPTOR_INLINE void check_labels(std::string_view type, const std::vector<std::string>& labels, std::size_t values) {
  if (labels.size() != values) {
    throw Error(ErrorCode::argument, fmt::format("results: the values of {} are not as many as its labels", type))
        .expected(std::to_string(labels.size()))
        .found(std::to_string(values));
  }
  std::set<std::string_view> seen;
  for (const auto& label : labels) {
    if (label.empty()) throw Error(ErrorCode::argument, fmt::format("results: a label of {} is empty", type));
    if (!seen.insert(label).second) {
      throw Error(ErrorCode::argument, fmt::format("results: {} has two labels of one name", type)).found("\"" + label + "\"");
    }
  }
}

FACEPTOR_INLINE void check_finite(std::string_view type, std::string_view what, const std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      throw Error(ErrorCode::argument, fmt::format("results: {} {} of {} is not a number", what, i, type))
          .found(fmt::format("{}", values[i]));
    }
  }
}

FACEPTOR_INLINE void check_unit_range(std::string_view type, std::string_view what, const std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= 0 && values[i] <= 1)) {
      throw Error(ErrorCode::argument, fmt::format("results: {} {} of {} is out of range", what, i, type))
          .expected("0 to 1")
          .found(fmt::format("{}", values[i]));
    }
  }
}

FACEPTOR_INLINE void check_sum_is_one(std::string_view type, const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  if (std::abs(sum - 1) > 0.01) {
    throw Error(ErrorCode::argument, fmt::format("results: the probabilities of {} don't sum to 1", type))
        .found(fmt::format("{:.4f}", sum));
  }
}

/// The place of `label`, or an error with the nearest known one.
FACEPTOR_INLINE std::size_t label_index(std::string_view type, const std::vector<std::string>& labels, std::string_view label) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == label) return i;
  }
  throw Error(ErrorCode::argument, fmt::format("results: {} has no label \"{}\"", type, label)).hint(text::suggestion(label, labels));
}

}  // namespace faceptor::results::detail
