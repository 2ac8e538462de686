#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>

/// Options of losses and metrics as JSON, both ways, from one list of fields.
///
/// An options type says its fields once:
///
///     struct WingOptions {
///       double width = 10;
///       template <class Visitor> void each_field(Visitor&& visit) { visit("width", width); }
///     };
///
/// Reading is strict: an unknown name or a value of the wrong type is an Error(argument). Absent fields keep their default. Options
/// with a `void fit(std::int64_t outputs)` are made to suit the task's number of outputs by it, or refused.
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

/// Options of a type that has none.
struct NoOptions {
  template <class Visitor>
  void each_field(Visitor&&) {}
};

/// The fields by name.
template <class T>
nlohmann::json write_options(const T& options) {
  static_assert(OptionsWithFields<T>,
                "faceptor: options need a default constructor and `template <class Visitor> void each_field(Visitor&& visit)`");
  auto json = nlohmann::json::object();
  auto copy = options;
  copy.each_field([&](const char* name, const auto& value) { json[name] = value; });
  return json;
}

/// Options as `write_options` wrote them; absent ones keep their default. @param outputs  of the task, for `fit`; 0 if not known
/// @throws Error(argument)
template <class T>
T read_options(const nlohmann::json& json, std::int64_t outputs = 0) {
  static_assert(OptionsWithFields<T>,
                "faceptor: options need a default constructor and `template <class Visitor> void each_field(Visitor&& visit)`");
  T options;
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
  if constexpr (requires { options.fit(outputs); }) {
    if (outputs > 0) options.fit(outputs);
  }
  return options;
}

/// For `fit`: options with one number an output have as many. @throws Error(argument)
inline void expect_one_an_output(const char* name, std::size_t given, std::int64_t outputs) {
  if (given == 0 || given == static_cast<std::size_t>(outputs)) return;
  throw Error(ErrorCode::argument, "options: one number an output is needed")
      .where(name)
      .expected(std::to_string(outputs))
      .found(std::to_string(given));
}

}  // namespace faceptor::losses
