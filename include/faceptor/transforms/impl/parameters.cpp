#include <string>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/impl/parameters.hpp>

namespace faceptor::transforms::detail {

void check_parameter(std::string_view step, std::string_view parameter, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::argument, fmt::format("data: a parameter of the step \"{}\" is out of range", step))
      .where(std::string(parameter))
      .expected(fmt::format("{} to {}", low, high))
      .found(fmt::format("{}", value));
}

void check_probability(std::string_view step, double value) { check_parameter(step, "probability", value, 0, 1); }

void check_range(std::string_view step, std::string_view parameter, double first, double last, double low, double high) {
  check_parameter(step, parameter, first, low, high);
  check_parameter(step, parameter, last, first, high);
}

}  // namespace faceptor::transforms::detail
