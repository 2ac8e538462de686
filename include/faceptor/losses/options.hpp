#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>

/// Options of losses, as JSON both ways (see core/fields.hpp).
///
/// Options with a `void fit(std::int64_t outputs)` are made to suit the task's number of outputs by it, or refused.
namespace faceptor::losses {

/// An options type with a list of its fields.
template <class T>
concept OptionsWithFields = std::default_initializable<T> && HasFields<T>;

/// Options of a loss that has none.
struct NoOptions {
  template <class Visitor>
  void each_field(Visitor&&) {}
};

/// Options as `write_fields` wrote them; absent ones keep their default. @param outputs  of the task, for `fit`; 0 if not known
/// @throws Error(argument)
template <class T>
T read_options(const nlohmann::json& json, std::int64_t outputs = 0) {
  static_assert(OptionsWithFields<T>,
                "faceptor: options need a default constructor and `template <class Visitor> void each_field(Visitor&& visit)`");
  T options;
  read_fields(json, options);
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
