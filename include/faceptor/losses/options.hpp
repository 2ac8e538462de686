#pragma once

#include <algorithm>
#include <concepts>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>

/// Options of losses and metrics as JSON, both ways, from one list of fields.
///
/// An options type says its fields once, and gets `to_json` and `from_json`:
///
///     struct WingOptions {
///       TORCH_ARG(double, width) = 10;
///      public:
///       template <class Visitor> void each_field(Visitor&& visit) { visit("width", width_); }
///     };
///
/// Reading is strict: an unknown name or a value of the wrong type is an Error(argument). Absent fields keep their default.
namespace faceptor::losses {

namespace detail {

struct AnyField {
  template <class T>
  void operator()(const char*, T&) const {}
};

}  // namespace detail

/// An options type with a list of its fields.
template <class T>
concept OptionsWithFields = std::default_initializable<T> && requires(T options) {
  options.each_field(detail::AnyField{});
};

template <OptionsWithFields T>
void to_json(nlohmann::json& json, const T& options) {
  json = nlohmann::json::object();
  auto copy = options;
  copy.each_field([&](const char* name, const auto& value) { json[name] = value; });
}

template <OptionsWithFields T>
void from_json(const nlohmann::json& json, T& options) {
  if (!json.is_object() && !json.is_null()) {
    throw Error(ErrorCode::argument, "options: not a JSON object").expected("names and values").found(json.type_name());
  }
  std::vector<std::string> known;
  options.each_field([&](const char* name, auto& value) {
    known.emplace_back(name);
    const auto it = json.find(name);
    if (it == json.end()) return;
    try {
      it->get_to(value);
    } catch (const nlohmann::json::exception&) {
      throw Error(ErrorCode::argument, "options: \"" + std::string(name) + "\" has a value of the wrong type")
          .expected("a value like " + nlohmann::json(value).dump())
          .found(it->type_name());
    }
  });
  for (const auto& [name, value] : json.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(ErrorCode::argument, "options: there is no option \"" + name + "\"").hint(text::suggestion(name, known));
  }
}

}  // namespace faceptor::losses
